import { failure, type Envelope } from '../core/envelope.ts';
import type { OutroError } from '../core/error.ts';
import { runSafely, type EventBus, type Happened } from './events.ts';
import { respond, type CallOptions, type Response } from './response.ts';
import type { User } from './user.ts';

/** A call that was made. */
interface Made {
  method: string;
  options: Pick<CallOptions, 'callback' | 'context'>;
  params: Record<string, unknown>;
}

/**
 * Hands out what a call came to: event, then callback, then promise.
 *
 * @param user of a success that has one.
 * @throws what the call was refused with
 */
export const closeCall = (
  bus: EventBus,
  { method, options, params }: Made,
  result: Envelope | OutroError,
  happened?: Happened,
  user?: User,
): Response => {
  const { callback, context } = options;
  const isFailure = result instanceof Error;
  const answer = isFailure ? failure(result) : result;
  const response = respond(method, context, params, answer, user);
  if (happened) bus.emit({ ...happened, receipt: response.receipt, context });
  if (callback) runSafely(() => callback(response));
  if (isFailure) throw result;
  return response;
};
