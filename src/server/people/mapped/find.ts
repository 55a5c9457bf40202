import type { ProviderPerson } from '../../rules/account.ts';
import { normalLoginId } from '../../rules/login-name.ts';
import type { Runner } from '../database.ts';
import type { Who } from '../people.ts';
import { hashKey } from '../session-id.ts';
import { sql, type Part } from '../statement.ts';
import type { Plan, TablePlan } from './plan.ts';
import { providerOf } from './spelling.ts';

// The largest of each; a text that no number can be finds nobody.
const largest: Record<string, bigint> = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
};

/** Whether a text can be a value of this type at all, in its one spelling. */
export const fits = (text: string, type: string): boolean => {
  if (type === 'uuid') return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);
  const most = largest[type];
  if (most === undefined) return text !== '' && !text.includes('\0');
  return /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt(text) <= most && BigInt(text) >= -most;
};

/** A value compared with a column of some type: as that type, so that its index serves. */
const isValue = (column: Part, type: string, text: string): Part => {
  if (!fits(text, type)) return sql`false`;
  if (type === 'uuid') return sql`${column} = ${text}::uuid`;
  return type in largest ? sql`${column} = ${text}::bigint` : sql`${column} = ${text}`;
};

/** Rows of one person. */
export const isUsers = ({ user, userType }: TablePlan, uid: string): Part =>
  isValue(user, userType, uid);

const oneOf = async (db: Runner, query: Part): Promise<string | undefined> => {
  const [row] = await db.run<{ user: string | null }>(query);
  return row?.user ?? undefined;
};

/** Whose a session is that has not run out. */
const userOfSession = async (
  db: Runner,
  { sessions }: Plan,
  key: string,
): Promise<string | undefined> => {
  for (const { from, user, counts, lives, key: keyColumn } of sessions) {
    const found = await oneOf(
      db,
      sql`select ${user}::text as "user" from ${from}
        where ${keyColumn} = ${key} and ${counts} and ${lives}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Whose a session was that has ended: for a day, so long a browser may have been away. */
const userOfEnded = (db: Runner, site: string, key: string): Promise<string | undefined> =>
  oneOf(
    db,
    sql`select account as "user" from outro.site_sessions where session_hash = ${hashKey(key)} and site = ${site}
      and ended_at > now() - interval '1 day' and not ticket_spent`,
  );

/** Whose a token is, where somebody has told of it. */
const userOfToken = (db: Runner, site: string, key: string): Promise<string | undefined> =>
  oneOf(
    db,
    sql`select account as "user" from outro.site_sessions where session_hash = ${hashKey(key)} and site = ${site}
      and ended_at is null`,
  );

const userByEmail = (db: Runner, { users }: Plan, given: string): Promise<string | undefined> => {
  const { email, from, counts, id } = users;
  if (!email || given.includes('\0')) return Promise.resolve(undefined);
  const spellings = [given.trim(), normalLoginId('email', given) ?? given];
  return oneOf(
    db,
    sql`select ${id}::text as "user" from ${from}
      where ${email} = any(${spellings}::text[]) and ${counts} limit 1`,
  );
};

const userByIdentity = async (
  db: Runner,
  { identities }: Plan,
  { provider, subProvider, providerUid }: ProviderPerson,
): Promise<string | undefined> => {
  if (subProvider !== '' || providerUid.includes('\0')) return undefined;
  for (const { from, user, counts, subject, provider: spelling, rows } of identities) {
    // A handful: other providers may have given somebody the same id.
    const found = await db.run<{ user: string; spelling: string }>(
      sql`select ${user}::text as "user", ${spelling} as spelling from ${from}
        where ${subject} = ${providerUid} and ${counts} limit 100`,
    );
    const theirs = found.find((one) => providerOf(rows, one.spelling) === provider);
    if (theirs) return theirs.user;
  }
  return undefined;
};

/** The id of the person that is meant, as far as the tables know; that they are there is for the lock to say. */
export const findUser = async (db: Runner, plan: Plan, who: Who): Promise<string | undefined> => {
  const { site } = who;
  if ('siteSession' in who) {
    const key = who.siteSession;
    if (key.includes('\0')) return undefined;
    const live = plan.tokenSessions
      ? await userOfToken(db, site, key)
      : await userOfSession(db, plan, key);
    const found = live ?? (who.evenEnded ? await userOfEnded(db, site, key) : undefined);
    // A site that names one person and the session of another knows neither.
    return who.uid !== undefined && found !== undefined && who.uid !== found
      ? undefined
      : (found ?? who.uid);
  }
  if ('uid' in who) return who.uid;
  if ('account' in who) return who.account;
  if ('email' in who) return userByEmail(db, plan, who.email);
  return 'identity' in who ? userByIdentity(db, plan, who.identity) : undefined;
};
