import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** What a provider answered, its body cut at 64 KiB. */
export interface OutboundAnswer {
  status: number;
  body: string;
  /** Seconds the provider asks us to wait, from `Retry-After`. */
  retryAfter: number | undefined;
}

/** Sends one request to a provider. */
export type Outbound = (url: string, init: RequestInit, limit: number) => Promise<OutboundAnswer>;

const privateAddress =
  /^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd]|fe80:|::ffff:)/i;

const bodySize = 64 * 1024;

const readBody = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > bodySize) break;
  }
  return text.slice(0, bodySize);
};

const checkAddress = async (url: URL, allowPrivate: boolean): Promise<void> => {
  if (allowPrivate) return;
  if (url.protocol !== 'https:') throw new Error('refused: not https');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true });
  if (addresses.some(({ address }) => privateAddress.test(address)))
    throw new Error('refused: a private address');
};

const secondsUntil = (header: string | null): number | undefined => {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 86_400) : undefined;
};

/**
 * The way out of this backend to providers: https only, no redirects followed, no private addresses, bounded in time
 * and size.
 *
 * @param allowPrivate for development, where providers stand on this machine and speak http.
 * @see design.md section 6
 */
export const createOutbound =
  (allowPrivate: boolean, fetch: typeof globalThis.fetch = globalThis.fetch): Outbound =>
  async (url, init, limit) => {
    const signal = AbortSignal.timeout(limit);
    // Looking a name up knows no signal of its own.
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('too late')));
    });
    await Promise.race([checkAddress(new URL(url), allowPrivate), late]);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const retryAfter = secondsUntil(response.headers.get('retry-after'));
    return { status: response.status, body: await readBody(response), retryAfter };
  };
