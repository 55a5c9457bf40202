import ky from 'ky';
import { isEnvelope } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { toError } from '../../core/to-error.ts';
import { vendorDomain } from '../config.ts';
import type { Start } from '../call.ts';
import type { Answered, Post } from '../request.ts';

/** The only user of ky: posts in the vendor's wire format and turns every failure into an OutroError. */
export const createPost = ({
  config,
  ask,
  within,
}: Pick<Start, 'config' | 'ask' | 'within'>): Post => {
  const post: Post = async (path, params, limits, early) => {
    const { origin } = config;
    const time = Math.max(0, limits.end - performance.now());
    let asked = early;
    let answered: Answered | undefined;
    const attempts = ky.post(`${origin}/${path}`, {
      // Ky repeats what it is told to; the request itself is the one that is always there.
      async fetch() {
        const first = asked;
        asked = undefined;
        answered = await (first ?? ask(config, path, params, limits));
        return new Response();
      },
      timeout: false,
      // Repeated only where the backend knows a repetition by its key; the pause is part of the time.
      retry: {
        limit: params['idempotencyKey'] ? 1 : 0,
        methods: ['post'],
        shouldRetry: ({ error }) => isOutroError(error) && error.failure === 'networkError',
        backoffLimit: time / 9,
      },
      throwHttpErrors: false,
    });
    await within(Promise.resolve(attempts), limits, `${origin} gave no answer`).catch(
      (error: unknown) =>
        isOutroError(error)
          ? Promise.reject(error)
          : fail('networkError', `${origin} could not be reached`, { cause: error }),
    );
    const { answer, status } = answered ?? {};
    if (!isEnvelope(answer))
      return fail('networkError', `${origin} answered ${status} without a result`);
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
    return post(path, params, limits);
  };
  return post;
};
