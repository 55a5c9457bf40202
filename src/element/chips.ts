import type { Speech } from '../words/speech.ts';
import type { Key } from '../words/words.ts';
import { make } from './make.ts';

/** Names of ways in, each by itself. */
export const makeChips = (
  names: string[],
  links: Readonly<Record<string, string>> = {},
): HTMLElement =>
  make(
    'ul',
    { role: 'list', class: 'chips' },
    ...[...new Set(names)].map((name) => {
      const href = links[name];
      const chip = { part: 'chip', class: 'chip' };
      return make('li', {}, href ? make('a', { ...chip, href }, name) : make('span', chip, name));
    }),
  );

const kinds = ['password', 'passkey', 'code', 'another-identity', 'recent-login'];

/** A way in, as people call it; a kind that this version does not know is left out. */
export const wayName = (kind: string, { say }: Speech): string =>
  kinds.includes(kind) ? say(`way.${kind}` as Key) : '';
