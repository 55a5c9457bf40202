import { OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { Caller } from '../caller/caller.ts';
import { isProved } from '../caller/claim.ts';
import { unprovedFailures, type Claim, type Gate } from '../caller/gate.ts';
import type { Site } from '../config/sites.ts';
import type { Format } from '../wire/answer.ts';
import type { ApiRequest } from '../wire/request.ts';

/** What is known of a request so far, for whatever becomes of it. */
export interface Attempt {
  callId: string;
  format: Format;
  cors: Record<string, string>;
  request?: ApiRequest;
  /** Origin of the page that asks, if one does. */
  origin: string | undefined;
  site?: Site;
  claim?: Claim;
  caller?: Caller;
}

// Refusals of who asks, not of what is asked.
const isUnproved = (refusal: OutroError, { caller }: Attempt): boolean =>
  unprovedFailures.includes(refusal.failure) && !isProved(caller);

/** What is answered in place of an answer: the refusal itself, or that there were too many like it. */
export const refusalOf = async (
  error: unknown,
  attempt: Attempt,
  gate: Gate,
  internal: string,
): Promise<OutroError> => {
  if (!isOutroError(error)) return new OutroError('serverError', internal);
  if (!isUnproved(error, attempt)) return error;
  return gate.unproved(attempt.site, attempt.claim ?? 'nothing', true).then(
    () => error,
    (limit: unknown) => limit as OutroError,
  );
};
