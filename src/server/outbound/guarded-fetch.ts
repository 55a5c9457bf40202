import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch as fetchThroughAgent } from 'undici';
import { insideOf } from '../config/ip-address.ts';

// This machine, private and shared networks, link-local, protocol assignments, benchmarks, multicast, reserved.
const networks4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3';

// The same in IPv6, and what maps or translates to IPv4.
const networks6 =
  '::/127 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8';

const isInside = insideOf([...networks4.split(' '), ...networks6.split(' ')]);

/** Whether a text is none of the public internet's IP addresses. */
export const isPrivateAddress = (address: string): boolean =>
  isIP(address) === 0 || isInside(address);

/** What a provider answered, its body cut at 64 KiB. */
export interface OutboundAnswer {
  status: number;
  body: string;
  /** Seconds the provider asks us to wait, from `Retry-After`. */
  retryAfter: number | undefined;
}

/** Sends one request to a provider or a webhook; `no body`: the answer is its status, whatever comes behind it. */
export type Outbound = (
  url: string,
  init: RequestInit,
  limit: number,
  reads?: 'no body',
) => Promise<OutboundAnswer>;

const bodySize = 64 * 1024;

const readBody = async (response: Pick<Response, 'body'>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > bodySize) break;
  }
  return text.slice(0, bodySize);
};

const refuse = (what: string): Error => new Error(`refused: ${what}`);

// The one look-up there is: what was judged is what is connected to. A name that answers differently when asked
// again (DNS rebinding) is not asked again.
const lookupPublic: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error: Error | null, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error || !first) callback(error ?? refuse('a name without an address'), '');
    else if (addresses.some(({ address }) => isPrivateAddress(address)))
      callback(refuse('a private address'), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });

const checkAddress = (url: URL): void => {
  if (url.protocol !== 'https:') throw refuse('not https');
  // Nobody looks up what is an address already.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && isPrivateAddress(host)) throw refuse('a private address');
};

/** Reaches public addresses only; what went wrong is said by the error itself, not by its cause. */
const createPublicFetch = (): typeof globalThis.fetch => {
  const dispatcher = new Agent({ connect: { lookup: lookupPublic } });
  const send = fetchThroughAgent as unknown as typeof globalThis.fetch;
  return (url, init) =>
    send(url, { ...init, dispatcher } as object).catch((error: unknown) => {
      throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
    });
};

// A fetch of the host's looks names up by itself, so this look-up comes on top and holds only against honest names.
const judgeFirst =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (url, init) => {
    const host = new URL(new Request(url).url).hostname;
    await new Promise<void>((resolve, reject) => {
      lookupPublic(host.replace(/^\[|\]$/g, ''), {}, (error) =>
        error ? reject(error) : resolve(),
      );
    });
    return fetch(url, init);
  };

// A time is the provider's, and so is the clock that it is counted from.
const readRetryAfter = ({ headers }: Response): number | undefined => {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  const now = Date.parse(headers.get('date') ?? '') || Date.now();
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};

/**
 * The way out of this backend to providers: https only, no redirects followed, no private addresses, bounded in time
 * and size.
 *
 * @param allowPrivate for development, where providers stand on this machine and speak http.
 * @param fetch one of the host's, in place of the one that connects to no other address than was judged.
 * @see design.md section 6
 */
export const createOutbound = (
  allowPrivate: boolean,
  fetch?: typeof globalThis.fetch,
): Outbound => {
  const guarded = () => (fetch ? judgeFirst(fetch) : createPublicFetch());
  const send = allowPrivate ? (fetch ?? globalThis.fetch) : guarded();
  return async (url, init, limit, reads) => {
    if (!allowPrivate) checkAddress(new URL(url));
    const signal = AbortSignal.timeout(limit);
    // Looking a name up knows no signal of its own.
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error(`no answer in ${limit} ms`)));
    });
    const response = await Promise.race([send(url, { ...init, redirect: 'manual', signal }), late]);
    const retryAfter = readRetryAfter(response);
    if (reads === 'no body') {
      await response.body?.cancel();
      return { status: response.status, body: '', retryAfter };
    }
    return { status: response.status, body: await readBody(response), retryAfter };
  };
};
