import type { Departure, Way } from '../../core/receipt.ts';
import type { Logout } from '../../providers/row.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { tokenPlace, type Exits } from '../exits/exits.ts';
import { type ProviderSession, type TripStop } from '../exits/trip.ts';
import type { Discovery } from '../outbound/discovery.ts';
import { fillAddress, type Values } from '../outbound/templates.ts';
import type { Identity } from '../rules/account.ts';
import {
  addressAtMost,
  gatherValues,
  needsDiscovery,
  returnAddress,
  valuesOf,
  type FilledWay,
  type WayValues,
} from './ways-out.ts';

/** What planning is given: the call that leaves. */
export interface LeavingContext {
  caller: { site: Site };
  callId: string;
  /** Origin of the page that asks, if one does. */
  origin: string | undefined;
  keyring: Keyring;
  discovery: Discovery;
  store: { exits: Pick<Exits, 'openTrip' | 'providerSessions'> };
  logError: (entry: { callId: string; path: string; error: unknown }) => void;
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

/** One provider's ways in the making: those that can be gone, why others cannot, and its stop of the trip. */
export interface Draft {
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

/** A way that can be gone, or why it cannot. */
export type DraftedWay = { way: Way | 'trip' } | { missing: string };

const draftFilled = (way: FilledWay, { values, missing }: WayValues): DraftedWay => {
  if (missing) return { missing };
  if (way.by !== 'frame') return { way: 'trip' };
  const url = fillAddress(way.url, values);
  return url.length > addressAtMost
    ? { missing: 'the address of its logout page would be too long' }
    : { way: { by: 'frame', url } };
};

// Sealed, a text is a third longer.
const isTooLong = (way: Logout, { sealedIdToken = '' }: TripStop): boolean =>
  way.by === 'visit' &&
  way.method === 'GET' &&
  !way.longByForm &&
  way.needs?.includes('idToken') === true &&
  (sealedIdToken.length * 3) / 4 > addressAtMost;

/** A way in the making: at once where nobody has to be asked. */
export const draftWay = (
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
  if (isTooLong(way, stop))
    return { missing: 'the ID token is too long for the address of its logout page' };
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

/** Whom a provider is left for, and where the trip stops there. */
interface Provider {
  person: Identity;
  stop: TripStop;
}

/** Whom of a provider's people it is left for: whoever this browser had signed in as, where that is known. */
export const chooseProvider = (
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

/** A provider's ways, as far as they can be gone. */
export const toDraft = (
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

/** Drafts all of a provider's ways; some providers have to be asked for theirs. */
export const draftProvider = async (
  first: Identity,
  ways: readonly Logout[],
  leaving: Leaving,
  sessions: ProviderSession[],
  context: LeavingContext,
): Promise<Draft> => {
  const chosen = chooseProvider(first, leaving, sessions);
  const { person, stop } = chosen;
  const drafted = await Promise.all(ways.map(async (way) => draftWay(way, person, stop, context)));
  return toDraft(chosen, drafted, leaving, context);
};
