import type { IdentityProfile, Profile } from '../../core/user.ts';

// What comes along stands by itself: whoever knows the port to people knows these, too.

interface Person {
  provider: string;
  subProvider: string;
  providerUid: string;
}

/** An identity as it comes from elsewhere; times as they were there, or none. */
export interface NewcomerIdentity extends Person {
  allowsLogin: boolean;
  profile: IdentityProfile;
  sealedTokens: string | undefined;
  linkedAt: Date | undefined;
  lastLoginAt: Date | undefined;
}

/** A login id as it comes from elsewhere; `from` are positions in `identities`. */
export interface NewcomerName {
  kind: 'email' | 'username' | 'phone';
  value: string;
  wayIn: 'password' | 'passkey' | 'code' | undefined;
  isSites: boolean;
  isVerified: boolean;
  from: number[];
}

/** A person who comes along from elsewhere, whole. */
export interface Newcomer {
  uid: string;
  isSiteUid: boolean;
  createdAt: Date | undefined;
  profile: Profile;
  identities: NewcomerIdentity[];
  loginIds: NewcomerName[];
}

/** The same account, as it is here already. */
export interface KnownAccount {
  id: string;
  rev: string;
  uid: string;
  profile: Profile;
  createdAt: string | null;
  identities: (Person & {
    id: string;
    state: 'linked' | 'mapping';
    allowsLogin: boolean;
    profile: IdentityProfile | null;
    hasTokens: boolean;
    /** Nobody has linked it here. */
    cameAlong: boolean;
    lastLoginAt: string | null;
    generation: number;
  })[];
  loginIds: {
    id: string;
    kind: NewcomerName['kind'];
    /** In its normal form. */
    name: string;
    wayIn: NewcomerName['wayIn'] | null;
    isSites: boolean;
    isVerified: boolean;
    identities: string[];
  }[];
}

/** A removal of somebody who is among newcomers. */
export interface RemovalSeen extends Person {
  removedAt: Date;
  generation: number;
  rev: number;
}

/** What is here of a batch of newcomers, before they come. */
export interface Seen {
  /** By uid. */
  accounts: Map<string, KnownAccount>;
  /** Whose identities and login ids are, by `keyOfPerson` and `keyOfName`. */
  owners: Map<string, string>;
  removals: RemovalSeen[];
  /** Uids of accounts that were deleted here. */
  deleted: Set<string>;
}

/** Something about a newcomer that whoever brings them should know. */
export interface Trouble {
  kind: TroubleKind;
  /** The field at fault. */
  path: string;
  /** What is the matter, and what came of it; names no e-mail and no token. */
  text: string;
}

/** Kinds of trouble, as reports count them. */
export type TroubleKind =
  | 'unreadable'
  | 'invalid'
  | 'identityExists'
  | 'loginIdExists'
  | 'deletedHere'
  | 'removedHere'
  | 'inactive'
  | 'leftOut';

/** What happens to an account one of whose identities or login ids is another account's: it stays, or comes without. */
export const conflictModes = ['error', 'ignore', 'connect'] as const;

/** One of `conflictModes`. */
export type ConflictMode = (typeof conflictModes)[number];

/** A row of an identity to be written; with `id`, one that is there. */
export interface IdentityRow {
  id: string | null;
  uid: string;
  provider: string;
  sub_provider: string;
  provider_uid: string;
  allows_login: boolean;
  profile: IdentityProfile;
  sealed_tokens: string | null;
  linked_at: Date | null;
  last_login_at: Date | string | null;
  generation: number;
}

/** A row of a login id to be written; with `id`, one that is there. */
export interface LoginIdRow {
  id: string | null;
  uid: string;
  kind: string;
  value: string;
  value_norm: string;
  way_in: string | null;
  is_sites: boolean;
  is_verified: boolean;
  /** What it came with: people that the same change links, and identities that are there. */
  came_with: string[];
  came_with_ids: string[];
}

/** What is to be written of a newcomer. */
export interface Writing {
  uid: string;
  /** Absent of an account that is new. */
  known: { id: string; rev: string } | undefined;
  isSiteUid: boolean;
  profile: Newcomer['profile'];
  createdAt: Date | string | null;
  identities: IdentityRow[];
  loginIds: LoginIdRow[];
}

/** What becomes of a newcomer. */
export interface Judged {
  outcome: 'new' | 'changed' | 'same' | 'refused';
  troubles: Trouble[];
  /** Absent where there is nothing to write. */
  writing?: Writing;
  /** Whether the account has a way in, when all is written. */
  hasWayIn: boolean;
}
