import { literal } from './inspect.ts';
import { isUserOf, rowOf, textOf, type Trigger } from './guard.ts';
import type { IdentityPlan, Plan } from './plan.ts';
import { providerInSql } from './spelling.ts';
import { signInLasts } from '../../rules/sign-in-gone.ts';

const gone = literal('outro guard: the user of this identity is gone; sign in again');

/** What makes a link wait for a change of its user, where no foreign key does that, and refuses one of a user who is gone. */
const waiting = (of: IdentityPlan, { users }: Plan, index: number): Trigger => {
  const user = rowOf('new', of.user);
  return {
    table: of.name,
    name: 'outro_guard_links',
    when: 'before insert',
    call: `outro.guard_links_${index}`,
    body: `  if ${user} is null then return new; end if;
  perform from ${textOf(users.from)} where ${isUserOf('new', of, users)} for key share;
  if not found then raise exception using message = ${gone}, errcode = 'foreign_key_violation'; end if;
  return new;`,
    isNeeded: `not exists (select from pg_catalog.pg_constraint where contype = 'f'
      and conrelid = ${literal(of.name)}::regclass and confrelid = ${literal(users.name)}::regclass)`,
  };
};

const late = literal(
  'outro guard: this identity was disconnected after the sign-in had begun; sign in again',
);

// Seconds.
const lasts = signInLasts / 1000;

/**
 * What keeps an identity away that was removed since the sign-in began which brings it: the row that knows its beginning is
 * touched in the same transaction, after the identity is written, so the transaction is judged at its end. One without such
 * a row, of an ID token or an administrator, counts as one that may have begun before.
 */
const staysGone = (of: IdentityPlan, index: number): Trigger[] => {
  if (!of.began) return [];
  const { table, column } = of.began;
  return [
    {
      table,
      name: 'outro_guard_began',
      when: 'before update or delete',
      call: `outro.guard_began_${index}`,
      body: `  perform pg_catalog.set_config('outro.began', old.${column}::text, true);
  if tg_op = 'DELETE' then return old; end if;
  return new;`,
    },
    {
      table: of.name,
      name: 'outro_guard_gone',
      when: 'after insert',
      isDeferred: true,
      call: `outro.guard_gone_${index}`,
      declared: 'since timestamptz;',
      body: `  since := coalesce(nullif(pg_catalog.current_setting('outro.began', true), '')::timestamptz, pg_catalog.now() - interval '${lasts} seconds');
  if current_setting('outro.decides', true) is distinct from 'on' and exists (select from outro.removed_identities
      where marked_at >= since and removed_at >= since and sub_provider = ''
        and provider = ${providerInSql(of.rows, rowOf('new', of.provider))}
        and person_hash = pg_catalog.sha256(pg_catalog.convert_to(
          pg_catalog.concat_ws(E'\\n', site, provider, '', ${rowOf('new', of.subject)}), 'UTF8'))) then
    raise exception using message = ${late}, errcode = 'integrity_constraint_violation';
  end if;
  return null;`,
    },
  ];
};

/** What guards links that the library makes beside our lock. */
export const linkGuard = (plan: Plan): Trigger[] =>
  plan.identities
    .filter(({ name }) => name !== plan.users.name)
    .flatMap((of, index) => [waiting(of, plan, index), ...staysGone(of, index)]);
