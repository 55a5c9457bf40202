import { failure } from '../core/envelope.ts';
import { fail, type OutroError } from '../core/error.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { methods, type CheckedParams } from '../core/methods.ts';
import { isSameProvider, providerId } from '../providers/providers.ts';
import type { Departure, ForetoldDeparture, Receipt, Step } from '../core/receipt.ts';
import type { WireUser } from '../core/user.ts';
import type { Situation } from './scenarios.ts';

/** One person who leaves, as the backend knows things so far. */
export interface Rehearsal {
  situation: Situation;
  /** The backend’s origin. */
  origin: string;
  /** Ids of the providers that the person was connected to at the beginning. */
  providers: string[];
  /** Those that are left. */
  connected: string[];
  user: Partial<WireUser>;
}

/** What a removal is asked to do. */
export type RemovalParams = Pick<
  CheckedParams<(typeof methods)['removeConnection']>,
  'provider' | 'lastIdentityHandling' | 'forceProvidersLogout'
>;

/** What opens the only trip of a rehearsal. */
export const trip = 'rehearsal';

// Milliseconds until the backend would try again.
const retryTime = 60_000;

const grantStep = (provider: string, { grant }: Situation): Step => ({
  step: 'grant',
  provider,
  ...grant,
  ...(grant.status === 'pending' && { retryAt: new Date(Date.now() + retryTime).toISOString() }),
});

const kept = 'last way in: the mapping stays, so that the same sign-in opens the same account';

const removalSteps = (provider: string, keepsMapping: boolean, situation: Situation): Receipt => [
  {
    step: 'identity',
    provider,
    ...(keepsMapping ? { status: 'kept', reason: kept } : { status: 'done' }),
  },
  { step: 'data', provider, status: 'done' },
  grantStep(provider, situation),
];

const departureTo = (provider: string, origin: string): Departure => {
  const url = `${origin}/leave/${trip}`;
  return {
    provider,
    ways: [
      { by: 'popup', url, trip },
      { by: 'page', url, trip },
      { by: 'link', url, reason: 'finish signing out there' },
    ],
  };
};

/** What the answer says of the sessions at the providers, and what is left for the browser to do. */
export const leave = (
  providers: string[],
  force: boolean | string[],
  { situation: { leaves }, origin }: Rehearsal,
): { receipt: Receipt; departures: Departure[] } => {
  const isMeant = (provider: string): boolean =>
    typeof force === 'boolean'
      ? force
      : force.some((one) => isSameProvider(providerId(one, 'forceProvidersLogout'), provider));
  const left = providers.filter(isMeant);
  const stay: Receipt = providers
    .filter((provider) => !isMeant(provider))
    .map((provider) => ({
      step: 'provider-session',
      provider,
      status: 'kept',
      reason: `forceProvidersLogout ${force === false ? 'is false' : 'names other providers'}`,
    }));
  if (leaves === 'trip')
    return { receipt: stay, departures: left.map((provider) => departureTo(provider, origin)) };
  const gone: Receipt = left.map((provider) => ({ step: 'provider-session', provider, ...leaves }));
  return { receipt: [...gone, ...stay], departures: [] };
};

const decide = (
  { situation, connected }: Rehearsal,
  { provider, lastIdentityHandling: handling }: RemovalParams,
) => {
  const wanted = provider && providerId(provider);
  const selected = connected.filter((one) => !wanted || isSameProvider(one, wanted));
  if (situation.needsRecentLogin)
    fail(
      'pendingRecentLogin',
      'session: expected a sign-in of the last 300 s; sign in again, then confirm again. Nothing was changed',
    );
  if (selected.length === 0)
    fail('notConnected', `provider: the user is not connected to ${wanted ?? 'any provider'}`);
  const isLast = situation.isLastWayIn === true && selected.length === connected.length;
  if (isLast && handling === 'fail')
    fail(
      'operationNotAllowed',
      `lastIdentityHandling: ${selected.join(', ')} is the last way to sign in; connect another provider or set a password first`,
    );
  const keepsMapping = isLast && handling === 'soft';
  return {
    selected,
    left: connected.filter((one) => !selected.includes(one)),
    keepsMapping,
    receipt: selected.flatMap((one) => removalSteps(one, keepsMapping, situation)),
  };
};

/**
 * Removes connections, as far as the situation allows.
 *
 * @throws notConnected, operationNotAllowed, pendingRecentLogin, invalidParameter
 */
export const remove = (rehearsal: Rehearsal, params: RemovalParams) => {
  const { selected, left, receipt } = decide(rehearsal, params);
  const departed = leave(selected, params.forceProvidersLogout, rehearsal);
  rehearsal.connected = left;
  return { receipt: [...receipt, ...departed.receipt], departures: departed.departures };
};

const foretell = (
  providers: string[],
  force: boolean | string[],
  rehearsal: Rehearsal,
): ForetoldDeparture[] => {
  const { receipt, departures } = leave(providers, force, rehearsal);
  return [
    ...departures.map(
      ({ provider }) => ({ provider, status: 'asked', by: 'popup' }) satisfies ForetoldDeparture,
    ),
    ...receipt.map(({ provider = '', status, reason = '' }): ForetoldDeparture =>
      status === 'kept' ? { provider, status, reason } : { provider, status: 'asked', by: 'frame' },
    ),
  ];
};

const addFirst = ({ failure: name }: OutroError): string[] => {
  if (name === 'pendingRecentLogin') return ['recent-login'];
  return name === 'notConnected' ? [] : ['password', 'passkey', 'code', 'another-identity'];
};

/**
 * Says what `remove` would do, by the same decision.
 *
 * @throws invalidParameter
 */
export const explain = (rehearsal: Rehearsal, params: RemovalParams): object => {
  const { situation, connected } = rehearsal;
  const waysIn = (providers: string[]): object[] => [
    ...providers.map((provider) => ({ kind: 'identity', provider })),
    ...(situation.isLastWayIn ? [] : [{ kind: 'password', loginIdKind: 'email' }]),
  ];
  try {
    const { selected, left, keepsMapping, receipt } = decide(rehearsal, params);
    const providerSessions = foretell(selected, params.forceProvidersLogout, rehearsal);
    return { allowed: true, receipt, providerSessions, waysInLeft: waysIn(left), keepsMapping };
  } catch (error) {
    const told: readonly string[] = methods.removeConnection.fails;
    if (!isOutroError(error) || !told.includes(error.failure)) throw error;
    const { errorCode, errorMessage, errorDetails } = failure(error);
    return {
      allowed: false,
      wouldFail: { errorCode, errorMessage, errorDetails },
      addFirst: addFirst(error),
      receipt: [],
      providerSessions: [],
      waysInLeft: waysIn(connected),
      keepsMapping: false,
    };
  }
};
