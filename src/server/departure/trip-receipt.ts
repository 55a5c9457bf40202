import type { Step } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import type { Exits } from '../exits/exits.ts';
import type { ProviderSession, Trip, TripStop } from '../exits/trip.ts';

// Milliseconds that the clocks of instances and database may differ.
const clockTolerance = 5000;

/** Whether the provider told us, server to server, that the very session ended which this stop was to end. */
const isTold = (stop: TripStop, leftAt: string, sessions: ProviderSession[]): boolean => {
  const endedAt = sessions.find(({ id }) => id === stop.providerSession)?.endedAt;
  return endedAt !== undefined && endedAt.getTime() + clockTolerance >= Date.parse(leftAt);
};

const judgeVisit = (
  stop: TripStop,
  sessions: ProviderSession[],
): { status: Step['status']; reason: string } => {
  const { leftAt, returnedAt, confirmedAt, refusedAt } = stop;
  if (confirmedAt)
    return { status: 'done', reason: 'the provider itself said that its session has ended' };
  if (refusedAt)
    return { status: 'failed', reason: 'the provider itself said that its session goes on' };
  if (!leftAt) return { status: 'needs-user', reason: 'the browser has not been there yet' };
  if (!returnedAt)
    return { status: 'needs-user', reason: 'the browser has not come back from there' };
  // Measured: asked by the provider's page and answering "No", the person stays signed in there, and the browser is
  // sent back, and the backend is told all the same.
  const seen = isTold(stop, leftAt, sessions)
    ? 'the provider told the backend that its session with this site has ended'
    : 'the provider sent the browser back';
  const reason = `${seen}; whether the person is still signed in there is not known`;
  return { status: 'asked', reason };
};

const judge = (stop: TripStop, sessions: ProviderSession[]): Pick<Step, 'status' | 'reason'> => {
  const { status, reason } = judgeVisit(stop, sessions);
  const isProved = status === 'done' || status === 'failed';
  return stop.hintLeftOutAt === undefined || isProved
    ? { status, reason }
    : {
        status,
        reason: `${reason}; the ID token is too long for an address and was left out, so that the provider may have asked the person`,
      };
};

/** Whether the provider of a stop is to be asked, after its logout page, if the person is still signed in there. */
export const wantsProbe = (site: Site, { provider }: TripStop): boolean =>
  site.providers[provider]?.probe === true;

/** Whether nothing more will be learnt of a stop. */
export const isSettled = (site: Site, stop: TripStop): boolean =>
  stop.returnedAt !== undefined && (!wantsProbe(site, stop) || stop.probeEndedAt !== undefined);

/**
 * What is known of a trip so far: a `provider-session` step for each stop.
 *
 * @param url of the trip, where the person can go on with it.
 * @see browser-logout.md, rule 2
 */
export const receiptOf = async (
  { site, stops }: Trip,
  url: string,
  exits: Exits,
): Promise<Step[]> => {
  const accounts = stops.filter(({ returnedAt }) => returnedAt).map(({ account }) => account);
  const found = await Promise.all(
    [...new Set(accounts)].map((account) => exits.providerSessions({ site, account })),
  );
  return stops.map((stop) => {
    const known = judge(stop, found.flat());
    return {
      step: 'provider-session',
      provider: stop.provider,
      ...known,
      ...(known.status === 'needs-user' && { url }),
    };
  });
};

/** Address under which a trip is gone on. */
export const tripAddress = (site: Site, trip: string): string => `${site.publicUrl}/leave/${trip}`;
