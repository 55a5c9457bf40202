import type { Departure, Receipt, Step, Way } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import { createToken, hashToken, outcomeTokenOf } from '../config/token.ts';
import type { ProviderSession, TripStop } from '../exits/trip.ts';
import type { Identity } from '../rules/account.ts';
import {
  chooseProvider,
  draftProvider,
  draftWay,
  toDraft,
  type Draft,
  type DraftedWay,
  type Leaving,
  type LeavingContext,
} from './draft-ways.ts';
import { isNamed, type Force } from './force.ts';
import { waysOf } from './ways-of.ts';
import { isVisit, needsDiscovery } from './ways-out.ts';

/** The providers that the browser should now leave, and the steps of those where there is nothing for it to do. */
export interface Plan {
  departures: Departure[];
  receipt: Receipt;
}

// Seconds in which a trip can be gone.
const tripTime = 15 * 60;

const openTrip = async (
  stops: TripStop[],
  { caller, callId, origin, store }: LeavingContext,
): Promise<Way[]> => {
  const trip = createToken();
  const tokenHash = hashToken(outcomeTokenOf(trip));
  await store.exits.openTrip(
    { tokenHash, site: caller.site.apiKey, callId, origin, stops },
    tripTime,
  );
  const url = `${caller.site.publicUrl}/leave/${trip}`;
  return [
    { by: 'popup', url, trip },
    { by: 'page', url, trip },
    { by: 'link', url, reason: 'finish signing out there' },
  ];
};

/** What comes of a draft: the ways that can be gone, or why there is none. */
export const settle = (
  { provider, ways, missing, fedcm }: Draft,
  trip: Way[] | undefined,
): Departure | Step => {
  const usable = ways.flatMap((way) => (way === 'trip' ? (trip ?? []) : way));
  if (fedcm || usable.some(({ by }) => by !== 'none'))
    return { provider, ways: usable, ...(fedcm && { fedcm }) };
  const reasons = new Set([
    ...missing,
    ...(ways.includes('trip') ? ['the visit of its logout page could not be prepared'] : []),
    ...usable.flatMap((way) => (way.by === 'none' ? way.reason : [])),
  ]);
  const reason = [...reasons].join('; ') || 'the site has configured no way to leave this provider';
  return { step: 'provider-session', provider, status: 'unsupported', reason };
};

/** Why a provider is not left, if it is not. */
const keep = (
  provider: string,
  force: Force,
  { isLogout, sessions: ours }: Leaving,
  sessions: ProviderSession[] | undefined,
  { caller }: LeavingContext,
): Step | undefined => {
  const about = { step: 'provider-session', provider } as const;
  if (force === false) return { ...about, status: 'kept', reason: 'forceProvidersLogout is false' };
  if (!isNamed(provider, force))
    return { ...about, status: 'kept', reason: 'forceProvidersLogout names other providers' };
  if (!isLogout || caller.site.leaves === 'connected') return undefined;
  if (!sessions)
    return {
      ...about,
      status: 'failed',
      reason: 'whether the session had signed in there is not known',
    };
  return sessions.some((one) => one.provider === provider && ours.includes(one.session ?? ''))
    ? undefined
    : { ...about, status: 'kept', reason: 'the session that ended had not signed in there' };
};

const firstsOf = ({ identities }: Leaving): Identity[] =>
  identities.filter(
    ({ provider }, index, all) => all.findIndex((one) => one.provider === provider) === index,
  );

// The person is out whatever becomes of it.
const attempt = <Value>(
  { callId, logError }: LeavingContext,
  promise: Promise<Value>,
): Promise<Value | undefined> =>
  promise.catch((error: unknown) => {
    logError({ callId, path: '/leave', error });
    return undefined;
  });

// Only those that the session signed in with are left, and the store knows which those are.
const looks = ({ isLogout }: Leaving, { leaves }: Site): boolean =>
  isLogout && leaves === 'signed-in-here';

const toPlan = (settled: (Departure | Step)[]): Plan => ({
  departures: settled.filter((one) => 'ways' in one),
  receipt: settled.filter((one) => 'step' in one),
});

/**
 * Plans how the browser leaves providers, where neither store nor provider has to be asked for it. Pure.
 *
 * @returns `undefined` where one has to be.
 */
export const planAtOnce = (
  leaving: Leaving,
  force: Force,
  context: LeavingContext,
): Plan | undefined => {
  const { site } = context.caller;
  const firsts = firstsOf(leaving);
  const asks = (provider: string): boolean =>
    isNamed(provider, force) &&
    (looks(leaving, site) ||
      waysOf(site, provider).some((way) => isVisit(way) || needsDiscovery(way)));
  if (firsts.some(({ provider }) => asks(provider))) return undefined;
  return toPlan(
    firsts.map((first) => {
      const kept = keep(first.provider, force, leaving, [], context);
      if (kept) return kept;
      const chosen = chooseProvider(first, leaving, []);
      const drafted = waysOf(site, first.provider).map(
        (way) => draftWay(way, first, chosen.stop, context) as DraftedWay,
      );
      return settle(toDraft(chosen, drafted, leaving, context), undefined);
    }),
  );
};

/** Drafts how each provider could be left, and why others are not; asks store and providers, and changes nothing. */
export const draftDepartures = async (
  leaving: Leaving,
  force: Force,
  context: LeavingContext,
): Promise<(Step | Draft)[]> => {
  const { site } = context.caller;
  const firsts = firstsOf(leaving);
  const sessions = firsts.some(
    ({ provider }) =>
      isNamed(provider, force) && (looks(leaving, site) || waysOf(site, provider).some(isVisit)),
  )
    ? (leaving.providerSessions ??
      (await attempt(
        context,
        context.store.exits.providerSessions({ site: site.apiKey, account: leaving.account }),
      )))
    : [];
  return Promise.all(
    firsts.map(
      async (first) =>
        keep(first.provider, force, leaving, sessions, context) ??
        draftProvider(first, waysOf(site, first.provider), leaving, sessions ?? [], context),
    ),
  );
};

/**
 * Plans how the browser leaves providers, after the change has committed; never rejects, since the person is out
 * whatever becomes of this. Costs no query unless a page is to be visited or the site's `leaves` asks for one.
 *
 * @see browser-logout.md; design.md section 3
 */
export const planDepartures = async (
  leaving: Leaving,
  force: Force,
  context: LeavingContext,
): Promise<Plan> => {
  const drafted = await draftDepartures(leaving, force, context);
  const stops = drafted.flatMap((one) =>
    'stop' in one && one.ways.includes('trip') ? one.stop : [],
  );
  const trip = stops.length > 0 ? await attempt(context, openTrip(stops, context)) : undefined;
  return toPlan(drafted.map((one) => ('stop' in one ? settle(one, trip) : one)));
};
