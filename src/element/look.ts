import { initialOf, nameOfId } from '../words/names.ts';
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

/**
 * Names and marks of providers.
 *
 * @param tables of what is said of them, the first that says something counts.
 */
export const createLooks = (tables: Record<string, ProviderLook>[], { mark }: Resources): Looks => {
  const find = (field: keyof ProviderLook, provider: string): string | undefined =>
    tables.map((table) => ownOf(table, provider)?.[field]).find(Boolean);
  const nameOf = (provider: string): string => find('name', provider) ?? nameOfId(provider);
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
          (found) => found && tile.replaceChildren(makePicture('', found.box, found.paths)),
          () => {},
        );
      return tile;
    },
  };
};
