import type { Receipt } from '../../core/receipt.ts';
import { sameProviders } from '../../providers/providers.ts';
import type { Caller } from '../caller/caller.ts';
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
import { siteSessionSteps } from '../rules/site-session.ts';
import { goneGrant } from '../rules/what-is-left.ts';
import type { Effects, EndedAtProvider, InboundMessage } from './message.ts';

/** What of a message its effects depend on. */
type Arrived = Pick<InboundMessage, 'parts' | 'callId' | 'site' | 'provider'>;

const contextOf = ({ parts, site, callId }: Arrived, who: Who): MethodContext => {
  const caller: Caller = {
    kind: 'provider',
    site,
    isSigned: true,
    uid: undefined,
    account: () => who,
  };
  return { ...parts, caller, callId, origin: undefined };
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

const removeIdentity = async (
  message: Arrived,
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

const overThere = 'the provider has told that the session there is over';
const allRevoked = 'the provider has had all sessions of this person ended';

// Whoever signed in again after it happened is not meant by a message that took its time.
const isLater = ({ createdAt }: Session, at: Date | undefined): boolean =>
  at !== undefined && createdAt !== undefined && createdAt.getTime() > at.getTime() + tolerance;

/**
 * Ends sessions of one person: those that were named, or that the person's identity there had opened.
 *
 * @returns whether that person is known.
 */
const endSessions = async (
  message: Arrived,
  who: Who,
  isMeant: (session: Session, account: Account) => boolean,
  { at, reason }: { at?: Date | undefined; reason: string },
): Promise<boolean> => {
  const context = contextOf(message, who);
  const { provider } = message;
  const { answer } = await update(context, who, (account) => {
    const ended = (account?.sessions ?? []).filter(
      (one) => account && !isLater(one, at) && isMeant(one, account),
    );
    const ids = ended.map(({ id }) => id);
    const isKnown = account !== undefined;
    if (!account || ids.length === 0) return { answer: isKnown };
    const receipt: Receipt = [
      { step: 'sessions', provider, status: 'done', reason },
      ...siteSessionSteps(account, ended, message.site, false),
    ];
    return {
      change: {
        endSessions: { ids, reason: 'logout' },
        tell: tellLogout(ids),
        journal: journalOf('logout', context, { provider }, receipt),
      },
      answer: isKnown,
    };
  });
  return answer;
};

const signOut = async (message: Arrived, ended: EndedAtProvider): Promise<void> => {
  const { site, parts } = message;
  const { sid, providerUid, at } = ended;
  const why = { at, reason: overThere };
  for (const provider of sameProviders(message.provider)) {
    const of = { site: site.apiKey, provider, ...ended };
    const found = await parts.store.exits.endProviderSessions(of);
    for (const { account, sessions } of found)
      await endSessions(
        message,
        { site: site.apiKey, account },
        ({ id }) => sessions.includes(id),
        why,
      );
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
      (session, person) =>
        session.identity === find(person, provider, providerUid)?.id && !isOther(session),
      why,
    );
  }
};

const endAll = async (message: Arrived, providerUid: string, at: Date): Promise<boolean> => {
  const why = { at, reason: allRevoked };
  let isKnown = false;
  for (const provider of sameProviders(message.provider)) {
    const who = {
      site: message.site.apiKey,
      identity: { provider, subProvider: '', providerUid },
    };
    isKnown = (await endSessions(message, who, () => true, why)) || isKnown;
  }
  return isKnown;
};

/** What a message may lead to. */
export const effectsOf = (message: Arrived): Effects => ({
  removeIdentity: (providerUid, at) => removeIdentity(message, providerUid, at),
  signOut: (ended) => signOut(message, ended),
  endAll: (providerUid, at) => endAll(message, providerUid, at),
});
