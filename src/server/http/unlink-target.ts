import { messageOf } from '../../core/codes.ts';
import { fail, type OutroError } from '../../core/error.ts';
import { unlinkParameters, type Site } from '../config/sites.ts';
import { pageHeaders } from '../wire/page.ts';

// Stands for the host that was asked, under which a path stays a path.
const here = 'https://here.invalid';

/** The address as a page has it: on the host that was asked, its path. */
export const addressOf = (url: URL): string =>
  url.origin === here ? url.pathname + url.search + url.hash : url.href;

const isSitePath = (text: string): boolean => /^\/(?!\/)/.test(text);

/**
 * Where the person is led back to.
 *
 * @throws invalidParameter
 */
export const readTarget = (text: string, site: Site): URL => {
  const origins = isSitePath(text) ? [here] : [...site.origins, ...site.redirects];
  const base = isSitePath(text) ? here : undefined;
  const url =
    /[\\\p{Cc}]/u.test(text) || !URL.canParse(text, base) ? undefined : new URL(text, base);
  // Judged as a browser will read it: a user name, `blob:` and the dots of `/.//evil` all pretend before that.
  const isAdmitted = url && origins.some((origin) => url.href.startsWith(`${origin}/`));
  if (isAdmitted && (!base || isSitePath(addressOf(url)))) return url;
  return fail(
    'invalidParameter',
    'redirectUrl: expected a path on this site such as /userprofile, or an address on an origin that the site allows',
  );
};

/** Leads there, with what came of it. */
export const redirect = (target: URL, outcome: Record<string, string>): Response => {
  const url = new URL(target);
  for (const name of ['unlinkaccount', 'errorCode', 'reason', 'parameter'])
    url.searchParams.delete(name);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  return new Response(null, { status: 303, headers: { ...pageHeaders, Location: addressOf(url) } });
};

/** How a refusal is told in an address. */
export const outcomeOf = ({ code, failure, details }: OutroError): Record<string, string> => {
  const parameter = unlinkParameters.find((name) => details?.startsWith(`${name}:`));
  return {
    unlinkaccount: 'error',
    errorCode: String(code),
    reason: messageOf(failure),
    ...(parameter && { parameter }),
  };
};
