import type { RemovalsOf } from '../people/people.ts';
import { rowsOf, sql } from '../people/statement.ts';
import type { ProviderPerson } from '../rules/account.ts';
import { hashPerson } from '../rules/stays-gone.ts';

interface RemovalRow {
  provider: string;
  sub_provider: string;
  hash: string;
  removed_at: string;
  generation: number;
  rev: number;
}

/** Removals that there were of these people, at whatever account, as one value of a statement and what reads it. */
export const removalsOf = (site: string, people: ProviderPerson[]): RemovalsOf => {
  const asked = people.map((person) => ({
    provider: person.provider,
    sub_provider: person.subProvider,
    hash: Buffer.from(hashPerson(site, person)).toString('hex'),
  }));
  return {
    value: sql`(select coalesce(json_agg(found), '[]') from (
      select row.provider, row.sub_provider, row.hash, removed_at, generation, rev
      from ${rowsOf(asked, 'provider text, sub_provider text, hash text')}
      join outro.removed_identities as removed on removed.site = ${site}
        and removed.provider = row.provider and removed.sub_provider = row.sub_provider
        and removed.person_hash = decode(row.hash, 'hex')
      where removed_at is not null) as found)`,
    read: (found) =>
      (found as RemovalRow[]).flatMap((row) => {
        const person = people.find(
          (one, index) =>
            one.provider === row.provider &&
            one.subProvider === row.sub_provider &&
            asked[index]?.hash === row.hash,
        );
        return person
          ? {
              ...person,
              removedAt: new Date(row.removed_at),
              generation: row.generation,
              rev: row.rev,
            }
          : [];
      }),
  };
};
