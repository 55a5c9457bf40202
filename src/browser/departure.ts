import type { Departure, Step } from '../core/receipt.ts';
import { leaveByFrame, type Outcome } from './frame.ts';

/** Where departures happen and how long each may take. */
export interface DeparturePlace {
  document: Document | undefined;
  /** Milliseconds. */
  limit: number;
}

const leave = ({ logout }: Departure, place: DeparturePlace): Promise<Outcome> | Outcome => {
  if (logout.by !== 'frame') return { status: 'unsupported', reason: logout.reason };
  return place.document
    ? leaveByFrame(logout.url, place.document, place.limit)
    : { status: 'unsupported', reason: 'there is no page to hold a frame' };
};

/**
 * Ends the sessions at the providers, all at once, each by its own strategy, and reports one
 * `provider-session` step for each; never rejects and never outlasts the limit.
 */
export const leaveProviders = (
  departures: Departure[],
  force: boolean,
  place: DeparturePlace,
): Promise<Step[]> =>
  Promise.all(
    departures.map(async (departure): Promise<Step> => {
      const about = { step: 'provider-session', provider: departure?.provider } as const;
      if (!force) return { ...about, status: 'kept', reason: 'forceProvidersLogout is false' };
      try {
        return { ...about, ...(await leave(departure, place)) };
      } catch {
        return { ...about, status: 'failed', reason: 'the backend named no way to leave' };
      }
    }),
  );
