import type { Receipt } from '../../core/receipt.ts';
import { sameProviders } from '../../providers/providers.ts';
import type { Caller } from '../caller/caller.ts';
import type { Exits } from '../exits/exits.ts';
import { journalOf, update, type MethodContext } from '../methods/context.ts';
import { performRemoval } from '../methods/perform-removal.ts';
import type { Who } from '../people/people.ts';
import {
  linkedIdentities,
  tellLogout,
  type Account,
  type Identity,
  type Session,
} from '../rules/account.ts';
import { identitySteps } from '../rules/removal.ts';
import { goneGrant } from '../rules/what-is-left.ts';
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
  exits: Exits,
  [kind, id, until]: readonly [kind: string, id: string, until: Date],
  act: () => Promise<unknown>,
): Promise<boolean> => {
  if (await exits.wasSeen(kind, id)) return false;
  await act();
  await exits.seeOnce(kind, id, until);
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
  const { site } = message;
  const receipts = await Promise.all(
    sameProviders(message.provider).map(async (provider) => {
      const who = {
        site: site.apiKey,
        identity: { provider, subProvider: '', providerUid },
      };
      const context = contextOf(message, who);
      const { answer } = await update<Receipt>(context, who, (account) => {
        const identity = find(account, provider, providerUid);
        if (!account || !identity || isNewer(identity, at)) return { answer: [] };
        // What an earlier soft removal left is how the person gets in; our own revocation may be what comes back here.
        if (!linkedIdentities(account).includes(identity))
          return { answer: identitySteps(identity, true, goneGrant) };
        const request = { method: 'removeConnection', rules, provider, force: false } as const;
        const decision = performRemoval(account, [identity], request, context, () => ({}));
        const receipt = decision.change?.journal?.receipt ?? [];
        return { ...decision, answer: receipt };
      });
      return answer;
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

const reason = 'the provider has told that the session there is over';

/** Ends sessions of one person: those that were named, or that the person's identity there had opened. */
const endSessions = async (
  message: InboundMessage,
  who: Who,
  isMeant: (session: Session, account: Account) => boolean,
): Promise<void> => {
  const context = contextOf(message, who);
  const { provider } = message;
  await update(context, who, (account) => {
    const ids = (account?.sessions ?? [])
      .filter((session) => account && isMeant(session, account))
      .map(({ id }) => id);
    if (ids.length === 0) return { answer: undefined };
    const receipt: Receipt = [{ step: 'sessions', provider, status: 'done', reason }];
    return {
      change: {
        endSessions: { ids, reason: 'logout' },
        tell: tellLogout(ids),
        journal: journalOf('logout', context, { provider }, receipt),
      },
      answer: undefined,
    };
  });
};

/** The provider's session is over: those of ours that it had opened end with it. */
export const signOut = async (message: InboundMessage, ended: EndedAtProvider): Promise<void> => {
  const { site, parts } = message;
  const { sid, providerUid } = ended;
  for (const provider of sameProviders(message.provider)) {
    const of = { site: site.apiKey, provider, ...ended };
    const found = await parts.store.exits.endProviderSessions(of);
    for (const { account, sessions } of found)
      await endSessions(message, { site: site.apiKey, account }, ({ id }) => sessions.includes(id));
    if (providerUid === undefined) continue;
    // Sessions that the person had opened without any word of a session there.
    const identity = { provider, subProvider: '', providerUid };
    const who = { site: site.apiKey, identity };
    const account = await parts.store.people.read(who);
    const told = account
      ? await parts.store.exits.providerSessions({ site: site.apiKey, account: account.id })
      : [];
    const isOther = (session: Session): boolean =>
      sid !== undefined && told.some((one) => one.session === session.id && one.sid !== undefined);
    await endSessions(
      message,
      who,
      (session, found) =>
        session.identity === find(found, provider, providerUid)?.id && !isOther(session),
    );
  }
};
