import {
  sql,
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type RawBuilder,
} from 'kysely';
import type { Receipt } from '../../core/receipt.ts';
import type { Profile } from '../../core/user.ts';
import type { PageEvent, WayIn } from '../rules/account.ts';
import type { DepartureStop } from '../people/people.ts';

type Json<Value> = ColumnType<Value, string | undefined, string | null>;

/** JSON goes in as text with a cast: one spelling that both engines store as an object. */
export const json = (value: unknown): RawBuilder<string> =>
  sql<string>`${JSON.stringify(value)}::jsonb`;

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
    rev: Generated<BigInteger>;
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
    generation: Generated<number>;
  };
  removed_identities: {
    site: string;
    provider: string;
    sub_provider: string;
    provider_uid_hash: Uint8Array;
    removed_at: Date;
    generation: number;
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
    ticket_hash: Uint8Array | null;
    created_at: Generated<Date>;
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
    generation: Generated<number>;
  };
  provider_sessions: {
    id: Generated<string>;
    site: string;
    account_id: BigInteger;
    session_id: string | null;
    provider: string;
    sub_provider: string;
    provider_uid: string;
    issuer: string | null;
    sid: string | null;
    sealed_id_token: string | null;
    created_at: Generated<Date>;
    ended_at: Generated<Date | null>;
  };
  trips: {
    token_hash: Uint8Array;
    site: string;
    call_id: string;
    origin: string | null;
    stops: Json<DepartureStop[]>;
    expires_at: Date;
  };
  page_events: {
    id: GeneratedAlways<BigInteger>;
    site: string;
    account_id: BigInteger;
    sessions: Json<string[] | null>;
    except_session: string | null;
    name: PageEvent['name'];
    provider: string | null;
    receipt: Json<Receipt>;
    at: Generated<Date>;
  };
  deletions: {
    code: string;
    site: string;
    provider: string;
    receipt: Json<Receipt>;
    at: Generated<Date>;
  };
  idempotency_keys: {
    site: string;
    caller: Uint8Array;
    key: string;
    request: Uint8Array;
    call_id: string;
    method: string;
    receipt: Json<Receipt>;
    sealed_answer: Generated<string | null>;
    at: Generated<Date>;
  };
  seen_once: { kind: string; id: string; expires_at: Date };
  audit: {
    site: string;
    account_id: BigInteger | null;
    call_id: string;
    actor: 'user' | 'app' | 'provider';
    method: string;
    provider: string | null;
    cid: string | null;
    receipt: Json<unknown>;
  };
}
