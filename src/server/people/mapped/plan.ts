import type { Runner } from '../database.ts';
import { conditions, planLife, planTokens, settings } from './conditions.ts';
import { createInspector, type Column, type Found, type Inspector } from './inspect.ts';
import type { IdentityRows, Mapping, Rows, SessionRows, UserRows, WayInRows } from './mapping.ts';
import { sql, type Part } from '../statement.ts';

/** One table of a mapping, as statements have it: each text stands there once. */
export interface TablePlan {
  /** `from` of it, under the alias `t`. */
  from: Part;
  /** Its rows that count; always something. */
  counts: Part;
  /** `set …` of a row that ends, where it is not deleted. */
  ends: Part | undefined;
  /** Whose rows these are: compared with a text. */
  user: Part;
  userType: string;
  name: string;
}

/** Identities of one table. */
export interface IdentityPlan extends TablePlan {
  rows: IdentityRows;
  provider: Part;
  subject: Part;
  /** Columns of tokens as a JSON object, by what they are. */
  tokens: Part;
  soft: Part | undefined;
  /** Where it stands when a sign-in began that is under way: names, quoted. */
  began: { table: string; column: string } | undefined;
}

/** Sessions of one table. */
export interface SessionPlan extends TablePlan {
  rows: SessionRows;
  key: Part;
  /** Those that have not run out. */
  lives: Part;
  since: Part;
}

/** A mapping that was found to be true. */
export interface Plan {
  users: TablePlan & { id: Part; email: Part | undefined };
  identities: IdentityPlan[];
  sessions: SessionPlan[];
  /** Sessions are tokens without rows. */
  tokenSessions: { outlives: string } | undefined;
  waysIn: (TablePlan & { kind: WayInRows['kind'] })[];
  after: readonly string[];
}

const raw = (text: string): Part => sql([text]);
const listOf = <One>(some: One | readonly One[] | undefined): readonly One[] =>
  some === undefined ? [] : Array.isArray(some) ? (some as readonly One[]) : [some as One];

const planRows = async (
  path: string,
  rows: Rows & { user: UserRows['id'] | SessionRows['user'] },
  look: Inspector,
  changes: boolean,
): Promise<{ plan: TablePlan; table: Found | undefined; user: Column | undefined }> => {
  const table = await look.find(path, rows);
  const user = look.field(`${path}.user`, table, rows.user, 'user');
  if (changes) look.rights(path, table, { deletes: !rows.ends });
  const counts = ['true', ...conditions(path, table, rows.where, look)];
  const plan: TablePlan = {
    from: raw(`${table?.name} as t`),
    counts: raw(counts.join(' and ')),
    ends: rows.ends && settings(`${path}.ends.set`, table, rows.ends.set, look),
    user: raw(user?.name ?? ''),
    userType: user?.type ?? 'text',
    name: table?.name ?? '',
  };
  return { plan, table, user };
};

const familyOf = (type: string): string =>
  type === 'uuid' ? 'uuid' : /int|small/.test(type) ? 'integer' : 'text';

/** An id of one kind and a user of another can never be the same. */
const compareTypes = (
  path: string,
  id: Column | undefined,
  user: Column | undefined,
  look: Inspector,
) => {
  const kinds = [id, user].map((one) => familyOf(one?.type ?? 'text'));
  if (id && user && kinds[0] !== kinds[1] && !kinds.includes('text'))
    look.faults.push(
      `${path}.user: expected the type of users.id, ${id.type}, and found ${user.type}`,
    );
};

/** The user's table, as everything else is held against it. */
interface Owner {
  plan: TablePlan;
  id: Column | undefined;
}

const planBeginning = async (
  path: string,
  { began }: IdentityRows,
  look: Inspector,
): Promise<IdentityPlan['began']> => {
  if (!began) return undefined;
  const table = await look.find(`${path}.began`, began);
  const column = look.column(`${path}.began.column`, table, began.column, 'time');
  return { table: table?.name ?? '', column: column?.name ?? '' };
};

const planIdentities = async (
  path: string,
  rows: IdentityRows,
  owner: Owner,
  look: Inspector,
): Promise<IdentityPlan> => {
  const { plan, table, user } = await planRows(path, rows, look, true);
  compareTypes(path, owner.id, user, look);
  const provider = look.field(`${path}.provider`, table, rows.provider, 'text');
  const subject = look.field(`${path}.subject`, table, rows.subject, 'text');
  if (plan.name === owner.plan.name && !rows.ends)
    look.faults.push(
      `${path}.ends: expected what a removal writes; without it the user itself would go`,
    );
  return {
    ...plan,
    rows,
    provider: raw(`${provider?.name}::text`),
    subject: raw(`${subject?.name}::text`),
    ...planTokens(path, table, rows, look),
    began: await planBeginning(path, rows, look),
  };
};

const planSessions = async (
  path: string,
  rows: SessionRows,
  owner: Owner,
  look: Inspector,
): Promise<SessionPlan> => {
  const { plan, table, user } = await planRows(path, rows, look, true);
  compareTypes(path, owner.id, user, look);
  const key = look.field(`${path}.key`, table, rows.key, 'text');
  const since = look.column(`${path}.since`, table, rows.since, 'time');
  const cast = /^(text|character varying)$/.test(key?.type ?? '') ? '' : '::text';
  return {
    ...plan,
    rows,
    key: raw(`${key?.name}${cast}`),
    lives: planLife(path, table, rows, look),
    since: raw(since ? `t.${since.name}::timestamptz` : 'null'),
  };
};

const planWaysIn = async (
  path: string,
  rows: WayInRows,
  owner: Owner,
  look: Inspector,
): Promise<Plan['waysIn'][number]> => {
  const { plan, user } = await planRows(path, rows, look, false);
  compareTypes(path, owner.id, user, look);
  return { ...plan, kind: rows.kind };
};

const pathOf = (name: string, some: unknown, index: number): string =>
  Array.isArray(some) ? `${name}[${index}]` : name;

// Two statements on one table would not see each other; on the user's row they follow each other.
const refuseTwice = (
  identities: IdentityPlan[],
  { users }: Mapping,
  owner: Owner,
  look: Inspector,
) => {
  for (const [index, { name }] of identities.entries())
    if (name !== owner.plan.name && identities.findIndex((one) => one.name === name) !== index)
      look.faults.push(
        `identities[${index}].table: expected each table once, unless it is ${users.table}, that of users`,
      );
};

const unasked =
  'tokens open wherever the list of ended ones is not asked, and so do those of sign-ins that nobody has told of, until they expire';

type RowsOf<One> = One | readonly One[] | undefined;

const plansOf = async (mapping: Mapping, look: Inspector): Promise<Plan> => {
  const { users, waysIn = [], after = [] } = mapping;
  const tokens = mapping.sessions && 'tokens' in mapping.sessions ? mapping.sessions : undefined;
  const sessions = tokens ? [] : (mapping.sessions as RowsOf<SessionRows>);
  const {
    plan,
    table,
    user: id,
  } = await planRows('users', { ...users, user: users.id }, look, false);
  look.rights('users', table, { deletes: false });
  look.unique('users.id', table, users.id);
  const email = look.column('users.email', table, users.email, 'text');
  const owner = { plan, id };
  const result: Plan = {
    users: { ...plan, id: plan.user, email: email && raw(`t.${email.name}::text`) },
    identities: [],
    sessions: [],
    tokenSessions: tokens && { outlives: tokens.outlives ?? unasked },
    waysIn: [],
    after,
  };
  for (const [index, rows] of listOf(mapping.identities).entries()) {
    const path = pathOf('identities', mapping.identities, index);
    result.identities.push(await planIdentities(path, rows, owner, look));
  }
  for (const [index, rows] of listOf(sessions).entries()) {
    const path = pathOf('sessions', sessions, index);
    result.sessions.push(await planSessions(path, rows, owner, look));
  }
  for (const [index, rows] of waysIn.entries())
    result.waysIn.push(await planWaysIn(`waysIn[${index}]`, rows, owner, look));
  refuseTwice(result.identities, mapping, owner, look);
  return result;
};

/**
 * Looks whether a mapping is true of a database, and makes what statements are built of.
 *
 * @throws Error that lists every entry that is not, by its path, with what was found
 */
export const planMapping = async (db: Runner, mapping: Mapping): Promise<Plan> => {
  const look = createInspector(db, mapping);
  const plan = await plansOf(mapping, look);
  if (look.faults.length > 0)
    throw new Error(
      `the mapping does not fit the database:\n${look.faults.map((one) => `  ${one}`).join('\n')}`,
    );
  return plan;
};
