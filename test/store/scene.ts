import { randomBytes, randomUUID } from 'node:crypto';
import type { Exits, PageEvent, Revocation } from '../../src/server/exits/exits.ts';
import type { Store } from '../../src/server/exits/store.ts';
import type { People, Updated, Who } from '../../src/server/people/people.ts';
import type {
  Account,
  Change,
  Identity,
  JournalEntry,
  LoginId,
  NewIdentity,
  NewLoginId,
  NewSession,
  Told,
} from '../../src/server/rules/account.ts';
import { peopleOf } from '../../src/server/rules/stays-gone.ts';
import { keeps } from './promise.ts';

/** A store, and the two things that its ports cannot show: what is stored, and what time does to it. */
export interface OpenedStore {
  store: Store;
  /** Whether a text stands anywhere in the stored data; it is unlike any other. */
  holds: (text: string) => Promise<boolean>;
  /** Makes everything that is stored for a site older, by so many milliseconds: every time in it moves back. */
  age: (site: string, milliseconds: number) => Promise<void>;
}

/** What one test of the suite is given: a store, and a site on it that nobody else has. */
export interface Scene extends OpenedStore {
  people: People;
  exits: Exits;
  site: string;
  /** Another instance on the same data; the same one, where there can be only one. */
  another: () => Promise<Store>;
  /** Opens an instance that the test closes. */
  open: () => Promise<Store>;
  /** Opens an instance that waits before it does what it has decided, and again before that counts; the test closes it. */
  openSlow: (wait: Wait) => Promise<Store>;
}

/** Lets somebody come in between: before a change is written, and before what was written in a transaction counts. */
export type Wait = (before: 'write' | 'commit') => Promise<void>;

/** Tests by what they show; each is given a scene of its own. */
export type StoreTests = Record<string, (scene: Scene) => Promise<void>>;

/** Where a test acts: any instance, at any site. */
export type Place = Pick<Scene, 'people' | 'site'>;

/** A time, so many milliseconds from now. */
export const inTime = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** Milliseconds. */
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Seconds, as sessions and trips are given them. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;

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
  isVerified: true,
  from: [],
  ...rest,
});

/** A session of an hour, which no identity opened. */
export const session = (rest: Partial<NewSession> = {}): NewSession => ({
  tokenHash: newHash(),
  expiresIn: seconds(hour),
  openedBy: undefined,
  ...rest,
});

/** A journal row. */
export const entry = (rest: Partial<JournalEntry> = {}): JournalEntry => ({
  callId: newId(),
  actor: 'app',
  method: 'storeSuite',
  provider: undefined,
  cid: undefined,
  receipt: [],
  ...rest,
});

/** Writes a change with a journal row, whatever the account is like; people that it links are announced. */
export const write = (people: People, who: Who, change: Change): Promise<Updated<void>> =>
  people.update<void>({ linking: peopleOf(change.linkIdentities ?? []), ...who }, () => ({
    change: { journal: entry(), ...change },
    answer: undefined,
  }));

/** Makes an account of a site, or changes the one that is there. */
export const enter = (
  { people, site }: Place,
  uid: string,
  change: Change = {},
): Promise<Updated<void>> => write(people, { site, uid, create: { isSiteUid: true } }, change);

/** The account that is there, for certain. */
export const find = async (people: People, who: Who): Promise<Account> => {
  const account = await people.read(who);
  if (!account)
    keeps('read: an account that has just been written is found', 'nobody', 'the account');
  return account as Account;
};

const byText = <Value>(of: (value: Value) => string) => {
  return (one: Value, other: Value): number => of(one).localeCompare(of(other));
};

const identityPicture = ({ id: _id, lastLoginAt: _at, profile, ...rest }: Identity) => ({
  ...rest,
  profile: { ...profile },
});

const loginIdPicture = ({ id: _id, identities, ...rest }: LoginId) => ({
  ...rest,
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

/** Everything that the ports show of an account: to compare before and after. */
export const stateOf = async ({ people, exits }: Store, site: string, uid: string) => {
  const account = await people.read({ site, uid });
  if (!account) return undefined;
  return {
    account: pictureOf(account),
    rev: account.rev,
    sessions: account.sessions.map(({ id }) => id).toSorted(),
    providerSessions: await exits.providerSessions({ site, account: account.id }),
    told: (await exits.pageEvents({ site, account: account.id })).length,
  };
};

/** Identities of an account at a provider `oidc-<name>`. */
export const identitiesAt = (account: Account | undefined, name: string): Identity[] =>
  (account?.identities ?? []).filter(({ provider }) => provider === `oidc-${name}`);

/** Providers of errands, in an order that can be compared. */
export const providersOf = (errands: { destination: string }[]): string[] =>
  errands.map(({ destination }) => destination).toSorted();

/** Claims what is due, where nothing but permissions is owed. */
export const claimRevocations = async (
  exits: Exits,
  ...asked: Parameters<Exits['claimErrands']>
): Promise<Revocation[]> =>
  (await exits.claimErrands(...asked)).filter((errand) => errand.kind === 'revocation');

/** A change that open pages are told of, recognised by the reason in its receipt. */
export const word = (
  reason: string,
  tell: Told[] = [{ name: 'connectionRemoved', provider: 'oidc-one' }],
): { tell: Told[]; journal: JournalEntry } => ({
  tell,
  journal: entry({ receipt: [{ step: 'identity', status: 'done', reason }] }),
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
export const signInAda = async (place: Place): Promise<Uint8Array> => {
  const tokenHash = newHash();
  await enter(place, 'ada', {
    profile: { firstName: 'Ada' },
    linkIdentities: [whole],
    addLoginIds: [email('Ada@Shop.example', { from: [0] })],
    openSession: session({ tokenHash, openedBy: 0 }),
  });
  return tokenHash;
};
