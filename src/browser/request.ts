import type { Envelope } from '../core/envelope.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { vendorDomain, type ClientConfig } from './config.ts';
import { attempt } from './page.ts';
import { refusal } from './refusal.ts';

/** Checked parameters, ready for a form body. */
export type WireParams = Record<string, string | number | boolean | undefined>;

/** What one request came to. */
export interface Answered {
  status: number;
  /** The decoded body; nothing where it was no JSON. */
  answer: unknown;
}

/** How long something is waited for. */
export interface Limits {
  signal?: AbortSignal | undefined;
  /** On the page's clock, in milliseconds. */
  end: number;
  /** Milliseconds from the beginning, for the message. */
  limit: number;
}

/**
 * Sends a method and gives back its answer.
 *
 * @param early what was asked already; it counts as the first attempt.
 */
export type Post = (
  path: string,
  params: WireParams,
  limits: Limits,
  early?: Promise<Answered>,
) => Promise<Envelope>;

const digits = (): string => Math.random().toFixed(16).slice(2);

/** A new id, 32 digits, as of a call; not a secret. */
export const createId = (): string => digits() + digits();

/** Limits that begin now. */
export const limitsOf = (limit: number, signal?: AbortSignal): Limits => ({
  signal,
  end: performance.now() + limit,
  limit,
});

/**
 * Waits until the limits are reached, and no longer.
 *
 * @param what is waited for, in the words of a message.
 * @throws requestTimeout, operationCanceled
 */
export const within = <Value>(
  promise: Promise<Value>,
  { signal, end, limit }: Limits,
  what: string,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    const cancel = (): void =>
      reject(refusal('operationCanceled', 'signal: the page gave this call up', signal?.reason));
    const timer = setTimeout(
      () => reject(refusal('requestTimeout', `${what} in ${limit} ms`)),
      end - performance.now(),
    );
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    });
  });

/**
 * A request as the vendor's SDK makes it: a form with no header of ours is sent in one round trip, without CORS preflight.
 * With `credentials` it has one, which no form can send and no stranger's page may.
 */
export const requestOf = ({ apiKey, credentials }: ClientConfig, params: WireParams) => {
  // Old pages name the key in each call; whatever they write there, this is the site that the client is of.
  const all = { ...params, APIKey: apiKey, authMode: 'cookie', sdk: 'js_outro', format: 'json' };
  // What is undefined falls out on the way through JSON.
  const body = new URLSearchParams(JSON.parse(JSON.stringify(all)) as Record<string, string>);
  return {
    method: 'POST',
    body,
    credentials: 'include' as RequestCredentials,
    ...(credentials && { headers: { 'X-Outro': 'page' } }),
  };
};

/** Where a method is: the vendor's own cloud has a host for each namespace, everybody else has one for all. */
export const addressOf = ({ origin }: ClientConfig, path: string): string => {
  const host = `//${path.split('.')[0]}.`;
  const isPart = vendorDomain.test(origin) && !origin.includes(host);
  return `${isPart ? origin.replace('//', host) : origin}/${path}`;
};

/**
 * Sends one request that outlives its page, and reads its answer: no other one's.
 *
 * @throws networkError, requestTimeout, operationCanceled
 */
export const ask = async (
  config: ClientConfig,
  path: string,
  params: WireParams,
  limits: Limits,
  given: RequestInit = {},
): Promise<Answered> => {
  const { origin } = config;
  const stop = new AbortController();
  const context = createId();
  const send = async (): Promise<Answered> => {
    const response = await config.fetch(addressOf(config, path), {
      ...requestOf(config, { ...params, context }),
      // A page may navigate right after it asked to leave; the request must survive that.
      keepalive: true,
      signal: stop.signal,
      ...given,
    });
    const answer: unknown = await response.json().catch(() => {});
    // A service worker between page and backend may answer with what it has kept, or with what it made up: there a success
    // counts when it names the request that it is of.
    const { context: named, errorCode } = Object(answer) as Partial<Envelope>;
    const worker = attempt(() => navigator.serviceWorker.controller);
    const isOurs = named ? named === context : config.isVendors || errorCode || !worker;
    return { status: response.status, answer: isOurs ? answer : undefined };
  };
  try {
    return await within(send(), limits, `${origin} gave no answer`);
  } catch (cause) {
    throw isOutroError(cause)
      ? cause
      : refusal('networkError', `${origin} could not be reached, or refused this page`, cause);
  } finally {
    // Nothing goes on after its time; after an answer this does nothing.
    stop.abort();
  }
};
