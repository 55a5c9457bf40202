import { literal } from './inspect.ts';
import { guardName, isUserOf, rowOf, textOf, type Trigger } from './guard.ts';
import type { IdentityPlan, Plan } from './plan.ts';
import { providerInSql } from './spelling.ts';

/** What becomes of the library's own unlink: `refuse` does not let the last way in go, `record` lets everything go. */
export type GuardMode = 'refuse' | 'record';

const refusal = literal(
  'outro guard: the last way in of this user would go; add another one first, or delete the user itself',
);

/** Whether the user keeps a way in without the row that goes. */
const keepsWayIn = (of: IdentityPlan, { identities, waysIn }: Plan): string => {
  const others = identities.map((one) => {
    const isAnother = `(${textOf(one.provider)}, ${textOf(one.subject)}) is distinct from (${rowOf('old', of.provider)}, ${rowOf('old', of.subject)})`;
    const counts = `${isUserOf('old', of, one)} and ${textOf(one.counts)}${one === of ? ` and ${isAnother}` : ''}`;
    return one.rows.signsIn === false
      ? 'false'
      : `exists(select from ${textOf(one.from)} where ${counts})`;
  });
  const ways = waysIn.map(
    (one) =>
      `exists(select from ${textOf(one.from)} where ${isUserOf('old', of, one)} and ${textOf(one.counts)})`,
  );
  return [...others, ...ways].join(' or ');
};

// What outro would have written: that it is gone, who is to be told of it, and what is owed to the provider, as far as
// somebody has told of the sign-in. Which of the permission and a mere token goes is known later: less is promised. Of a
// user who is gone altogether no word is kept.
const record = (of: IdentityPlan): string => `
  for known in delete from outro.site_identities
    where provider = ${providerInSql(of.rows, rowOf('old', of.provider))} and provider_uid = ${rowOf('old', of.subject)} returning * loop
    insert into outro.removed_identities as removed (site, provider, sub_provider, person_hash, removed_at, generation, rev)
      values (known.site, known.provider, '', pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.concat_ws(E'\\n', known.site, known.provider, '', known.provider_uid), 'UTF8')), pg_catalog.clock_timestamp(), 1, 1)
      on conflict (site, provider, sub_provider, person_hash) do update set removed_at = pg_catalog.clock_timestamp(),
        marked_at = pg_catalog.clock_timestamp(), generation = removed.generation + 1, rev = removed.rev + 1
      returning generation into link;
    about := pg_catalog.jsonb_build_object('provider', known.provider, 'identity', known.provider_uid);
    entry := null;
    if is_there then
      insert into outro.journal (site, account, uid, call_id, actor, method, provider, receipt, told, announced)
        values (known.site, known.account, known.account, pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 'app',
          'removeConnection', known.provider,
          pg_catalog.jsonb_build_array(about || '{"step": "identity", "status": "done"}')
            || case when known.sealed_tokens is null then '[]'::jsonb
              else pg_catalog.jsonb_build_array(about || '{"step": "token", "status": "pending"}') end,
          pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('name', 'connectionRemoved', 'provider', known.provider)),
          pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('type', 'outro.connection.removed', 'connections',
            pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('provider', known.provider, 'providerUID', known.provider_uid)))))
        returning id into entry;
    end if;
    if known.sealed_tokens is not null then
      insert into outro.destinations (site, destination) values (known.site, known.provider) on conflict do nothing;
      insert into outro.errands (kind, site, destination, account, journal, provider, sub_provider, provider_uid, generation,
          forgets, sealed_payload)
        values ('revocation', known.site, known.provider, known.account, entry, known.provider, '', known.provider_uid, link,
          not is_there, known.sealed_tokens);
    end if;
  end loop;`;

/**
 * What makes the library's own unlink wait for the lock of the user's row, and writes it down as one of ours: a trigger for
 * each table of identities that is not the user's own row.
 */
export const unlinkGuard = (plan: Plan, mode: GuardMode): Trigger[] =>
  plan.identities
    .filter(({ name }) => name !== plan.users.name)
    .map((of, index) => {
      const { users } = plan;
      const body = `  if current_setting('outro.decides', true) = 'on' or not (${rowOf('old', of.counts)}) then return old; end if;
  perform from ${textOf(users.from)} where ${isUserOf('old', of, users)} for update;
  is_there := found;
${mode === 'refuse' ? `  if is_there and not (${keepsWayIn(of, plan)}) then\n    raise exception using message = ${refusal}, errcode = 'integrity_constraint_violation';\n  end if;` : ''}${record(of)}
  return old;`;
      return {
        table: of.name,
        name: guardName,
        when: 'before delete',
        call: `outro.guard_unlink_${index}`,
        body,
        declared: 'is_there boolean; known record; link int; about jsonb; entry bigint;',
      };
    });
