import type { Logout } from '../../providers/providers.ts';
import type { Departure, Receipt, Step, Way } from '../../core/receipt.ts';
import type { Identity } from '../rules/account.ts';
import type { MethodContext } from '../methods/context.ts';
import { isNamed, type Force } from './force.ts';
import { fillAddress } from '../outbound/templates.ts';
import { createToken, hashToken } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { tokenPlace, type DepartureStop, type ProviderSession } from '../people/people.ts';
import { gatherValues, isVisit, returnAddress, waysOf } from './ways-out.ts';

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
  stop: DepartureStop;
  fedcm: Departure['fedcm'];
}

const openAccessToken = async (
  { provider, subProvider, providerUid, sealedTokens }: Identity,
  { caller, keyring }: MethodContext,
): Promise<string | undefined> => {
  if (!sealedTokens) return undefined;
  const place = tokenPlace({ site: caller.site.apiKey, provider, subProvider, providerUid });
  const opened = await keyring.open(sealedTokens, place).catch(() => '{}');
  return (JSON.parse(opened) as { authToken?: string }).authToken;
};

const frame = async (
  way: Extract<Logout, { by: 'frame' }>,
  person: Identity,
  context: MethodContext,
): Promise<{ way: Way } | { missing: string }> => {
  const { caller, discovery } = context;
  const { site } = caller;
  const accessToken = way.url.includes('{accessToken}')
    ? await openAccessToken(person, context)
    : undefined;
  const given = { accessToken, returnUrl: returnAddress(site) };
  const { values, missing } = await gatherValues(
    way,
    given,
    site.providers[person.provider],
    discovery,
  );
  return missing ? { missing } : { way: { by: 'frame', url: fillAddress(way.url, values) } };
};

const draftWay = async (
  way: Logout,
  person: Identity,
  stop: DepartureStop,
  context: MethodContext,
): Promise<{ way: Way | 'trip' } | { missing: string }> => {
  if (way.by === 'none') return { way };
  if (way.by === 'link') return { way: { by: 'link', url: way.url, reason: way.reason } };
  if (way.by === 'frame') return frame(way, person, context);
  if (way.by === 'script') {
    const { call, answers = false, ends, reason } = way;
    // A script that forgets only what it knew on this site settles nothing: the next way is tried as well.
    const status = ends === 'site' ? 'unsupported' : answers ? 'done' : 'asked';
    return { way: { by: 'script', call, answers, status, reason } };
  }
  // Only whether there is an ID token counts here: it is opened on the trip.
  const given = { idToken: stop.sealedIdToken, returnUrl: '', state: '' };
  const configured = context.caller.site.providers[person.provider];
  const { missing } = await gatherValues(way, given, configured, context.discovery);
  return missing ? { missing } : { way: 'trip' };
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

const draftProvider = async (
  first: Identity,
  leaving: Leaving,
  sessions: ProviderSession[],
  context: MethodContext,
): Promise<Draft> => {
  const { provider } = first;
  const people = leaving.identities.filter((identity) => identity.provider === provider);
  const session = findSession(people, sessions, leaving.sessions);
  const person = people.find(({ providerUid }) => providerUid === session?.providerUid) ?? first;
  const stop: DepartureStop = {
    provider,
    providerUid: person.providerUid,
    providerSession: session?.id,
    sealedIdToken: session?.sealedIdToken,
    account: leaving.account,
  };
  const drafts = await Promise.all(
    waysOf(context.caller.site, provider).map((way) => draftWay(way, person, stop, context)),
  );
  return {
    provider,
    ways: [...new Set(drafts.flatMap((one) => ('way' in one ? one.way : [])))],
    missing: drafts.flatMap((one) => ('missing' in one ? one.missing : [])),
    stop,
    // A logout leaves the connection as it is.
    fedcm: leaving.isLogout ? undefined : fedcmOf(person, context.caller.site),
  };
};

// Milliseconds in which a trip can be gone.
const tripTime = 15 * 60_000;

const openTrip = async (
  stops: DepartureStop[],
  { caller, callId, origin, store }: MethodContext,
): Promise<Way[]> => {
  const trip = createToken();
  const tokenHash = await hashToken(trip);
  const expiresAt = new Date(Date.now() + tripTime);
  await store.openTrip({ tokenHash, site: caller.site.apiKey, callId, origin, stops, expiresAt });
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
  { caller }: MethodContext,
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

/**
 * Plans how the browser leaves providers, after the change has committed; never rejects, since the person is out
 * whatever becomes of this. Costs no query unless a page is to be visited or the site's `leaves` asks for one.
 *
 * @see browser-logout.md; design.md section 3
 */
export const planDepartures = async (
  leaving: Leaving,
  force: Force,
  context: MethodContext,
): Promise<Plan> => {
  const { caller, callId, store, logError } = context;
  const { site } = caller;
  const attempt = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
    promise.catch((error: unknown) => {
      logError({ callId, path: '/leave', error });
      return undefined;
    });
  const firsts = leaving.identities.filter(
    ({ provider }, index, all) => all.findIndex((one) => one.provider === provider) === index,
  );
  const looksOnly = leaving.isLogout && site.leaves === 'signed-in-here';
  const sessions = firsts.some(
    ({ provider }) =>
      isNamed(provider, force) && (looksOnly || waysOf(site, provider).some(isVisit)),
  )
    ? (leaving.providerSessions ??
      (await attempt(store.providerSessions({ site: site.apiKey, account: leaving.account }))))
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
  const left = settled.map((one) => ('stop' in one ? settle(one, trip) : one));
  return {
    departures: left.filter((one) => 'ways' in one),
    receipt: left.filter((one) => 'step' in one),
  };
};
