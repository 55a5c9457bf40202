import type { Resources } from '../element/resources.ts';
import type { Mark } from '../words/marks.ts';
import type { Words } from '../words/words.ts';
import { dataFiles } from './data-files.ts';

const read = async (file: string, base: URL, integrity?: string): Promise<unknown> => {
  const response = await fetch(new URL(file, base), integrity === undefined ? {} : { integrity });
  if (!response.ok) throw new TypeError(`${file}: ${response.status}`);
  return response.json();
};

/**
 * Words and marks as they stand beside the script: words only as they were built. A mark is a picture, which does no harm
 * whatever it shows.
 *
 * @param base address of the script; where it is not known there are none.
 */
export const createServedResources = (base: URL | undefined): Resources => {
  const loaded = new Map<string, Promise<unknown>>();
  const load = (file: string, integrity?: string): Promise<unknown> | undefined => {
    if (!base) return undefined;
    const loading = loaded.get(file) ?? read(file, base, integrity);
    loaded.set(file, loading);
    // What did not come is asked for again.
    loading.catch(() => loaded.delete(file));
    return loading;
  };
  return {
    words(language) {
      if (!Object.hasOwn(dataFiles.words, language)) return undefined;
      const { file = '', integrity = '' } = dataFiles.words[language] ?? {};
      return load(file, integrity) as Promise<Words> | undefined;
    },
    mark: (provider) =>
      dataFiles.marks.split(' ').includes(provider)
        ? (load(`outro.mark.${provider}.json`) as Promise<Mark> | undefined)
        : undefined,
  };
};
