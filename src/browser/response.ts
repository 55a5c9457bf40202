import type { Envelope } from '../core/envelope.ts';
import type { Receipt } from '../core/receipt.ts';
import type { User } from './user.ts';

/** What a method answers, in promise and callback alike. */
export interface Response {
  /** 0 is success. */
  errorCode: number;
  /** `''` on success. */
  errorMessage: string;
  /** The parameter or condition at fault, what was expected and what to do. */
  errorDetails?: string;
  /** Name of the method that made this response. */
  operation: string;
  /** The `context` of the call, the same reference, else `null`. */
  context: unknown;
  /** Transaction id, whenever the server answered. */
  callId?: string;
  status: 'OK' | 'FAIL';
  statusMessage: string;
  requestParams: Record<string, unknown>;
  /** What exactly is over now. */
  receipt: Receipt;
}

/** An answer that comes with the person, where one was read. */
export interface ResponseWithUser extends Response {
  user?: User;
}

/** What every call takes besides the method's own parameters. */
export interface CallOptions<Answer = { user: User }> {
  /** Called once with the response, also when it is a failure: then without what the method answers. */
  callback?: ((response: Response & Partial<Answer>) => void) | undefined;
  /** Handed back untouched in response and event. */
  context?: unknown;
  /** Providers that can only be left by a full page may take the place of this one; they lead back to it. Default false. */
  fullPage?: boolean | undefined;
  /** Gives the call up; a logout is then finished later. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that this call waits for the backend, and again for the providers. Default: the client's. */
  timeout?: number | undefined;
}

/**
 * Shapes a wire answer into what pages read: every documented field, present even when empty.
 *
 * @param user of a success that has one.
 */
export const respond = (
  operation: string,
  context: unknown,
  requestParams: Record<string, unknown>,
  answer: Envelope,
  user?: User,
): Response => {
  const errorMessage = answer.errorMessage ?? '';
  return {
    ...answer,
    errorMessage,
    operation,
    context,
    status: answer.errorCode ? 'FAIL' : 'OK',
    statusMessage: errorMessage,
    requestParams,
    receipt: answer.receipt ?? [],
    ...(user && { user }),
  };
};
