import ky, { TimeoutError } from 'ky';
import { isEnvelope, toError, type Envelope } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import type { ClientConfig } from './config.ts';

/** Checked parameters, ready for a form body. */
export type WireParams = Record<string, string | number | boolean | undefined>;

/** How one request is sent. */
export interface RequestLimits {
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole answer, repeated attempts included; for its head where it is a stream. */
  timeout?: number | undefined;
}

/** The way to the backend. */
export interface Transport {
  /** Sends a method and gives back its answer. */
  post: (path: string, params: WireParams, limits?: RequestLimits) => Promise<Envelope>;
  /** Sends a method and gives back its answer unread: a stream, which ends with the page. */
  open: (path: string, params: WireParams, limits?: RequestLimits) => Promise<Response>;
  /** Whether the backend is the vendor's cloud, which lacks what only outro has. */
  isVendors: boolean;
}

// The vendor's own cloud has a host for each namespace; everybody else has one for all.
const vendorDomain = /(^|[./])(gigya\.com|gigya-api\.cn|sapcdm\.cn)$/;

const addressOf = (origin: string, path: string): string => {
  const host = `//${path.split('.')[0]}.`;
  const isWhole = !vendorDomain.test(origin) || origin.includes(host);
  return `${isWhole ? origin : origin.replace('//', host)}/${path}`;
};

// A form body with no header of ours is a "simple request": one round trip, no CORS preflight.
const encode = (params: WireParams): URLSearchParams => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined) body.set(name, String(value));
  return body;
};

/** The only user of ky: posts in the vendor's wire format and turns every failure into an OutroError. */
export const createTransport = ({
  origin: given,
  apiKey,
  timeout: usual,
  fetch,
}: ClientConfig): Transport => {
  let origin = given;
  const isVendors = vendorDomain.test(origin);
  const request = (
    path: string,
    params: WireParams,
    { signal, timeout = usual }: RequestLimits,
    keepalive: boolean,
  ): Promise<Response> =>
    ky
      .post(addressOf(origin, path), {
        body: encode({
          APIKey: apiKey,
          ...params,
          authMode: 'cookie',
          sdk: 'js_outro',
          format: 'json',
        }),
        // Firefox reads it here only: in the request that ky makes it is lost, and with it the request of a closing page.
        fetch: (input, init) => fetch(input, { ...init, keepalive }),
        timeout,
        // Repeated only where the backend knows a repetition by its key.
        retry: { limit: params['idempotencyKey'] ? 1 : 0, methods: ['post'] },
        throwHttpErrors: false,
        credentials: 'include',
        ...(signal && { signal }),
      })
      .catch((cause: unknown) =>
        cause instanceof TimeoutError
          ? fail('requestTimeout', `no answer from ${origin} within ${timeout} ms`, { cause })
          : fail('networkError', `${origin} could not be reached, or refused this page`, { cause }),
      );
  const post: Transport['post'] = async (path, params, limits = {}) => {
    const { timeout = usual } = limits;
    const late = new Promise((resolve) => setTimeout(resolve, timeout));
    // A page may navigate right after it asked to leave; the request must survive that.
    const response = await request(path, params, limits, true);
    // An answer may stop in the middle.
    const answer: unknown = await Promise.race([response.json().catch(() => undefined), late]);
    if (!isEnvelope(answer))
      return fail('networkError', `${origin} answered ${response.status} without a result`);
    if (answer.errorCode === 0) return answer;
    const error = toError(answer);
    const { apiDomain = '' } = answer;
    // The key lives in another data centre: ask there, now and from now on, but nowhere else.
    if (
      error.failure !== 'invalidDataCenter' ||
      !vendorDomain.test(apiDomain) ||
      origin.endsWith(apiDomain)
    )
      throw error;
    origin = `https://${apiDomain}`;
    return post(path, params, limits);
  };
  const open: Transport['open'] = (path, params, limits = {}) =>
    request(path, params, limits, false);
  return { post, open, isVendors };
};
