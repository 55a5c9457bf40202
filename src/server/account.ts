import type { Receipt } from '../core/receipt.ts';
import type { Profile } from '../core/user.ts';

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
  profile: Profile;
  /** Whether tokens from the provider are kept. */
  hasTokens: boolean;
  lastLoginAt: Date | undefined;
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
  /** Ids of the identities it came with. */
  identities: string[];
}

/** A person, whole, as a decision sees it. */
export interface Account {
  id: string;
  uid: string;
  isSiteUid: boolean;
  profile: Profile;
  identities: Identity[];
  loginIds: LoginId[];
  /** The session that asked, if one did. */
  session: { id: string; identity: string | undefined } | undefined;
  /** Live sessions, the present one among them. */
  sessions: { id: string; identity: string | undefined }[];
}

/** A login id as it is compared: one spelling for what people type in several ways. */
export const normalizeLoginId = (value: string): string =>
  value.trim().normalize('NFKC').toLowerCase();

/** An identity to link, or to link again. */
export interface NewIdentity {
  provider: string;
  subProvider: string;
  providerUid: string;
  allowsLogin: boolean;
  profile: Profile;
  sealedTokens: string | undefined;
}

/** A login id to keep; `from` are positions in `linkIdentities`. */
export interface NewLoginId {
  kind: LoginId['kind'];
  value: string;
  /** `none` takes an earlier way in back; absent leaves it as it was. */
  wayIn: WayIn | 'none' | undefined;
  isSites: boolean;
  from: number[];
}

/** A session to open, known by the hash of its token. */
export interface NewSession {
  tokenHash: Uint8Array;
  expiresAt: Date;
  /** Position in `linkIdentities` of the identity that opened it. */
  openedBy: number | undefined;
}

/** What a decision wants written; written whole or not at all. */
export interface Change {
  /** The account's new uid. */
  uid?: string;
  /** The account goes, with everything that hangs on it. */
  deleteAccount?: true;
  profile?: Profile;
  linkIdentities?: NewIdentity[];
  addLoginIds?: NewLoginId[];
  openSession?: NewSession;
  /** Identities whose permission is taken back, and the lease under which this request tries it first. */
  revoke?: { identities: string[]; lease: string; until: Date };
  removeIdentities?: string[];
  softenIdentities?: string[];
  removeLoginIds?: string[];
  endSessions?: { ids: string[]; reason: 'logout' | 'unlink' };
  audit: AuditEntry;
}

/** Who did what, for the record. */
export interface AuditEntry {
  callId: string;
  actor: 'user' | 'app';
  method: string;
  provider: string | undefined;
  cid: string | undefined;
  receipt: Receipt;
}

/** Identities that are connected now; a mapping is not. */
export const linkedIdentities = (account: Account): Identity[] =>
  account.identities.filter(({ state }) => state === 'linked');

/**
 * The ways into the account that would be left without the given identities and login ids. A mapping does
 * not count: the person asked for that one to go.
 *
 * @see design.md section 4 "what counts as a way in"
 */
export const waysIn = (
  account: Account,
  without: { identities?: Identity[]; loginIds?: LoginId[] } = {},
): (Identity | LoginId)[] => [
  ...linkedIdentities(account).filter(
    (identity) => identity.allowsLogin && !without.identities?.includes(identity),
  ),
  ...account.loginIds.filter(
    (loginId) => loginId.wayIn !== undefined && !without.loginIds?.includes(loginId),
  ),
];
