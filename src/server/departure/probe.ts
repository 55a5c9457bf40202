import type { ServerContext } from '../caller/context.ts';
import type { ApiRequest } from '../wire/request.ts';
import { probeAddress, probeState, readProbe } from './still-signed-in.ts';
import type { Visit } from './stop.ts';
import { wantsProbe } from './trip-receipt.ts';
import type { TripUnderWay } from './trip.ts';

/**
 * Prepares to ask a provider, after its logout page, whether the person is still signed in there: what was said at that
 * page is one thing, and this another. Nothing where it is not to be asked.
 */
export const probe = async (
  parts: ServerContext,
  underWay: TripUnderWay,
  index: number,
): Promise<Visit | undefined> => {
  const { trip, site } = underWay;
  const stop = trip.stops[index];
  if (!stop?.returnedAt || stop.probedAt || !wantsProbe(site, stop)) return undefined;
  await parts.store.exits.noteStop(trip.tokenHash, index, 'probedAt');
  const state = probeState(underWay, index);
  const url = await probeAddress(site, stop, state, parts.discovery);
  if (url) return { url };
  await parts.store.exits.noteStop(trip.tokenHash, index, 'probeEndedAt');
  return undefined;
};

/** Notes what a provider has answered to that. */
export const noteProbe = async (
  underWay: TripUnderWay,
  index: number,
  given: ApiRequest,
  { store }: ServerContext,
): Promise<void> => {
  const stop = underWay.trip.stops[index];
  // Only the provider that was asked knows what it was asked with.
  if (!stop?.probedAt || stop.probeEndedAt) return;
  if (given.param('state') !== probeState(underWay, index)) return;
  const { tokenHash } = underWay.trip;
  const proof = readProbe(given);
  if (proof) await store.exits.noteStop(tokenHash, index, proof);
  await store.exits.noteStop(tokenHash, index, 'probeEndedAt');
};
