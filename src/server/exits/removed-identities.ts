import type { Runner } from '../people/database.ts';
import { rowsOf, sql } from '../people/statement.ts';
import type { ProviderPerson, Removal } from '../rules/account.ts';
import { hashPerson } from '../rules/stays-gone.ts';

/** Removals that there were of these people, at whatever account. */
export const readRemovals = async (
  db: Runner,
  site: string,
  people: ProviderPerson[],
): Promise<Removal[]> => {
  const hashOf = (person: ProviderPerson): string =>
    Buffer.from(hashPerson(site, person)).toString('hex');
  const asked = people.map((person) => ({
    provider: person.provider,
    sub_provider: person.subProvider,
    hash: hashOf(person),
  }));
  const rows = await db.run<{
    provider: string;
    sub_provider: string;
    hash: string;
    removed_at: Date;
    generation: number;
    rev: number;
  }>(
    sql`select row.provider, row.sub_provider, row.hash, removed_at, generation, rev
      from ${rowsOf(asked, 'provider text, sub_provider text, hash text')}
      join outro.removed_identities as removed on removed.site = ${site}
        and removed.provider = row.provider and removed.sub_provider = row.sub_provider
        and removed.person_hash = decode(row.hash, 'hex')
      where removed_at is not null`,
  );
  return rows.flatMap((row) => {
    const person = people.find(
      (one) =>
        one.provider === row.provider &&
        one.subProvider === row.sub_provider &&
        hashOf(one) === row.hash,
    );
    return person
      ? { ...person, removedAt: row.removed_at, generation: row.generation, rev: row.rev }
      : [];
  });
};
