import type { GenericEndpointContext, InternalAdapter } from '@better-auth/core';
import { BASE_ERROR_CODES, APIError } from '@better-auth/core/error';
import type { Departure, Receipt } from '../core/receipt.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import type { OutroError } from '../core/error.ts';

/** What came of leaving, beside better-auth's own answer. */
export interface Left {
  receipt: Receipt;
  departures?: Departure[] | undefined;
  callId: string;
}

/** What is said of a failure, in better-auth's words where it has them. */
const codes: Partial<
  Record<
    OutroError['failure'],
    ['BAD_REQUEST' | 'FORBIDDEN' | 'UNAUTHORIZED', { code: string; message: string }]
  >
> = {
  operationNotAllowed: ['BAD_REQUEST', BASE_ERROR_CODES.FAILED_TO_UNLINK_LAST_ACCOUNT],
  notConnected: ['BAD_REQUEST', BASE_ERROR_CODES.ACCOUNT_NOT_FOUND],
  pendingRecentLogin: ['FORBIDDEN', BASE_ERROR_CODES.SESSION_NOT_FRESH],
  unauthorizedUser: ['UNAUTHORIZED', { code: 'UNAUTHORIZED', message: 'Unauthorized' }],
};

/** A refusal of outro's as better-auth's pages know it, with what it is about in `details`. */
export const toApiError = (error: unknown): unknown => {
  if (!isOutroError(error)) return error;
  const [status, { code, message }] = codes[error.failure] ?? [
    'BAD_REQUEST',
    { code: error.failure, message: error.message },
  ];
  return new APIError(status, { code, message, details: error.details });
};

/** One of better-auth's own endpoints, as it is called inside. */
type Endpoint = (ctx: never) => Promise<unknown>;

/**
 * Lets one of better-auth's own endpoints answer, with its checks, its words and its cookies, while what it would delete is
 * done by outro.
 *
 * @param doing what stands in for the library's own.
 */
export const answerAs = async <Answer extends object>(
  endpoint: Endpoint,
  ctx: GenericEndpointContext,
  doing: Partial<InternalAdapter>,
  options: GenericEndpointContext['context']['options'] = ctx.context.options,
): Promise<Answer> => {
  const internalAdapter = { ...ctx.context.internalAdapter, ...doing };
  const within = {
    ...ctx,
    context: { ...ctx.context, internalAdapter, options },
    asResponse: false,
    returnHeaders: true,
  };
  const { headers, response } = (await endpoint(within as never)) as {
    headers: Headers;
    response: Answer;
  };
  for (const [name, value] of headers)
    if (name === 'set-cookie') ctx.responseHeaders.append(name, value);
    else ctx.setHeader(name, value);
  return response;
};
