import { attempt } from '../browser/page.ts';
import { make, makePicture } from './make.ts';
import type { ProviderLook, Resources } from './resources.ts';

/** How providers are called and marked. */
export interface Looks {
  /** The name of a provider: the site's, the backend's, else made of its id. */
  nameOf: (provider: string) => string;
  /** The mark of a provider: the site's, its own, or its initial until one has come. */
  markOf: (provider: string) => HTMLElement;
}

const ownOf = <Value>(table: Record<string, Value>, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

// One letter as people count letters: an emoji is one, too.
const initialOf = (name: string): string => {
  const [first] = attempt(() => [...new Intl.Segmenter().segment(name)]) ?? [];
  return (first?.segment ?? Array.from(name)[0] ?? '').toLocaleUpperCase();
};

/**
 * Names and marks of providers.
 *
 * @param tables of what is said of them, the first that says something counts.
 */
export const createLooks = (tables: Record<string, ProviderLook>[], { mark }: Resources): Looks => {
  const find = (field: keyof ProviderLook, provider: string): string | undefined =>
    tables.map((table) => ownOf(table, provider)?.[field]).find(Boolean);
  const nameOf = (provider: string): string => {
    const word = provider.replace(/^.*\/|^(oidc|saml)-/g, '');
    return find('name', provider) ?? word.charAt(0).toUpperCase() + word.slice(1);
  };
  return {
    nameOf,
    markOf(provider) {
      const tile = make('span', { part: 'mark', class: 'mark', 'aria-hidden': 'true' });
      tile.append(initialOf(nameOf(provider)));
      const own = find('mark', provider);
      if (own) {
        const picture = make('img', { src: own, alt: '' });
        // One that does not load, or that the page's policy refuses, leaves the initial.
        picture.addEventListener('load', () => tile.replaceChildren(picture));
      } else
        void mark(provider.replace(/^.*\//, ''))?.then(
          ({ box, paths }) => tile.replaceChildren(makePicture('', box, paths)),
          () => {},
        );
      return tile;
    },
  };
};
