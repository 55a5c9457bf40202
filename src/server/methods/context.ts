import { subscriptionsOf } from '../config/webhook-settings.ts';
import type { Caller } from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Revoker } from '../errands/revoker.ts';
import { tokenPlace } from '../exits/exits.ts';
import type { Decision, Who } from '../people/people.ts';
import type { Account, JournalEntry, RequestKey } from '../rules/account.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { RemoteMethodName, RemoteParams } from './rows.ts';

/** A request that may arrive again, and what became of its answer so far. */
export interface RepeatableRequest {
  key: RequestKey;
  /** Seals the fields of an answer, to be kept under the key. */
  seal(fields: object): string;
  /** The journal row that has the key, once the change is written. */
  entry?: string | undefined;
  /** The whole answer was written together with the change. */
  isAnswered?: boolean;
}

/** What a method is given besides its parameters. */
export interface MethodContext extends ServerContext {
  caller: Caller;
  callId: string;
  revoker: Revoker;
  /** Origin of the page that asks, if one does. */
  origin: string | undefined;
  /** Present where the request may arrive again. */
  once?: RepeatableRequest | undefined;
}

/** The server function of a method: checked parameters in, fields of the answer out. */
export type ServerMethod<Name extends RemoteMethodName> = (
  params: RemoteParams<Name>,
  context: MethodContext,
) => Promise<object>;

const actors = {
  session: 'user',
  server: 'app',
  provider: 'provider',
  operator: 'operator',
  anybody: 'user',
} as const;

/**
 * The journal row of a call.
 *
 * @param answer the fields of the answer, where they are known already: they are then kept with the change itself.
 */
export const journalOf = (
  method: RemoteMethodName,
  { caller, callId, once }: MethodContext,
  params: { provider?: string | undefined; cid?: string | undefined },
  receipt: Receipt,
  answer?: object,
): JournalEntry => {
  if (once) once.isAnswered = answer !== undefined;
  return {
    ...(once && { once: { key: once.key, sealedAnswer: answer && once.seal(answer) } }),
    callId,
    actor: actors[caller.kind],
    method,
    provider: params.provider,
    cid: params.cid,
    receipt,
  };
};

/** The person with tokens that a table of the site has plain, sealed before anything is done with them. */
const sealTokens = (
  account: Account | undefined,
  { site }: Who,
  { keyring }: Pick<MethodContext, 'keyring'>,
): Account | undefined =>
  account?.identities.some(({ tokens }) => tokens)
    ? {
        ...account,
        identities: account.identities.map(({ tokens, ...identity }) =>
          tokens
            ? {
                ...identity,
                sealedTokens: keyring.seal(
                  JSON.stringify(tokens),
                  tokenPlace({ site, ...identity }),
                ),
              }
            : identity,
        ),
      }
    : account;

/** The person as a decision would see it now. */
export const read = async (
  context: Pick<MethodContext, 'store' | 'keyring'>,
  who: Who,
): Promise<Account | undefined> => sealTokens(await context.store.people.read(who), who, context);

/** Lets a decision change a person, and notes where it is written down; the site's webhooks are owed word of it. */
export const update = async <Answer>(
  { store, keyring, once, caller }: MethodContext,
  who: Who,
  decide: (account: Account | undefined) => Decision<Answer>,
): Promise<{ answer: Answer; entry: string | undefined }> => {
  const subscriptions = subscriptionsOf(caller.site);
  const updated = await store.people.update(who, (account) => {
    const { change, answer } = decide(sealTokens(account, who, { keyring }));
    return change ? { change: { ...change, subscriptions }, answer } : { answer };
  });
  if (once) once.entry = updated.entry;
  return updated;
};
