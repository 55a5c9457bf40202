import type { Runner } from '../database.ts';
import { sql, type Part } from '../statement.ts';
import { literal } from './inspect.ts';
import type { Plan, SessionPlan, TablePlan } from './plan.ts';

/** The trigger's name, by which it is looked for. */
export const guardName = 'outro_guard';

/** A part without values, as text. */
export const textOf = ({ written }: Part): string => written.join('');

const isGuarded = ({ rows }: SessionPlan): boolean => rows.returns === true;

const isThere = ({ name }: TablePlan): string =>
  `exists(select from pg_catalog.pg_trigger where tgrelid = ${literal(name)}::regclass
    and tgname = ${literal(guardName)} and tgenabled in ('O', 'A'))`;

const known = new WeakMap<Plan, Part>();

/**
 * Whether sessions that have ended may come back, as a part of a statement. Asked each time: whoever restores a schema may
 * leave the guard behind.
 */
export const unguarded = (plan: Plan): Part => {
  const returning = plan.sessions.filter(isGuarded).map(isThere);
  const part =
    known.get(plan) ?? sql([returning.length > 0 ? `not (${returning.join(' and ')})` : 'false']);
  known.set(plan, part);
  return part;
};

const unlinks = new WeakMap<Plan, Part>();

/**
 * Whether the library's own unlink waits for the user's row, as a part of a statement. Then nobody else need lock its
 * identities: it locks them before it waits, and each would wait for the other.
 */
export const guardsUnlink = (plan: Plan): Part => {
  const guarded = plan.identities.filter(({ name }) => name !== plan.users.name).map(isThere);
  const part = unlinks.get(plan) ?? sql([`(${['true', ...guarded].join(' and ')})`]);
  unlinks.set(plan, part);
  return part;
};

/** What is said of sessions that may come back, where no guard keeps them from it. */
export const mayReturn =
  'a request that was under way may write the session again, and it would open; `npx outro guard` closes that';

/** Said by whoever has decided a removal behind the lock already, for the length of its transaction. */
export const decides = sql`set_config('outro.decides', 'on', true)`;

/** A trigger of the guard, and the function that it calls. */
export interface Trigger {
  table: string;
  name: string;
  when: string;
  /** Judged when the transaction ends. */
  isDeferred?: true;
  call: string;
  /** What the function does, and the variables that it declares. */
  body: string;
  declared?: string;
  /** A condition in SQL; where it does not hold none is made. */
  isNeeded?: string;
}

const hasTrigger = ({ table, name }: Trigger, counts = 'true'): string =>
  `exists (select from pg_catalog.pg_trigger
      where tgrelid = ${literal(table)}::regclass and tgname = ${literal(name)} and ${counts})`;

/**
 * What puts a trigger there. It is made once: where the role may make one and not drop it, what it calls can still change.
 * That has the rights of whoever makes it, since the site's role need not see what is ours.
 *
 * @returns statements in order
 */
export const statementsOf = (trigger: Trigger): string[] => {
  const { table, name, when, isDeferred, call, body, declared = '', isNeeded = 'true' } = trigger;
  return [
    `create or replace function ${call}() returns trigger language plpgsql security definer set search_path = '' as $guard$
${declared && `declare ${declared}\n`}begin
${body}
end $guard$`,
    `do $guard$ begin
  if ${isNeeded} and not ${hasTrigger(trigger)} then
    create ${isDeferred ? 'constraint ' : ''}trigger ${name} ${when} on ${table}
      ${isDeferred ? 'deferrable initially deferred ' : ''}for each row execute function ${call}();
  end if;
end $guard$`,
  ];
};

/**
 * Looks which triggers of a guard are there, and are on.
 *
 * @returns each that is needed, by its table
 */
export const lookForGuard = async (
  db: Runner,
  triggers: Trigger[],
): Promise<{ table: string; isThere: boolean }[]> => {
  const looks = triggers.map(
    (one) => `select ${literal(one.table)} as "table",
      ${hasTrigger(one, "tgenabled in ('O', 'A')")} as "isThere" where ${one.isNeeded ?? 'true'}`,
  );
  return looks.length === 0 ? [] : db.run(sql([looks.join(' union all ')]));
};

/** A text of a statement, with the row that a trigger is about in place of the table's alias. */
export const rowOf = (which: 'old' | 'new', part: Part): string =>
  textOf(part).replaceAll(/\bt\./g, `${which}.`);

/** Whether rows of a table belong to the user of the row that a trigger is about. */
export const isUserOf = (
  which: 'old' | 'new',
  of: TablePlan,
  { user, userType }: TablePlan,
): string =>
  // Of one type they are compared as they are, so that an index serves.
  userType === of.userType
    ? `${textOf(user)} = ${rowOf(which, of.user)}`
    : `${textOf(user)}::text = ${rowOf(which, of.user)}::text`;

/**
 * What keeps sessions that have ended from being written again by requests in flight: triggers whose function knows what has
 * ended by its hash; none where no session of the mapping comes back.
 */
export const sessionGuard = ({ sessions }: Plan): Trigger[] =>
  sessions.filter(isGuarded).map((of, index) => ({
    table: of.name,
    name: guardName,
    when: 'before insert',
    call: `outro.guard_sessions_${index}`,
    body: `  if exists (select from outro.site_sessions
      where session_hash = pg_catalog.sha256(pg_catalog.convert_to(${rowOf('new', of.key)}, 'UTF8')) and ended_at is not null) then
    return null;
  end if;
  return new;`,
  }));
