import type { Keyring } from '../config/keyring.ts';
import { tokenPlace, uidPlace } from '../exits/exits.ts';
import { idTokenPlace } from '../exits/trip.ts';
import type { SealedText } from '../people/sealed-texts.ts';
import { contextOf, type OperatorOptions } from './operator.ts';

/** A key, and what is sealed with it. */
export interface KeyInUse {
  id: string;
  /** New texts are sealed with it. */
  seals: boolean;
  /** Absent from the configuration: what it sealed cannot be opened. */
  isMissing: boolean;
  /** How many texts, by kind. */
  sealed: Record<string, number>;
}

// Texts at once.
const batch = 200;

const places: Record<string, (text: SealedText) => string> = {
  identities: tokenPlace,
  'site identities': tokenPlace,
  errands: tokenPlace,
  'provider sessions': idTokenPlace,
  deletions: uidPlace,
};

/** What is sealed with which key: a key may be taken out of the configuration once nothing is left of it. */
export const listKeys = async ({
  store,
  encryptionKeys,
}: Pick<OperatorOptions, 'store' | 'encryptionKeys'>): Promise<KeyInUse[]> => {
  const counts = [...(await store.people.countSealed()), ...(await store.exits.countSealed())];
  const known = encryptionKeys.map(({ id }) => id);
  const ids = [...new Set([...known, ...counts.map(({ key }) => key)])];
  return ids.map((id) => ({
    id,
    seals: id === known[0],
    isMissing: !known.includes(id),
    sealed: Object.fromEntries(
      counts.filter(({ key }) => key === id).map(({ kind, count }) => [kind, count]),
    ),
  }));
};

const sealAgain = (
  text: SealedText,
  keyring: Keyring,
): (SealedText & { again: string }) | undefined => {
  const place = places[text.kind]?.(text);
  const opened = place === undefined ? undefined : keyring.open(text.sealed, place);
  return place === undefined || opened === undefined
    ? undefined
    : { ...text, again: keyring.seal(opened, place) };
};

/**
 * Seals with the first key what was sealed with the others, and so finishes a rotation; answers of repeated requests go by
 * themselves within 24 hours. It may run beside the traffic, and be stopped and begun again.
 *
 * @returns how many texts were sealed anew, and how many could not be opened
 */
export const resealKeys = async (
  options: OperatorOptions,
): Promise<{ resealed: number; unreadable: number }> => {
  const { store, keyring } = contextOf(options);
  const others = options.encryptionKeys.slice(1).map(({ id }) => id);
  let resealed = 0;
  // An errand may be made of an identity that is read meanwhile, so errands come last.
  for (const port of [store.people, store.exits])
    for (;;) {
      const found = await port.listSealed(others, batch);
      const again = found.flatMap((text) => sealAgain(text, keyring) ?? []);
      const done = again.length > 0 ? await port.reseal(again) : 0;
      resealed += done;
      if (done === 0) break;
    }
  const left = [
    ...(await store.people.listSealed(others, batch)),
    ...(await store.exits.listSealed(others, batch)),
  ];
  return { resealed, unreadable: left.length };
};
