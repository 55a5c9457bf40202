import type { Receipt } from '../../core/receipt.ts';
import type { IdentityProfile, Profile } from '../../core/user.ts';

/** The link between a person at a provider and an account. */
export interface Identity {
  id: string;
  provider: string;
  /** Network behind an aggregator such as Janrain, else `''`. */
  subProvider: string;
  providerUid: string;
  /** `mapping` is what a soft removal leaves: it signs in to the same account and holds nothing else. */
  state: 'linked' | 'mapping';
  /** May be used to sign in; false for a mere connection. */
  allowsLogin: boolean;
  profile: IdentityProfile;
  /** Tokens from the provider, if they are kept; they open with `tokenPlace`. */
  sealedTokens: string | undefined;
  /** The same as a table of the site has them, to be sealed before anything is done with them. */
  tokens?: PlainTokens | undefined;
  /** Why tokens that are there cannot be opened. */
  lockedTokens?: string | undefined;
  lastLoginAt: Date | undefined;
  /** Which of its links this is: each link of an identity counts one up, whatever account it is at. */
  generation: number;
}

/** Tokens that a site keeps by itself. */
export interface PlainTokens {
  authToken?: string;
  refreshToken?: string;
  idToken?: string;
}

/** How a login id lets its owner in. */
export type WayIn = 'password' | 'passkey' | 'code';

/** An e-mail, user name or phone number that the site knows the account by. */
export interface LoginId {
  id: string;
  kind: 'email' | 'username' | 'phone';
  value: string;
  /** An e-mail alone opens nothing, so most have none. */
  wayIn: WayIn | undefined;
  /** Came from the site itself and not only with an identity. */
  isSites: boolean;
  /** The site, or the provider it came from, has seen that it is the person's. */
  isVerified: boolean;
  /** Ids of the linked identities it came with. */
  identities: string[];
}

/** A person at a provider. */
export type ProviderPerson = Pick<Identity, 'provider' | 'subProvider' | 'providerUid'>;

/** The latest removal of an identity, from whatever account. */
export interface Removal extends ProviderPerson {
  /** By the clock of the database. */
  removedAt: Date;
  /** Which of its links that was. */
  generation: number;
  /** Counts the removals: a link that has not seen the latest is not written. */
  rev: number;
}

/** A person, whole, as a decision sees it. */
export interface Account {
  /** Row id, as text; empty while `isNew`. */
  id: string;
  /** Which state of the account this is: whatever changes one of its rows changes this too. */
  rev: string;
  /** Made by this very call, if it is written. */
  isNew: boolean;
  /** When this was read, by the clock of the database. */
  readAt: Date;
  /** Removals of the people that the call is about to link (`Who.linking`). */
  removals: Removal[];
  uid: string;
  isSiteUid: boolean;
  /** When it began, at the site or where it came from; absent where nobody has told. */
  createdAt?: Date | undefined;
  profile: Profile;
  identities: Identity[];
  loginIds: LoginId[];
  /** The session that asked, if one did; with a leave ticket, the session that it stands for. */
  session: Session | undefined;
  /** Live sessions, the present one among them while it lives. */
  sessions: Session[];
  /** The sessions are those of the site itself, which opens nothing without them but what `outlives` says. */
  ofSite?: { outlives: string | undefined } | undefined;
}

/** A session of the account. */
export interface Session {
  id: string;
  /** The identity that opened it. */
  identity: string | undefined;
  /** Nobody has told which identity opened it: it may have been any. */
  isOpenerUnknown?: boolean | undefined;
  /** Of a session of the site: it was there at a removal that left it, or somebody has told how it began. */
  isNoted?: boolean | undefined;
  /** When the person signed in; of the site's own sessions it may be that nobody has told. */
  createdAt: Date | undefined;
  /** When it was ended; only of a session that its leave ticket stands for. */
  endedAt?: Date | undefined;
  /** The site's own session that it goes with, as the site calls it. */
  siteSession?: string | undefined;
}

/** An identity to link, or to link again. */
export interface NewIdentity {
  provider: string;
  subProvider: string;
  providerUid: string;
  allowsLogin: boolean;
  profile: IdentityProfile;
  sealedTokens: string | undefined;
}

/** A login id to keep; `from` are positions in `linkIdentities`. */
export interface NewLoginId {
  kind: LoginId['kind'];
  value: string;
  /** `none` takes an earlier way in back; absent leaves it as it was. */
  wayIn: WayIn | 'none' | undefined;
  isSites: boolean;
  isVerified: boolean;
  from: number[];
}

/** A session to open, known by the hash of its token. */
export interface NewSession {
  tokenHash: Uint8Array;
  /** Hash of its leave ticket; without one, no ticket ends it. */
  ticketHash?: Uint8Array;
  /** The site's own session that it goes with, as the site calls it. */
  siteSession?: string | undefined;
  /** Seconds that it lives, by the clock of the database. */
  expiresIn: number;
  /** Position in `linkIdentities` of the identity that opened it. */
  openedBy: number | undefined;
  /** Sessions at providers that came with it. */
  providerSessions?: NewProviderSession[];
}

/** A person's session at a provider; the position is that of its identity in `linkIdentities`. */
export interface NewProviderSession {
  identity: number;
  issuer: string | undefined;
  sid: string | undefined;
  sealedIdToken: string | undefined;
}

/** What open pages of a person are told of a change, beside its receipt. */
export interface Told {
  name: 'logout' | 'connectionRemoved' | 'receipt';
  /** Sessions whose pages hear of it; absent: all of the account's. */
  sessions?: string[] | undefined;
  /** The session that asked: its page has the answer. */
  exceptSession?: string | undefined;
  /** The provider as asked for, `''` for all, with `connectionRemoved`. */
  provider?: string | undefined;
}

/** A permission to take back at a provider. */
export interface Permission extends ProviderPerson {
  sealedTokens: string | undefined;
  /** The link that it came with: who is linked again since then keeps what the new link was given. */
  generation: number;
}

/** Who is told of changes by a webhook: the destination of its errands, and the kinds that it wants. */
export interface Subscription {
  destination: string;
  types: readonly string[];
}

/** What a decision wants written; written whole or not at all. */
export interface Change {
  /** The account's new uid. */
  uid?: string;
  /** The account goes, with everything that hangs on it. */
  deleteAccount?: true;
  /** Fields to set, and with `null` to forget. */
  profile?: { [Field in keyof Profile]?: Profile[Field] | null };
  linkIdentities?: NewIdentity[];
  addLoginIds?: NewLoginId[];
  openSession?: NewSession;
  /** Permissions to take back; with a lease, this call tries them first. */
  revoke?: { permissions: Permission[]; lease?: Lease };
  removeIdentities?: string[];
  softenIdentities?: string[];
  removeLoginIds?: string[];
  endSessions?: { ids: string[]; reason: 'logout' | 'unlink' | 'limit' };
  /** The session whose leave ticket is used up. */
  spendTicket?: string;
  /** What open pages of the person are told, in the same transaction. */
  tell?: Told[];
  /** Who is told of it by a webhook; an errand for each is written with the change. */
  subscriptions?: Subscription[];
  /** What is remembered of it; absent of what changes nothing about the person, as one more sign-in. */
  journal?: JournalEntry;
}

/** Which call has an errand for itself, and for how many milliseconds. */
export interface Lease {
  id: string;
  time: number;
}

/** What pages of ended sessions are told; the one that asked has its answer. */
export const tellLogout = (sessions: string[], exceptSession?: string): Told[] =>
  sessions.length > 0 ? [{ name: 'logout', sessions, exceptSession }] : [];

/** A request that may arrive again, as its answer is kept. */
export interface RequestKey {
  site: string;
  /** Hash of what the caller has proved, so that nobody else reads the answer. */
  caller: Uint8Array;
  /** Chosen by the caller, 8 to 100 characters. */
  key: string;
  /** Hash of method and parameters. */
  request: Uint8Array;
}

/** One change, as it is remembered: who, how, and what came of it. */
export interface JournalEntry {
  callId: string;
  actor: 'user' | 'app' | 'provider' | 'operator';
  method: string;
  provider: string | undefined;
  cid: string | undefined;
  receipt: Receipt;
  /** The uid of an account that goes, for those who are to be told whose it was; opens with `uidPlace`. */
  sealedUid?: string;
  /** The answer to the same request under the same key; sealed already where it is known when the change is decided. */
  once?: { key: RequestKey; sealedAnswer: string | undefined } | undefined;
}

/** Identities that are connected now; a mapping is not. */
export const linkedIdentities = (account: Account): Identity[] =>
  account.identities.filter(({ state }) => state === 'linked');
