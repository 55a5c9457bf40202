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
