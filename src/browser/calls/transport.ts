import ky, { TimeoutError } from 'ky';
import { isEnvelope, toError, type Envelope } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import { vendorDomain, type ClientConfig } from '../config.ts';
import { addressOf, requestOf, type WireParams } from '../request.ts';

/** How one request is sent. */
export interface RequestLimits {
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole answer, repeated attempts included. */
  timeout?: number | undefined;
}

/** Sends a method and gives back its answer. */
export type Post = (path: string, params: WireParams, limits?: RequestLimits) => Promise<Envelope>;

/** The only user of ky: posts in the vendor's wire format and turns every failure into an OutroError. */
export const createPost = (config: ClientConfig): Post => {
  const post: Post = async (path, params, { signal, timeout = config.timeout } = {}) => {
    const { origin } = config;
    const address = addressOf(config, path);
    const request = requestOf(config, params);
    let answer: unknown;
    const response = await ky
      .post(address, {
        // A page may navigate right after it asked to leave; the request must survive that. In the request that ky
        // makes Firefox would not read it, and its body would be copied for each attempt.
        async fetch(given) {
          const { signal: over } = given as Request;
          const init = { ...request, keepalive: true, signal: over };
          const answered = await config.fetch(address, init);
          // Here its time is limited too; an answer may stop in the middle.
          answer = await answered.json().catch(() => {});
          return answered;
        },
        timeout,
        // Repeated only where the backend knows a repetition by its key; the pause is part of the time.
        retry: {
          limit: params['idempotencyKey'] ? 1 : 0,
          methods: ['post'],
          backoffLimit: timeout / 9,
        },
        throwHttpErrors: false,
        signal: signal ?? null,
      })
      .catch((cause: unknown) =>
        cause instanceof TimeoutError
          ? fail('requestTimeout', `${origin} gave no answer in ${timeout} ms`, { cause })
          : fail('networkError', `${origin} could not be reached, or refused this page`, { cause }),
      );
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
    config.origin = `https://${apiDomain}`;
    return post(path, params, { signal, timeout });
  };
  return post;
};
