import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';

/** What pages of other origins may have of this backend. */
export interface CrossOrigin {
  /** Headers for a page of a listed origin, whichever site lists it: with them it can read why it was refused. */
  known(origin: string | null): Record<string, string>;
  /**
   * Headers for a page of this site. A request without an origin is no page's.
   *
   * @param isOwnProof such as a leave ticket is, whatever page sends it: other pages may then, without credentials.
   * @throws invalidSiteDomain
   */
  admit(origin: string | null, site: Site, isOwnProof: boolean): Record<string, string>;
  /**
   * The answer to a browser that asks beforehand, as it does where a page's tools add headers of their own.
   *
   * @throws invalidSiteDomain
   */
  answerPreflight(request: Request): Response | undefined;
}

const headersFor = (origin: string): Record<string, string> => ({
  'Access-Control-Allow-Origin': origin,
  'Access-Control-Allow-Credentials': 'true',
});

const originsOf = ({ origins, publicUrl }: Site): string[] => [
  ...origins,
  new URL(publicUrl).origin,
];

const refuse = (origin: string, whose: string): never =>
  fail('invalidSiteDomain', `origin: ${origin.slice(0, 100)} is not one of ${whose} origins`);

// Header names, at most so many of them.
const headerNames = /^[\w-]{1,100}( *, *[\w-]{1,100}){0,49}$/;

// Seconds that a browser need not ask again.
const maxAge = 7200;

/**
 * Makes what decides about origins: exact match, and credentials only then.
 *
 * @see design.md section 6; https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const createCrossOrigin = (sites: Iterable<Site>): CrossOrigin => {
  const bySite = new Map([...sites].map((site) => [site.apiKey, new Set(originsOf(site))]));
  const all = new Set([...bySite.values()].flatMap((origins) => [...origins]));
  return {
    known: (origin) => (origin !== null && all.has(origin) ? headersFor(origin) : {}),
    admit(origin, site, isOwnProof) {
      if (origin === null) return {};
      if (bySite.get(site.apiKey)?.has(origin)) return headersFor(origin);
      return isOwnProof ? { 'Access-Control-Allow-Origin': origin } : refuse(origin, "this site's");
    },
    answerPreflight({ method, headers }) {
      const origin = headers.get('origin');
      if (method !== 'OPTIONS' || origin === null) return undefined;
      if (!headers.has('access-control-request-method')) return undefined;
      if (!all.has(origin)) refuse(origin, "any site's");
      const asked = headers.get('access-control-request-headers') ?? '';
      return new Response(null, {
        status: 204,
        headers: {
          'Access-Control-Allow-Methods': 'GET, POST',
          // None of them is believed, so a page that may call may also send them.
          ...(headerNames.test(asked) && { 'Access-Control-Allow-Headers': asked }),
          'Access-Control-Max-Age': String(maxAge),
          'Cache-Control': 'no-store',
          Vary: 'Access-Control-Request-Headers',
        },
      });
    },
  };
};
