import { fail } from '../../core/error.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import type { ListedErrand } from '../exits/record.ts';
import { deleteAccount } from '../methods/delete-account.ts';
import type { Account } from '../rules/account.ts';
import { listChanges, type ListedChange } from './journal.ts';
import { contextOf, type OperatorOptions } from './operator.ts';

/** Who is meant: a person of a site, by the uid that the site knows them by. */
export interface PersonAtSite {
  site: string;
  uid: string;
}

/** A person as outro knows them; what is sealed stays sealed, and is only said to be there. */
export interface PersonOnRecord {
  uid: string;
  isSiteUid: boolean;
  /** Absent where nobody has told. */
  createdAt: Date | undefined;
  profile: Account['profile'];
  identities: (Omit<Account['identities'][number], 'sealedTokens'> & { hasTokens: boolean })[];
  loginIds: Account['loginIds'];
  sessions: Account['sessions'];
  providerSessions: {
    provider: string;
    providerUid: string;
    issuer: string | undefined;
    sid: string | undefined;
    endedAt: Date | undefined;
    hasIdToken: boolean;
  }[];
}

/** Everything that is held of a person. */
export interface ExportedPerson extends PersonOnRecord {
  journal: ListedChange[];
  errands: ListedErrand[];
}

// Rows at once, of a person.
const batch = 1000;

const siteIn = (sites: Map<string, Site>, apiKey: string): Site =>
  sites.get(apiKey) ??
  fail('invalidApiKey', `site: no site of the configuration has the key ${apiKey}`);

const findAccount = async (
  { store }: Pick<OperatorOptions, 'store'>,
  { site, uid }: PersonAtSite,
): Promise<Account> =>
  (await store.people.read({ site, uid })) ??
  fail('unauthorizedUser', 'UID: no user of this site has it');

const describe = async (
  { store }: Pick<OperatorOptions, 'store'>,
  site: string,
  account: Account,
): Promise<PersonOnRecord> => {
  const there = await store.exits.providerSessions({ site, account: account.id });
  return {
    uid: account.uid,
    isSiteUid: account.isSiteUid,
    createdAt: account.createdAt,
    profile: account.profile,
    identities: account.identities.map(({ sealedTokens, ...identity }) => ({
      ...identity,
      hasTokens: sealedTokens !== undefined,
    })),
    loginIds: account.loginIds,
    sessions: account.sessions,
    providerSessions: there.map(
      ({ provider, providerUid, issuer, sid, endedAt, sealedIdToken }) => ({
        provider,
        providerUid,
        issuer,
        sid,
        endedAt,
        hasIdToken: sealedIdToken !== undefined,
      }),
    ),
  };
};

/**
 * A person as outro knows them now.
 *
 * @throws unauthorizedUser when the site has nobody of that uid
 */
export const showPerson = async (
  options: Pick<OperatorOptions, 'store'>,
  person: PersonAtSite,
): Promise<PersonOnRecord> => describe(options, person.site, await findAccount(options, person));

/**
 * Everything that is held of a person, for whoever asks what you know of them.
 *
 * @throws unauthorizedUser when the site has nobody of that uid
 */
export const exportPerson = async (
  options: Pick<OperatorOptions, 'store'>,
  person: PersonAtSite,
): Promise<ExportedPerson> => {
  const { store } = options;
  const account = await findAccount(options, person);
  const journal: ListedChange[] = [];
  for (let after = '0'; ;) {
    const some = await listChanges(
      options,
      { site: person.site, account: account.id, after },
      batch,
    );
    journal.push(...some);
    if (some.length < batch) break;
    after = some.at(-1)?.id ?? after;
  }
  const errands = await store.exits.listErrands({ site: person.site, account: account.id }, batch);
  return { ...(await describe(options, person.site, account)), journal, errands };
};

/**
 * Deletes a person's account as `deleteAccount` does, with everything that hangs on it: permissions are taken back, the
 * site is told, and what stays in the journal goes by hashes.
 *
 * @returns the receipt, and the call under which `getReceipt` tells its end
 * @throws invalidApiKey, unauthorizedUser
 */
export const erasePerson = async (
  options: OperatorOptions,
  { site: apiKey, uid }: PersonAtSite,
): Promise<{ callId: string; receipt: Receipt }> => {
  const context = contextOf(options);
  const site = siteIn(context.sites, apiKey);
  const callId = crypto.randomUUID().replaceAll('-', '');
  const caller = {
    kind: 'operator',
    site,
    isSigned: true,
    uid,
    account: () => ({ site: apiKey, uid }),
  } as const;
  const answer = await deleteAccount({ cid: undefined }, { ...context, caller, callId });
  return { callId, receipt: (answer as { receipt: Receipt }).receipt };
};
