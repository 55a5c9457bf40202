import type { Database } from './database.ts';
import type { SealedCount, SealedText, SealedTexts } from './sealed-texts.ts';
import { rowsOf, sql } from './statement.ts';

/** The sealed texts of people: tokens of identities. */
export const sealedPeople = (db: Database): SealedTexts => ({
  countSealed: () =>
    db.run<SealedCount>(
      sql`select 'identities' as kind, split_part(sealed_tokens, '.', 2) as key, count(*)::int as count
        from outro.identities where sealed_tokens is not null group by 2`,
    ),

  listSealed: (keys, limit) =>
    db.run<SealedText>(
      sql`select 'identities' as kind, id::text, sealed_tokens as sealed, site, provider,
          sub_provider as "subProvider", provider_uid as "providerUid", '' as "callId"
        from outro.identities
        where split_part(sealed_tokens, '.', 2) = any(${keys}::text[]) limit ${limit}`,
    ),

  async reseal(texts) {
    const own = texts.filter(({ kind }) => kind === 'identities');
    if (own.length === 0) return 0;
    const rows = await db.run(
      sql`update outro.identities set sealed_tokens = row.again
        from ${rowsOf(own, 'id text, sealed text, again text')}
        where identities.id = row.id::uuid and sealed_tokens = row.sealed returning 1`,
    );
    return rows.length;
  },
});
