import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Profile } from '../../core/user.ts';
import type { WayIn } from '../account.ts';

// JSON goes in as text with a cast: one spelling that both engines store as an object.
type Json<Value> = ColumnType<Value, string | undefined, string | null>;

// bigint arrives as text from pg and as a number from PGlite.
type BigInteger = string | number;

/** The tables of schema `outro`, as kysely sees them. */
export interface Tables {
  accounts: {
    id: GeneratedAlways<BigInteger>;
    site: string;
    uid: string;
    is_site_uid: boolean;
    profile: Json<Profile>;
    rev: Generated<number>;
  };
  identities: {
    id: Generated<string>;
    site: string;
    account_id: BigInteger;
    provider: string;
    sub_provider: string;
    provider_uid: string;
    state: 'linked' | 'mapping';
    allows_login: boolean;
    profile: Json<Profile | null>;
    sealed_tokens: string | null;
    linked_at: Generated<Date>;
    last_login_at: Date | null;
  };
  login_ids: {
    id: Generated<string>;
    site: string;
    account_id: BigInteger;
    kind: 'email' | 'username' | 'phone';
    value: string;
    value_norm: string;
    way_in: WayIn | null;
    is_sites: boolean;
  };
  login_id_identities: { login_id_id: string; identity_id: string };
  sessions: {
    id: Generated<string>;
    site: string;
    account_id: BigInteger;
    identity_id: string | null;
    token_hash: Uint8Array;
    expires_at: Date;
    ended_at: Date | null;
    end_reason: 'logout' | 'unlink' | null;
  };
  revocations: {
    id: Generated<string>;
    site: string;
    account_id: BigInteger;
    provider: string;
    sub_provider: string;
    provider_uid: string;
    sealed_tokens: string | null;
    state: Generated<'pending' | 'done' | 'already' | 'unsupported' | 'failed' | 'skipped'>;
    attempts: Generated<number>;
    next_at: Generated<Date>;
    lease: string | null;
    lease_until: Date | null;
    reason: Generated<string | null>;
    ended_at: Generated<Date | null>;
  };
  seen_once: { kind: string; id: string; expires_at: Date };
  audit: {
    site: string;
    account_id: BigInteger | null;
    call_id: string;
    actor: 'user' | 'app';
    method: string;
    provider: string | null;
    cid: string | null;
    receipt: Json<unknown>;
  };
}
