import { fail } from '../../core/error.ts';
import type { Departure, Receipt } from '../../core/receipt.ts';
import { readForce } from '../departure/force.ts';
import type { Leaving } from '../departure/draft-ways.ts';
import { planDepartures } from '../departure/plan.ts';
import { linkedIdentities } from '../rules/account.ts';
import { decideLogout, type SessionScope } from '../rules/logout.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';
import { requireAccount } from '../caller/caller.ts';
import type { SitePerson } from '../caller/site-session.ts';
import { isWaiting } from '../errands/revocation.ts';
import { endAtSiteNow } from '../errands/site-sessions.ts';
import { plannedAnswer } from './perform-removal.ts';

interface LoggedOut {
  receipt: Receipt;
  connectedProviders?: string;
  leaving?: Leaving;
  departures?: Departure[];
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

// Of a session that is a token without a row, the end is what is known.
const hasEnded = async ({ session }: SitePerson, { store }: MethodContext): Promise<boolean> =>
  session !== undefined && (await store.people.hasEnded?.(session)) === true;

/**
 * `socialize.logout`: ends sessions and names the providers that the browser should leave, if it is one that leaves.
 *
 * @throws invalidParameter; unauthorizedUser when a server names an unknown user, or when a session that has ended
 *   asks for the end of others
 */
export const logout: ServerMethod<'logout'> = async (params, context) => {
  const { caller } = context;
  const { sessions: scope } = params;
  const force = readForce(params.forceProvidersLogout);
  if (caller.kind === 'server' && scope === 'others')
    fail('invalidParameter', 'sessions: expected this or all of a server, which keeps no session');
  const { sitePerson } = caller;
  if (sitePerson === 'nobody' && scope !== 'others') return { receipt: alreadyOut(scope) };
  // Looked for among the sessions and not there; who is merely unknown may be signed in.
  const isSeen =
    sitePerson === undefined ||
    (sitePerson !== 'nobody' && (!sitePerson.uid || (await hasEnded(sitePerson, context))));
  const { answer } = await update<LoggedOut>(context, caller.account(), (found) => {
    if (!found && caller.kind === 'session' && isSeen && scope !== 'others') {
      caller.isStranger = true;
      return { answer: { receipt: alreadyOut(scope) } };
    }
    const account = requireAccount(found, caller);
    const { change, receipt } = decideLogout(account, scope, {
      isSites: sitePerson !== undefined,
      site: caller.site,
    });
    const identities = linkedIdentities(account);
    const providers = new Set(identities.map(({ provider }) => provider));
    const sessions = change.endSessions?.ids ?? [];
    const fields = { receipt, connectedProviders: [...providers].join(',') };
    const leaving = { account: account.id, identities, sessions, isLogout: true };
    const planned =
      scope === 'others' && !receipt.some(isWaiting)
        ? { answer: fields, isWhole: true }
        : plannedAnswer<LoggedOut>(fields, leaving, force, context);
    const whole = planned.isWhole ? planned.answer : undefined;
    // Whoever ends nothing changes nothing.
    if (sessions.length === 0) return { answer: planned.answer };
    return {
      change: { ...change, journal: journalOf('logout', context, params, receipt, whole) },
      answer: planned.answer,
    };
  });
  const { leaving, ...fields } = answer;
  if (!leaving) return fields;
  if (scope === 'others') {
    await endAtSiteNow(fields.receipt, leaving.account, context);
    return fields;
  }
  const [{ departures, receipt }] = await Promise.all([
    planDepartures(leaving, force, context),
    endAtSiteNow(fields.receipt, leaving.account, context),
  ]);
  return { ...fields, receipt: [...fields.receipt, ...receipt], departures };
};
