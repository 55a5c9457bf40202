import ky, { TimeoutError } from 'ky';
import { isEnvelope, toError, type Envelope } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import type { ClientConfig } from './config.ts';

/** Sends a method to the backend and gives back its answer. */
export type Post = (path: string, params: WireParams) => Promise<Envelope>;

/** Checked parameters, ready for a form body. */
export type WireParams = Record<string, string | number | boolean | undefined>;

// A form body with no header of ours is a "simple request": one round trip, no CORS preflight.
const encode = (params: WireParams): URLSearchParams => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined) body.set(name, String(value));
  return body;
};

/** The only user of ky: posts in the vendor's wire format and turns every failure into an OutroError. */
export const createTransport = ({ origin, apiKey, timeout, fetch }: ClientConfig): Post => {
  return async (path, params) => {
    const body = encode({ APIKey: apiKey, ...params, format: 'json' });
    const response = await ky
      .post(`${origin}/${path}`, {
        body,
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
          : fail('networkError', `${origin} could not be reached`, { cause }),
      );
    const answer: unknown = await response.json().catch(() => undefined);
    if (!isEnvelope(answer))
      return fail('networkError', `${origin} answered ${response.status} without a result`);
    if (answer.errorCode !== 0) throw toError(answer);
    return answer;
  };
};
