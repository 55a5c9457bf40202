import type { Departure, Receipt, Step, Way } from '../../core/receipt.ts';
import type { Logout } from '../../providers/providers.ts';
import type { Caller } from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Site } from '../config/sites.ts';
import { createToken, hashToken } from '../config/token.ts';
import { tokenPlace, type ProviderSession, type TripStop } from '../exits/exits.ts';
import { fillAddress, type Values } from '../outbound/templates.ts';
import type { Identity } from '../rules/account.ts';
import { isNamed, type Force } from './force.ts';
import {
  gatherValues,
  isVisit,
  needsDiscovery,
  returnAddress,
  valuesOf,
  waysOf,
  type FilledWay,
  type WayValues,
} from './ways-out.ts';

/** What planning is given: the call that leaves. */
export interface LeavingContext extends ServerContext {
  caller: Caller;
  callId: string;
  /** Origin of the page that asks, if one does. */
  origin: string | undefined;
}

/** Whom a change takes away from which providers. */
export interface Leaving {
  /** Row id of the account. */
  account: string;
  /** The identities whose providers are left. */
  identities: Identity[];
  /** Row ids of our sessions that leave. */
  sessions: string[];
  /** The sessions have ended, so that the site's `leaves` counts. */
  isLogout: boolean;
  /** The person's sessions at providers, where the change has deleted what the store knew of them. */
  providerSessions?: ProviderSession[] | undefined;
}

/** The providers that the browser should now leave, and the steps of those where there is nothing for it to do. */
export interface Plan {
  departures: Departure[];
  receipt: Receipt;
}

/** One provider's ways in the making: those that can be gone, why others cannot, and its stop of the trip. */
interface Draft {
  provider: string;
  ways: (Way | 'trip')[];
  missing: string[];
  stop: TripStop;
  fedcm: Departure['fedcm'];
}

const openAccessToken = (
  { provider, subProvider, providerUid, sealedTokens }: Identity,
  { caller, keyring }: LeavingContext,
): string | undefined => {
  if (!sealedTokens) return undefined;
  const place = tokenPlace({ site: caller.site.apiKey, provider, subProvider, providerUid });
  const opened = keyring.open(sealedTokens, place) ?? '{}';
  return (JSON.parse(opened) as { authToken?: string }).authToken;
};

const givenFor = (
  way: FilledWay,
  person: Identity,
  stop: TripStop,
  context: LeavingContext,
): Values =>
  way.by === 'frame'
    ? {
        accessToken: way.url.includes('{accessToken}')
          ? openAccessToken(person, context)
          : undefined,
        returnUrl: returnAddress(context.caller.site),
      }
    : // Only whether there is an ID token counts here: it is opened on the trip.
      { idToken: stop.sealedIdToken, returnUrl: '', state: '' };

type DraftedWay = { way: Way | 'trip' } | { missing: string };

const draftFilled = (way: FilledWay, { values, missing }: WayValues): DraftedWay => {
  if (missing) return { missing };
  return way.by === 'frame'
    ? { way: { by: 'frame', url: fillAddress(way.url, values) } }
    : { way: 'trip' };
};

/** A way in the making: at once where nobody has to be asked. */
const draftWay = (
  way: Logout,
  person: Identity,
  stop: TripStop,
  context: LeavingContext,
): DraftedWay | Promise<DraftedWay> => {
  if (way.by === 'none') return { way };
  if (way.by === 'link') return { way: { by: 'link', url: way.url, reason: way.reason } };
  if (way.by === 'script') {
    const { call, answers = false, ends, reason } = way;
    // A script that forgets only what it knew on this site settles nothing: the next way is tried as well.
    const status = ends === 'site' ? 'unsupported' : answers ? 'done' : 'asked';
    return { way: { by: 'script', call, answers, status, reason } };
  }
  const given = givenFor(way, person, stop, context);
  const configured = context.caller.site.providers[person.provider];
  if (!needsDiscovery(way)) return draftFilled(way, valuesOf(way, given, configured));
  return gatherValues(way, given, configured, context.discovery).then((found) =>
    draftFilled(way, found),
  );
};

/** The person's session at the provider: one that this browser had signed in with, else the newest. */
const findSession = (
  people: Identity[],
  sessions: ProviderSession[],
  ours: string[],
): ProviderSession | undefined => {
  const theirs = sessions.filter(({ provider, providerUid }) =>
    people.some((one) => one.provider === provider && one.providerUid === providerUid),
  );
  return theirs.find(({ session = '' }) => ours.includes(session)) ?? theirs[0];
};

const fedcmOf = ({ provider, providerUid }: Identity, site: Site): Departure['fedcm'] => {
  const { fedcm, clientId } = site.providers[provider] ?? {};
  return fedcm && clientId ? { configURL: fedcm, clientId, accountHint: providerUid } : undefined;
};

/** One provider's ways in the making. */
interface Provider {
  person: Identity;
  stop: TripStop;
}

const chooseProvider = (
  first: Identity,
  leaving: Leaving,
  sessions: ProviderSession[],
): Provider => {
  const { provider } = first;
  const people = leaving.identities.filter((identity) => identity.provider === provider);
  const session = findSession(people, sessions, leaving.sessions);
  const person = people.find(({ providerUid }) => providerUid === session?.providerUid) ?? first;
  const stop: TripStop = {
    provider,
    providerUid: person.providerUid,
    providerSession: session?.id,
    sealedIdToken: session?.sealedIdToken,
    account: leaving.account,
  };
  return { person, stop };
};

const toDraft = (
  { person, stop }: Provider,
  drafted: DraftedWay[],
  { isLogout }: Leaving,
  { caller }: LeavingContext,
): Draft => ({
  provider: person.provider,
  ways: [...new Set(drafted.flatMap((one) => ('way' in one ? one.way : [])))],
  missing: drafted.flatMap((one) => ('missing' in one ? one.missing : [])),
  stop,
  // A logout leaves the connection as it is.
  fedcm: isLogout ? undefined : fedcmOf(person, caller.site),
});

const draftProvider = async (
  first: Identity,
  leaving: Leaving,
  sessions: ProviderSession[],
  context: LeavingContext,
): Promise<Draft> => {
  const chosen = chooseProvider(first, leaving, sessions);
  const { person, stop } = chosen;
  const ways = waysOf(context.caller.site, person.provider);
  const drafted = await Promise.all(ways.map((way) => draftWay(way, person, stop, context)));
  return toDraft(chosen, drafted, leaving, context);
};

// Seconds in which a trip can be gone.
const tripTime = 15 * 60;

const openTrip = async (
  stops: TripStop[],
  { caller, callId, origin, store }: LeavingContext,
): Promise<Way[]> => {
  const trip = createToken();
  const tokenHash = hashToken(trip);
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

const settle = (
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
  const { caller, callId, store, logError } = context;
  const { site } = caller;
  const attempt = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
    promise.catch((error: unknown) => {
      logError({ callId, path: '/leave', error });
      return undefined;
    });
  const firsts = firstsOf(leaving);
  const sessions = firsts.some(
    ({ provider }) =>
      isNamed(provider, force) && (looks(leaving, site) || waysOf(site, provider).some(isVisit)),
  )
    ? (leaving.providerSessions ??
      (await attempt(
        store.exits.providerSessions({ site: site.apiKey, account: leaving.account }),
      )))
    : [];
  const settled: (Departure | Step | Draft)[] = await Promise.all(
    firsts.map(
      async (first) =>
        keep(first.provider, force, leaving, sessions, context) ??
        draftProvider(first, leaving, sessions ?? [], context),
    ),
  );
  const stops = settled.flatMap((one) =>
    'stop' in one && one.ways.includes('trip') ? one.stop : [],
  );
  const trip = stops.length > 0 ? await attempt(openTrip(stops, context)) : undefined;
  return toPlan(settled.map((one) => ('stop' in one ? settle(one, trip) : one)));
};
