import ky, { TimeoutError } from 'ky';
import { isEnvelope, toError, type Envelope } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import type { ClientConfig } from './config.ts';

/** Checked parameters, ready for a form body. */
export type WireParams = Record<string, string | number | boolean | undefined>;

/** Sends a method to the backend and gives back its answer. */
export type Post = (path: string, params: WireParams) => Promise<Envelope>;

// The vendor's own cloud has a host for each namespace; everybody else has one for all.
const vendorDomain = /(^|\.)(gigya\.com|gigya-api\.cn|sapcdm\.cn)$/;

const addressOf = (origin: string, path: string): string => {
  const url = new URL(`${origin}/${path}`);
  const namespace = `${path.split('.')[0]}.`;
  if (vendorDomain.test(url.hostname) && !url.hostname.startsWith(namespace))
    url.hostname = namespace + url.hostname;
  return url.href;
};

// A form body with no header of ours is a "simple request": one round trip, no CORS preflight.
const encode = (params: WireParams): URLSearchParams => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined) body.set(name, String(value));
  return body;
};

/** The only user of ky: posts in the vendor's wire format and turns every failure into an OutroError. */
export const createTransport = ({ origin: given, apiKey, timeout, fetch }: ClientConfig): Post => {
  let origin = given;
  const post: Post = async (path, params) => {
    const response = await ky
      .post(addressOf(origin, path), {
        body: encode({
          APIKey: apiKey,
          ...params,
          authMode: 'cookie',
          sdk: 'js_outro',
          format: 'json',
        }),
        fetch,
        timeout,
        retry: 0,
        throwHttpErrors: false,
        credentials: 'include',
        // A page may navigate right after it asked to leave; the request must survive that.
        keepalive: true,
      })
      .catch((cause: unknown) =>
        cause instanceof TimeoutError
          ? fail('requestTimeout', `no answer from ${origin} within ${timeout} ms`, { cause })
          : fail('networkError', `${origin} could not be reached, or refused this page`, { cause }),
      );
    const answer: unknown = await response.json().catch(() => undefined);
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
    return post(path, params);
  };
  return post;
};
