import { attempt, genuine } from './page.ts';

/**
 * The values of all first-party cookies of a name that this page can see, on whatever path and domain, the nearest
 * first; none where a page may have no cookies, as in a sandbox, or where there is no page.
 */
export const readCookies = (document: Document | undefined, name: string): string[] =>
  attempt(() =>
    genuine(document as Document, 'cookie')
      .split('; ')
      .filter((pair) => pair.startsWith(`${name}=`))
      // Nobody could mean a mangled one.
      .map((pair) => attempt(() => decodeURIComponent(pair.slice(name.length + 1))) ?? ''),
  ) ?? [];

/** Sets a cookie, where a page may. */
export const writeCookie = (document: Document | undefined, cookie: string): void => {
  attempt(() => {
    // Not on the document itself: an element of that name stands in front of it.
    Reflect.set(Object.getPrototypeOf(document) as object, 'cookie', cookie, document);
  });
};
