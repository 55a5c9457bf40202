import { fail } from '../../core/error.ts';
import type { Receipt, StepStatus } from '../../core/receipt.ts';
import {
  linkedIdentities,
  tellLogout,
  type Account,
  type Change,
  type Session,
} from '../rules/account.ts';
import { planDepartures, type Leaving } from '../departure/plan.ts';
import { readForce } from '../departure/force.ts';
import { auditOf, type ServerMethod } from './context.ts';
import type { RemoteParams } from './rows.ts';
import { requireAccount } from './get-user-info.ts';

/** Which sessions end: the one that asks, all others of the account, or all. */
export type SessionScope = RemoteParams<'logout'>['sessions'];

/** What a logout does. */
export interface LogoutDecision {
  change: Omit<Change, 'audit'>;
  receipt: Receipt;
}

const over = (ended: Session[]): StepStatus => (ended.length > 0 ? 'done' : 'already');

const kept = 'the session that asked goes on; only the others were to end';

/**
 * Decides a logout: which sessions end, and what open pages are told. A server has no session of its own: for it
 * `this` means all, as it did before there was a choice. Pure.
 *
 * @param isMeant which of the others end.
 * @see gigya-js-logout; gigya-protocol section 4.3
 */
export const decideLogout = (
  account: Account,
  scope: SessionScope,
  isMeant: (other: Session) => boolean = () => true,
): LogoutDecision => {
  const asking = account.session;
  const own = account.sessions.filter(({ id }) => id === asking?.id && scope !== 'others');
  const others = account.sessions.filter(
    (one) => one.id !== asking?.id && (!asking || scope !== 'this') && isMeant(one),
  );
  const receipt: Receipt = [
    ...(asking && scope === 'others'
      ? [{ step: 'session', status: 'kept', reason: kept } as const]
      : []),
    ...(asking && scope !== 'others' ? [{ step: 'session', status: over(own) } as const] : []),
    ...(asking && scope === 'this' ? [] : [{ step: 'sessions', status: over(others) } as const]),
  ];
  const ids = [...own, ...others].map(({ id }) => id);
  return {
    change: {
      endSessions: { ids, reason: 'logout' },
      tell: tellLogout(ids, receipt, asking?.id),
    },
    receipt,
  };
};

interface LoggedOut {
  receipt: Receipt;
  connectedProviders?: string;
  leaving?: Leaving;
}

// A token that opens nothing is out already, and saying so helps nobody to guess one.
const alreadyOut = (scope: SessionScope): Receipt => [
  { step: 'session', status: 'already' },
  ...(scope === 'all'
    ? [
        {
          step: 'sessions',
          status: 'failed',
          reason: 'the session that asked had ended before, so nothing says whose the others are',
        } as const,
      ]
    : []),
];

/**
 * `socialize.logout`: ends sessions and names the providers that the browser should leave, if it is one that leaves.
 *
 * @throws invalidParameter; unauthorizedUser when a server names an unknown user, or when a session that has ended
 *   asks for the end of others
 */
export const logout: ServerMethod<'logout'> = async (params, context) => {
  const { caller, store } = context;
  const { sessions: scope } = params;
  const force = readForce(params.forceProvidersLogout);
  if (caller.kind === 'server' && scope === 'others')
    fail('invalidParameter', 'sessions: expected this or all of a server, which keeps no session');
  const { leaving, ...answer } = await store.update<LoggedOut>(caller.account(), (found) => {
    if (!found && caller.kind === 'session' && scope !== 'others')
      return { answer: { receipt: alreadyOut(scope) } };
    const account = requireAccount(found, caller);
    const { change, receipt } = decideLogout(account, scope);
    const identities = linkedIdentities(account);
    const providers = new Set(identities.map(({ provider }) => provider));
    const sessions = change.endSessions?.ids ?? [];
    return {
      change: { ...change, audit: { ...auditOf('logout', context, params), receipt } },
      answer: {
        receipt,
        connectedProviders: [...providers].join(','),
        ...(scope !== 'others' && {
          leaving: { account: account.id, identities, sessions, isLogout: true },
        }),
      },
    };
  });
  if (!leaving) return answer;
  const { departures, receipt } = await planDepartures(leaving, force, context);
  return { ...answer, receipt: [...answer.receipt, ...receipt], departures };
};
