import { sql, type Part } from '../statement.ts';
import { literal } from './inspect.ts';
import type { Plan, SessionPlan, TablePlan } from './plan.ts';

/** The trigger's name, by which it is looked for. */
const guardName = 'outro_guard';

const textOf = ({ written }: Part): string => written.join('');

// The row that is about to be written, in place of the table's alias.
const newRow = (part: Part): string => textOf(part).replaceAll(/\bt\./g, 'new.');

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

// Made once: where the role may make a trigger and not drop it, what it calls can still change.
const makeTrigger = (table: string, when: string, call: string): string =>
  `do $guard$ begin
  if not exists (select from pg_catalog.pg_trigger
      where tgrelid = ${literal(table)}::regclass and tgname = ${literal(guardName)}) then
    create trigger ${guardName} ${when} on ${table} for each row execute function ${call}();
  end if;
end $guard$`;

/** Said by whoever has decided a removal behind the lock already, for the length of its transaction. */
export const decides = sql`set_config('outro.decides', 'on', true)`;

// The old row, in place of the table's alias.
const oldRow = (part: Part): string => textOf(part).replaceAll(/\bt\./g, 'old.');

/**
 * What makes the library's own unlink wait for the lock of the user's row, and refuses it the last way in: a trigger for
 * each table of identities that is not the user's own row.
 *
 * @returns statements in order
 */
export const unlinkGuard = ({ users, identities, waysIn }: Plan): string[] =>
  identities
    .filter(({ name }) => name !== users.name)
    .flatMap((of, index) => {
      const call = `outro.guard_unlink_${index}`;
      // Of one type they are compared as they are, so that an index serves.
      const isUser = ({ user, userType }: TablePlan): string =>
        userType === of.userType
          ? `${textOf(user)} = ${oldRow(of.user)}`
          : `${textOf(user)}::text = ${oldRow(of.user)}::text`;
      const others = identities.map((one) => {
        const isAnother = `(${textOf(one.provider)}, ${textOf(one.subject)}) is distinct from (${oldRow(of.provider)}, ${oldRow(of.subject)})`;
        const counts = `${isUser(one)} and ${textOf(one.counts)}${one === of ? ` and ${isAnother}` : ''}`;
        return one.rows.signsIn === false
          ? 'false'
          : `exists(select from ${textOf(one.from)} where ${counts})`;
      });
      const ways = waysIn.map(
        (one) =>
          `exists(select from ${textOf(one.from)} where ${isUser(one)} and ${textOf(one.counts)})`,
      );
      return [
        `create or replace function ${call}() returns trigger language plpgsql security definer set search_path = '' as $guard$
begin
  if current_setting('outro.decides', true) = 'on' or not (${oldRow(of.counts)}) then return old; end if;
  perform from ${textOf(users.from)} where ${isUser(users)} for update;
  if not found or ${[...others, ...ways].join(' or ')} then return old; end if;
  raise exception 'outro guard: the last way in of this user would go; add another one first, or delete the user itself'
    using errcode = 'integrity_constraint_violation';
end $guard$`,
        makeTrigger(of.name, 'before delete', call),
      ];
    });

/**
 * What keeps sessions that have ended from being written again by requests in flight: a trigger, made once, whose function
 * knows what has ended by its hash. Run again, it changes functions only.
 *
 * @returns statements in order; none where no session of the mapping comes back
 */
export const guardStatements = ({ sessions }: Plan): string[] =>
  sessions.filter(isGuarded).flatMap((of, index) => {
    const call = `outro.guard_sessions_${index}`;
    return [
      `create or replace function ${call}() returns trigger language plpgsql security definer set search_path = '' as $guard$
begin
  if exists (select from outro.site_sessions
      where session_hash = pg_catalog.sha256(pg_catalog.convert_to(${newRow(of.key)}, 'UTF8')) and ended_at is not null) then
    return null;
  end if;
  return new;
end $guard$`,
      makeTrigger(of.name, 'before insert', call),
    ];
  });
