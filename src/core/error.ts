import { codeOf, messageOf, type FailureName } from './codes.ts';
import { mark } from './mark.ts';

/** What an error may carry besides its failure name. */
export interface FailureContext {
  /** Transaction id of the server's answer, 32 hex digits. */
  callId?: string | undefined;
  /** The number as the server sent it, when it is not the table's own. */
  code?: number | undefined;
  /** What went wrong underneath. */
  cause?: unknown;
}

/**
 * The one error class: `failure` names a row of the failure table, `code` is the Gigya number.
 * Test with `isOutroError(error)`, then `switch (error.failure)`.
 */
export class OutroError extends Error {
  override readonly name = 'OutroError';
  readonly [mark] = true;
  declare readonly failure: FailureName;
  declare readonly code: number;
  declare readonly details: string | undefined;
  declare readonly callId: string | undefined;

  constructor(failure: FailureName, details?: string, context: FailureContext = {}) {
    const message = messageOf(failure);
    super(details ? `${message}: ${details}` : message, { cause: context.cause });
    this.failure = failure;
    this.code = context.code ?? codeOf(failure);
    this.details = details;
    this.callId = context.callId;
  }
}

/** Any caught value as an outro error: what nobody expected is a server error with its cause. */
export const toOutroError = (cause: unknown): OutroError =>
  mark in (Object(cause) as object)
    ? (cause as OutroError)
    : new OutroError('serverError', undefined, { cause });

/**
 * Raises a failure of the table; the only way errors are made inside the house.
 *
 * @param details names the parameter or condition, what was expected and what to do.
 * @throws the failure that was named
 */
export const fail = (failure: FailureName, details?: string, context?: FailureContext): never => {
  throw new OutroError(failure, details, context);
};
