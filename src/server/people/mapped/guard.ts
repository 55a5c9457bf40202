import { sql, type Part } from '../statement.ts';
import { literal } from './inspect.ts';
import type { Plan, SessionPlan } from './plan.ts';

/** The trigger's name, by which it is looked for. */
const guardName = 'outro_guard';

const textOf = ({ written }: Part): string => written.join('');

// The row that is about to be written, in place of the table's alias.
const newRow = (part: Part): string => textOf(part).replaceAll(/\bt\./g, 'new.');

const isGuarded = ({ rows }: SessionPlan): boolean => rows.returns === true;

const isThere = ({ name }: SessionPlan): string =>
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

/** What is said of sessions that may come back, where no guard keeps them from it. */
export const mayReturn =
  'a request that was under way may write the session again, and it would open; `npx outro guard` closes that';

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
      `do $guard$ begin
  if not exists (select from pg_catalog.pg_trigger
      where tgrelid = ${literal(of.name)}::regclass and tgname = ${literal(guardName)}) then
    create trigger ${guardName} before insert on ${of.name} for each row execute function ${call}();
  end if;
end $guard$`,
    ];
  });
