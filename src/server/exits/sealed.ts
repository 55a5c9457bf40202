import type { Database } from '../people/database.ts';
import type { SealedCount, SealedText, SealedTexts } from '../people/sealed-texts.ts';
import { rowsOf, sql } from '../people/statement.ts';

/** The sealed texts of what outro itself remembers. */
export const sealedExits = (db: Database): SealedTexts => ({
  countSealed: () =>
    db.run<SealedCount>(
      sql`select kind, split_part(sealed, '.', 2) as key, count(*)::int as count from (
          select 'errands' as kind, sealed_payload as sealed from outro.errands where sealed_payload is not null
          union all select 'provider sessions', sealed_id_token from outro.provider_sessions where sealed_id_token is not null
          union all select 'site identities', sealed_tokens from outro.site_identities where sealed_tokens is not null
          union all select 'deletions', sealed_uid from outro.journal where sealed_uid is not null
          union all select 'answers', sealed_answer from outro.journal where sealed_answer is not null
        ) as texts group by 1, 2`,
    ),

  listSealed: (keys, limit) =>
    db.run<SealedText>(
      sql`select * from ((select 'errands' as kind, id::text, sealed_payload as sealed, site, provider,
          sub_provider as "subProvider", provider_uid as "providerUid", '' as "callId"
        from outro.errands where split_part(sealed_payload, '.', 2) = any(${keys}::text[]) limit ${limit})
      union all (select 'provider sessions', id::text, sealed_id_token, site, provider, sub_provider, provider_uid, ''
        from outro.provider_sessions where split_part(sealed_id_token, '.', 2) = any(${keys}::text[]) limit ${limit})
      union all (select 'site identities', jsonb_build_array(site, provider, provider_uid)::text, sealed_tokens, site,
          provider, '', provider_uid, ''
        from outro.site_identities where split_part(sealed_tokens, '.', 2) = any(${keys}::text[]) limit ${limit})
      union all (select 'deletions', id::text, sealed_uid, site, '', '', '', call_id
        from outro.journal where split_part(sealed_uid, '.', 2) = any(${keys}::text[]) limit ${limit})) as texts`,
    ),

  async reseal(texts) {
    const rows = await db.run(
      sql`with given as (select * from ${rowsOf(texts, 'kind text, id text, sealed text, again text')}),
        one as (update outro.errands set sealed_payload = given.again from given
          where given.kind = 'errands' and errands.id::text = given.id and sealed_payload = given.sealed returning 1),
        two as (update outro.provider_sessions set sealed_id_token = given.again from given
          where given.kind = 'provider sessions' and provider_sessions.id::text = given.id
            and sealed_id_token = given.sealed returning 1),
        three as (update outro.journal set sealed_uid = given.again from given
          where given.kind = 'deletions' and journal.id::text = given.id and sealed_uid = given.sealed returning 1),
        placed as (select sealed, again, case when kind = 'site identities' then id::jsonb end as place from given),
        four as (update outro.site_identities as there set sealed_tokens = placed.again from placed
          where there.site = place ->> 0 and there.provider = place ->> 1 and there.provider_uid = place ->> 2
            and there.sealed_tokens = placed.sealed returning 1)
      select 1 from one union all select 1 from two union all select 1 from three union all select 1 from four`,
    );
    return rows.length;
  },
});
