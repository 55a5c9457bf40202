import { randomBytes, randomUUID } from 'node:crypto';
import type {
  Account,
  Change,
  Identity,
  LoginId,
  NewIdentity,
  NewLoginId,
  NewSession,
  PageEvent,
} from '../../src/server/rules/account.ts';
import type { RevocationJob, Store, Who } from '../../src/server/people/people.ts';
import { keeps } from './promise.ts';

/** A store, and the two things that its port cannot show: what is stored, and what time does to it. */
export interface OpenedStore {
  store: Store;
  /** Whether a text stands anywhere in the stored data; it is unlike any other. */
  holds: (text: string) => Promise<boolean>;
  /** Makes everything that is stored for a site older, by so many milliseconds: every time in it moves back. */
  age: (site: string, milliseconds: number) => Promise<void>;
}

/** What one test of the suite is given: a store, and a site on it that nobody else has. */
export interface Scene extends OpenedStore {
  site: string;
  /** Another instance on the same data; the same one, where there can be only one. */
  another: () => Promise<Store>;
  /** Opens an instance that the test may close. */
  open: () => Promise<Store>;
}

/** Tests by what they show; each is given a scene of its own. */
export type StoreTests = Record<string, (scene: Scene) => Promise<void>>;

/** A time, so many milliseconds from now. */
export const inTime = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** Milliseconds. */
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** An id as calls have it, which also serves as a lease. */
export const newId = (): string => randomUUID();

/** What a token is stored under. */
export const newHash = (): Uint8Array => randomBytes(32);

/** A person at the provider `oidc-<name>`. */
export const identity = (name: string, rest: Partial<NewIdentity> = {}): NewIdentity => ({
  provider: `oidc-${name}`,
  subProvider: '',
  providerUid: `person at ${name}`,
  allowsLogin: true,
  profile: {},
  sealedTokens: undefined,
  ...rest,
});

/** The same person, as an account is found by it. */
export const personAt = (name: string, providerUid = `person at ${name}`) => ({
  provider: `oidc-${name}`,
  subProvider: '',
  providerUid,
});

/** An e-mail that the site knows the account by; a way in only if it says so. */
export const email = (value: string, rest: Partial<NewLoginId> = {}): NewLoginId => ({
  kind: 'email',
  value,
  wayIn: undefined,
  isSites: true,
  from: [],
  ...rest,
});

/** A session of an hour, opened by the first identity. */
export const session = (rest: Partial<NewSession> = {}): NewSession => ({
  tokenHash: newHash(),
  expiresAt: inTime(hour),
  openedBy: undefined,
  ...rest,
});

/** A change that says in the record who made it. */
export const audited = (change: Omit<Change, 'audit'>, callId = newId()): Change => ({
  ...change,
  audit: {
    callId,
    actor: 'app',
    method: 'storeSuite',
    provider: undefined,
    cid: undefined,
    receipt: [],
  },
});

/** Writes a change, whatever the account is like. */
export const write = (
  store: Store,
  who: Who,
  change: Omit<Change, 'audit'>,
  callId?: string,
): Promise<void> =>
  store.update(who, () => ({ change: audited(change, callId), answer: undefined }));

/** Makes an account of a site, or changes the one that is there. */
export const enter = (
  { store, site }: Pick<Scene, 'store' | 'site'>,
  uid: string,
  change: Omit<Change, 'audit'> = {},
): Promise<void> => write(store, { site, uid, create: { isSiteUid: true } }, change);

/** The account that is there, for certain. */
export const find = async (store: Store, who: Who): Promise<Account> => {
  const account = await store.read(who);
  if (!account)
    keeps('read: an account that has just been written is found', 'nobody', 'the account');
  return account as Account;
};

const byText = <Value>(of: (value: Value) => string) => {
  return (one: Value, other: Value): number => of(one).localeCompare(of(other));
};

const identityPicture = ({ provider, subProvider, providerUid, ...rest }: Identity) => {
  const { state, allowsLogin, profile, sealedTokens } = rest;
  return {
    provider,
    subProvider,
    providerUid,
    state,
    allowsLogin,
    profile: { ...profile },
    sealedTokens,
  };
};

const loginIdPicture = ({ kind, value, wayIn, isSites, identities }: LoginId) => ({
  kind,
  value,
  wayIn,
  isSites,
  identities: identities.length,
});

/** What is said of an account, without the ids that a store chooses. */
export const pictureOf = (account: Account | undefined) =>
  account && {
    uid: account.uid,
    isSiteUid: account.isSiteUid,
    profile: { ...account.profile },
    identities: account.identities
      .map(identityPicture)
      .toSorted(byText(({ provider, providerUid }) => `${provider} ${providerUid}`)),
    loginIds: account.loginIds.map(loginIdPicture).toSorted(byText(({ value }) => value)),
    sessions: account.sessions.length,
  };

/** Everything that the port shows of an account: to compare before and after. */
export const stateOf = async (store: Store, site: string, uid: string) => {
  const account = await store.read({ site, uid });
  if (!account) return undefined;
  return {
    account: pictureOf(account),
    sessions: account.sessions.map(({ id }) => id).toSorted(),
    providerSessions: await store.providerSessions({ site, account: account.id }),
    told: (await store.pageEvents({ site, account: account.id })).length,
  };
};

/** Row ids of the identities at a provider `oidc-<name>`. */
export const idsAt = (account: Account | undefined, name: string): string[] =>
  (account?.identities ?? [])
    .filter(({ provider }) => provider === `oidc-${name}`)
    .map(({ id }) => id);

/** Takes the identities at some providers away, as far as they are there. */
export const remove = (
  store: Store,
  who: Who,
  names: string[],
  rest: (ids: string[], account: Account) => Omit<Change, 'audit'> = () => ({}),
): Promise<void> =>
  store.update(who, (account) => {
    if (!account) return { answer: undefined };
    const ids = names.flatMap((name) => idsAt(account, name));
    const change = { removeIdentities: ids, ...rest(ids, account) };
    return { change: audited(change), answer: undefined };
  });

/** Turns a removal into a soft one. */
export const soften = (ids: string[]): Omit<Change, 'audit'> => ({
  removeIdentities: [],
  softenIdentities: ids,
});

/** Turns a removal into the deletion of the account. */
export const deletion = (): Omit<Change, 'audit'> => ({
  removeIdentities: [],
  deleteAccount: true,
});

/** Writes, with a removal, the jobs that take its permissions back, under a lease of so many milliseconds. */
export const leased = (lease: string, time = hour) => {
  return (identities: string[]): Omit<Change, 'audit'> => ({
    revoke: { identities, lease, until: inTime(time) },
  });
};

/** Providers of jobs, in an order that can be compared. */
export const providersOf = (jobs: RevocationJob[]): string[] =>
  jobs.map(({ provider }) => provider).toSorted();

/** What open pages are told, recognised by its reason. */
export const word = (reason: string, rest: Partial<PageEvent> = {}) => ({
  name: 'connectionRemoved' as const,
  provider: 'oidc-one',
  receipt: [{ step: 'identity' as const, status: 'done' as const, reason }],
  ...rest,
});

/** The reasons by which words are recognised. */
export const reasonsOf = (events: PageEvent[]): (string | undefined)[] =>
  events.map(({ receipt }) => receipt[0]?.reason);

/** An identity with everything that can be stored of one. */
export const whole = identity('one', {
  profile: { firstName: 'Ada', email: 'ada@shop.example' },
  sealedTokens: 'sealed tokens of one',
});

/** Signs the person `ada` in, with everything that can be known of one. @returns what her session is stored under. */
export const signInAda = async (store: Store, site: string): Promise<Uint8Array> => {
  const tokenHash = newHash();
  await enter({ store, site }, 'ada', {
    profile: { firstName: 'Ada' },
    linkIdentities: [whole],
    addLoginIds: [email('Ada@Shop.example', { from: [0] })],
    openSession: session({ tokenHash, openedBy: 0 }),
  });
  return tokenHash;
};
