import type { Speech } from './speech.ts';
import type { Key } from './words.ts';

/** A name made of the id of a provider that nobody has named. */
export const nameOfId = (provider: string): string => {
  const word = provider.replace(/^.*\/|^(oidc|saml)-/g, '');
  return word.charAt(0).toUpperCase() + word.slice(1);
};

// Browsers learnt to tell letters apart late.
const lettersOf = (name: string): string[] =>
  'Segmenter' in Intl
    ? [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment)
    : Array.from(name);

/** What stands for a name: one letter as people count letters; an emoji is one, too. */
export const initialOf = (name: string): string => (lettersOf(name)[0] ?? '').toLocaleUpperCase();

const kinds = ['password', 'passkey', 'code', 'another-identity', 'recent-login'];

/** A way in, as people call it; a kind that this version does not know is left out. */
export const wayName = (kind: string, { say }: Pick<Speech, 'say'>): string =>
  kinds.includes(kind) ? say(`way.${kind}` as Key) : '';
