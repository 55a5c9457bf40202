import { fail } from '../../core/error.ts';
import { hashToken, outcomeTokenOf } from '../config/token.ts';
import { isSettled, receiptOf, tripAddress } from '../departure/trip-receipt.ts';
import type { ServerMethod } from './context.ts';

/**
 * `socialize.getDeparture`: how a trip stands. Whoever has its token may ask.
 *
 * @throws invalidParameter when there is no such trip, or no longer
 */
export const getDeparture: ServerMethod<'getDeparture'> = async (
  { departure },
  { caller, store },
) => {
  const trip =
    (await store.exits.readTrip(hashToken(departure))) ??
    (await store.exits.readTrip(hashToken(outcomeTokenOf(departure))));
  if (trip?.site !== caller.site.apiKey)
    return fail('invalidParameter', 'departure: expected a trip of the last 15 minutes');
  const receipt = await receiptOf(trip, tripAddress(caller.site, departure), store.exits);
  return { receipt, isComplete: trip.stops.every((stop) => isSettled(caller.site, stop)) };
};
