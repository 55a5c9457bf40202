import { Buffer } from 'node:buffer';
import type { Account, Change, ProviderPerson, Removal } from '../server/rules/account.ts';
import { hashPerson } from '../server/rules/stays-gone.ts';
import type { Rows } from './rows.ts';

/** better-auth's database is one site's. */
export const siteKey = 'better-auth';

const nameOf = (person: ProviderPerson): string =>
  Buffer.from(hashPerson(siteKey, person)).toString('hex');

/** Removals that there were of these people, at whatever account. */
export const readRemovals = async (people: ProviderPerson[], rows: Rows): Promise<Removal[]> => {
  if (people.length === 0) return [];
  const names = people.map(nameOf);
  const found = await rows.many('outroRemoval', {}, names.length, {
    and: [{ field: 'person', operator: 'in', value: names }],
  });
  return people.flatMap(({ provider, subProvider, providerUid }, index) => {
    const row = found.find(({ person }) => person === names[index]);
    return row?.removedAt
      ? {
          provider,
          subProvider,
          providerUid,
          removedAt: row.removedAt,
          generation: row.generation,
          rev: row.rev,
        }
      : [];
  });
};

/** Remembers what a change removes, in one order, so that two changes never wait for each other. */
export const noteRemovals = async (
  { identities }: Account,
  { deleteAccount, removeIdentities = [], softenIdentities = [] }: Change,
  rows: Rows,
): Promise<void> => {
  const gone = identities
    .filter(
      ({ id }) => deleteAccount || removeIdentities.includes(id) || softenIdentities.includes(id),
    )
    .map((one) => ({ person: nameOf(one), generation: one.generation }))
    .toSorted((one, other) => (one.person < other.person ? -1 : 1));
  for (const { person, generation } of gone) {
    const now = new Date();
    const noted = { removedAt: now, generation, markedAt: now };
    const isKnown = await rows.take('outroRemoval', { person }, { rev: 1 }, noted);
    if (!isKnown) await rows.insert('outroRemoval', { person, rev: 1, ...noted });
  }
};
