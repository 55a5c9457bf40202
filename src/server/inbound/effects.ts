import { sameProviders } from '../../providers/providers.ts';
import type { Receipt } from '../../core/receipt.ts';
import { linkedIdentities, tellLogout, type Account, type Identity } from '../rules/account.ts';
import type { Caller } from '../caller/caller.ts';
import { auditOf, type MethodContext } from '../methods/context.ts';
import { identitySteps, performRemoval } from '../rules/removal.ts';
import { goneGrant } from '../errands/revocation.ts';
import type { Store, Who } from '../people/people.ts';
import type { InboundMessage } from './message.ts';

const contextOf = ({ parts, site, callId }: InboundMessage, who: Who): MethodContext => {
  const caller: Caller = {
    kind: 'provider',
    site,
    isSigned: true,
    uid: undefined,
    account: () => who,
  };
  return { ...parts, caller, callId, origin: undefined };
};

/**
 * Lets something happen once per message: the same message again does nothing. It counts as seen only after it has
 * happened, so that a provider whose message met a failing store is not told that it was heard. Two copies at the
 * same moment may both act, which is why everything here may happen twice.
 *
 * @returns false when it happened before
 */
export const actOnce = async (
  store: Store,
  [kind, id, until]: readonly [kind: string, id: string, until: Date],
  act: () => Promise<unknown>,
): Promise<boolean> => {
  // Noted as run out already, it only tells whether a live note is there.
  if (!(await store.seeOnce(kind, id, new Date(0)))) return false;
  await act();
  await store.seeOnce(kind, id, until);
  return true;
};

// Milliseconds that the provider's clock and ours may differ.
const tolerance = 10_000;

const rules = { removeLoginID: false, lastIdentityHandling: 'soft', grantIsGone: true } as const;

const find = (account: Account | undefined, provider: string, providerUid: string) =>
  account?.identities.find(
    (identity) =>
      identity.provider === provider &&
      identity.subProvider === '' &&
      identity.providerUid === providerUid,
  );

// Whoever connected again after the removal has given the permission anew; a late message does not mean that.
const isNewer = ({ lastLoginAt }: Identity, at: Date | undefined): boolean =>
  at !== undefined && lastLoginAt !== undefined && lastLoginAt.getTime() > at.getTime() + tolerance;

/**
 * The person has taken the permission away at the provider: the connection goes, softly, and nothing is sent there.
 *
 * @param at when it happened, where the message says so.
 * @returns what became of it; empty when nobody here is connected to that person.
 * @see design.md section 4 "soft, last identity"
 */
export const removeIdentity = async (
  message: InboundMessage,
  providerUid: string,
  at?: Date,
): Promise<Receipt> => {
  const { site, parts } = message;
  const receipts = await Promise.all(
    sameProviders(message.provider).map((provider) => {
      const who = {
        site: site.apiKey,
        identity: { provider, subProvider: '', providerUid },
      };
      return parts.store.update<Receipt>(who, (account) => {
        const identity = find(account, provider, providerUid);
        if (!account || !identity || isNewer(identity, at)) return { answer: [] };
        // What an earlier soft removal left is how the person gets in; our own revocation may be what comes back here.
        if (!linkedIdentities(account).includes(identity))
          return { answer: identitySteps(identity, true, goneGrant) };
        const context = contextOf(message, who);
        const params = { ...rules, provider };
        const decision = performRemoval('removeConnection', account, [identity], params, context);
        return { ...decision, answer: decision.answer.receipt };
      });
    }),
  );
  return receipts.flat();
};

/** Which of a provider's sessions are over: one, or all of a person's. */
export interface EndedAtProvider {
  issuer?: string | undefined;
  sid?: string | undefined;
  providerUid?: string | undefined;
}

const endSessions = (message: InboundMessage, uid: string, sessions: string[]): Promise<void> => {
  const who = { site: message.site.apiKey, uid };
  return message.parts.store.update(who, (account) => {
    const ids = (account?.sessions ?? []).map(({ id }) => id).filter((id) => sessions.includes(id));
    if (ids.length === 0) return { answer: undefined };
    const { provider } = message;
    const reason = 'the provider has told that the session there is over';
    const receipt: Receipt = [{ step: 'sessions', provider, status: 'done', reason }];
    const audit = { ...auditOf('logout', contextOf(message, who), { provider }), receipt };
    return {
      change: {
        endSessions: { ids, reason: 'logout' },
        tell: tellLogout(ids, receipt),
        audit,
      },
      answer: undefined,
    };
  });
};

/** The provider's session is over: those of ours that it had opened end with it. */
export const signOut = async (message: InboundMessage, ended: EndedAtProvider): Promise<void> => {
  const { site, parts } = message;
  for (const provider of sameProviders(message.provider)) {
    const of = { site: site.apiKey, provider, ...ended };
    const found = await parts.store.endProviderSessions(of);
    for (const { uid, sessions } of found) await endSessions(message, uid, sessions);
  }
};
