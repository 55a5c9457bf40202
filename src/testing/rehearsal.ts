import { success, type Envelope } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import { methods, type CheckedParams, type ClientMethodName } from '../core/methods.ts';
import { providerId } from '../providers/providers.ts';
import type { Receipt } from '../core/receipt.ts';
import { parseParams } from '../core/schema.ts';
import type { WireUser } from '../core/user.ts';
import { explain, leave, remove, trip, type Rehearsal } from './rehearsed-removal.ts';
import type { Situation } from './scenarios.ts';

type Scope = CheckedParams<(typeof methods)['logout']>['sessions'];

const personOf = ({ connected, user }: Rehearsal): WireUser => ({
  UID: 'rehearsal',
  ...user,
  isSiteUser: true,
  isLoggedIn: true,
  isConnected: connected.length > 0,
  providers: connected.join(','),
  identities: connected.map((provider) => ({
    provider,
    providerUID: 'rehearsal',
    isLoginIdentity: false,
    allowsLogin: true,
  })),
});

const requireSession = ({ situation }: Rehearsal): void => {
  if (situation.isSignedOut)
    fail('unauthorizedUser', 'login_token: expected the token of a live session');
};

const others = { step: 'sessions', status: 'done' } as const;

const ended: Record<Scope, Receipt> = {
  this: [{ step: 'session', status: 'done' }],
  others: [
    {
      step: 'session',
      status: 'kept',
      reason: 'the session that asked goes on; only the others were to end',
    },
    others,
  ],
  all: [{ step: 'session', status: 'done' }, others],
};

const endedBefore: Receipt = [{ step: 'session', status: 'already' }];
const othersUnknown: Receipt = [
  {
    step: 'sessions',
    status: 'failed',
    reason: 'the session that asked had ended before, so nothing says whose the others are',
  },
];

const logout = (rehearsal: Rehearsal, fields: object): object => {
  const { situation, connected } = rehearsal;
  const { sessions, forceProvidersLogout } = parseParams(methods.logout.params(), fields);
  if (sessions === 'others') requireSession(rehearsal);
  if (situation.isSignedOut)
    return { receipt: [...endedBefore, ...(sessions === 'all' ? othersUnknown : [])] };
  const connectedProviders = connected.join(',');
  if (sessions === 'others') return { receipt: ended.others, connectedProviders };
  const left = leave(connected, forceProvidersLogout, rehearsal);
  return { ...left, receipt: [...ended[sessions], ...left.receipt], connectedProviders };
};

const unlink = (rehearsal: Rehearsal, fields: object): object => {
  requireSession(rehearsal);
  const { email, ...params } = parseParams(methods.unlink.params(), fields);
  const { externalIdProviderName, forceProvidersLogout } = params;
  const removed = remove(rehearsal, {
    // Networks behind an aggregator are the backend’s to tell apart.
    provider: externalIdProviderName,
    lastIdentityHandling: 'soft',
    forceProvidersLogout,
  });
  const unlinked = { ...removed, user: personOf(rehearsal) };
  if (email === undefined) return unlinked;
  const isRevoked = ['done', 'already'].includes(rehearsal.situation.grant.status);
  return { ...unlinked, is_unlinked: true, is_permissions_revoked: isRevoked };
};

const getDeparture = ({ providers }: Rehearsal, fields: object): object => {
  const { departure } = parseParams(methods.getDeparture.params(), fields);
  if (departure !== trip)
    fail('invalidParameter', 'departure: expected a trip of the last 15 minutes');
  const reason = 'the provider sent the browser back; whether it ended its session cannot be seen';
  const receipt: Receipt = providers.map((provider) => ({
    step: 'provider-session',
    provider,
    status: 'asked',
    reason,
  }));
  return { receipt, isComplete: true };
};

// Every answer of a rehearsal is all that there will be.
const getReceipt = (rehearsal: Rehearsal): object => {
  requireSession(rehearsal);
  return fail(
    'invalidParameter',
    'callId: expected that of a call which changed something, of the last 13 months',
  );
};

const answers: Partial<Record<ClientMethodName, (rehearsal: Rehearsal, fields: object) => object>> =
  {
    removeConnection(rehearsal, fields) {
      requireSession(rehearsal);
      const removed = remove(rehearsal, parseParams(methods.removeConnection.params(), fields));
      return { ...removed, user: personOf(rehearsal) };
    },
    explainRemoval(rehearsal, fields) {
      requireSession(rehearsal);
      return explain(rehearsal, parseParams(methods.explainRemoval.params(), fields));
    },
    unlink,
    logout,
    getUserInfo(rehearsal) {
      requireSession(rehearsal);
      return personOf(rehearsal);
    },
    getAccountInfo(rehearsal) {
      requireSession(rehearsal);
      const { UID } = personOf(rehearsal);
      const socialProviders = [...rehearsal.connected, 'site'].join(',');
      return { UID, isActive: true, isRegistered: true, socialProviders };
    },
    deleteAccount(rehearsal) {
      requireSession(rehearsal);
      const gone: Receipt = rehearsal.connected.map((provider) => ({
        step: 'identity',
        provider,
        status: 'done',
      }));
      rehearsal.connected = [];
      return { receipt: [...gone, ...ended.this] };
    },
    setAccountInfo(rehearsal) {
      requireSession(rehearsal);
      return { UID: personOf(rehearsal).UID };
    },
    getJWT(rehearsal) {
      requireSession(rehearsal);
      return fail('notSupported', 'getJWT: a rehearsal has no keys to sign with');
    },
    exchangeIdToken: () => fail('notSupported', 'exchangeIdToken: a rehearsal knows nobody else'),
    getDeparture,
    getReceipt,
  };

/** What a leave ticket comes to in this situation. */
export const redeem = ({ isSignedOut }: Situation): Envelope =>
  success({ receipt: isSignedOut ? endedBefore : ended.this });

/**
 * A backend of one person, who leaves: it remembers what was removed, and answers what the real one would in this
 * situation.
 *
 * @param spellings of the providers that the person is connected to.
 * @returns a function that answers a method, and throws the failures of its row
 * @throws invalidParameter when nobody knows one of the providers
 */
export const rehearse = (
  situation: Situation,
  origin: string,
  spellings: string[],
  user: Partial<WireUser>,
): ((name: ClientMethodName, fields: object) => Envelope) => {
  const providers = spellings.map((one) => providerId(one, 'providers'));
  const rehearsal: Rehearsal = { situation, origin, providers, connected: providers, user };
  return (name, fields) => success(answers[name]?.(rehearsal, fields));
};
