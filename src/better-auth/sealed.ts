import type { SealedText, SealedTexts } from '../server/people/sealed-texts.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';

// Texts of a kind that are counted at most.
const countedAtMost = 100_000;

const keyOf = (sealed: string): string => sealed.split('.')[1] ?? '';

type Found = SealedText[];

/** Sealed texts of each kind. */
const findSealed = async (key: string, limit: number, rows: Rows): Promise<Found> => {
  const beginning = { operator: 'starts_with' as const, value: `v1.${key}` };
  const blank = { site: siteKey, provider: '', subProvider: '', providerUid: '', callId: '' };
  const errands = await rows.many('outroErrand', {}, limit, {
    and: [{ field: 'sealedPayload', ...beginning }],
  });
  const sessions = await rows.many('outroProviderSession', {}, limit, {
    and: [{ field: 'sealedIdToken', ...beginning }],
  });
  const deletions = await rows.many('outroEntry', {}, limit, {
    and: [{ field: 'sealedUid', ...beginning }],
  });
  return [
    ...errands.map((one) => ({
      ...blank,
      kind: 'errands',
      id: one.id,
      sealed: one.sealedPayload ?? '',
      provider: one.provider ?? '',
      subProvider: one.subProvider ?? '',
      providerUid: one.providerUid ?? '',
    })),
    ...sessions.map((one) => ({
      ...blank,
      kind: 'provider sessions',
      id: one.id,
      sealed: one.sealedIdToken ?? '',
      provider: one.provider,
      providerUid: one.providerUid,
    })),
    ...deletions.map((one) => ({
      ...blank,
      kind: 'deletions',
      id: one.id,
      sealed: one.sealedUid ?? '',
      callId: one.callId,
    })),
  ];
};

/** The sealed texts of what outro itself remembers. */
export const sealedOf = (rows: Rows): SealedTexts => ({
  async countSealed() {
    const counts = new Map<string, { kind: string; key: string; count: number }>();
    for (const { kind, sealed } of await findSealed('', countedAtMost, rows)) {
      const key = keyOf(sealed);
      const count = counts.get(`${kind} ${key}`) ?? { kind, key, count: 0 };
      count.count += 1;
      counts.set(`${kind} ${key}`, count);
    }
    return [...counts.values()];
  },

  async listSealed(keys, limit) {
    const found = await Promise.all(keys.map((key) => findSealed(`${key}.`, limit, rows)));
    return found.flat();
  },

  async reseal(texts) {
    let count = 0;
    for (const { kind, id, sealed, again } of texts) {
      if (kind === 'errands')
        count += await rows.change(
          'outroErrand',
          { id, sealedPayload: sealed },
          { sealedPayload: again },
        );
      if (kind === 'provider sessions')
        count += await rows.change(
          'outroProviderSession',
          { id, sealedIdToken: sealed },
          { sealedIdToken: again },
        );
      if (kind === 'deletions')
        count += await rows.change('outroEntry', { id, sealedUid: sealed }, { sealedUid: again });
    }
    return count;
  },
});
