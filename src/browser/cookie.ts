/** The value of a first-party cookie; `''` where there is none, and where a page may have none. */
export const readCookie = (document: Document | undefined, name: string): string => {
  try {
    const found = document?.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return decodeURIComponent(found?.slice(name.length + 1) ?? '');
  } catch {
    // A sandboxed page has no cookies, and nobody could mean a mangled one.
    return '';
  }
};
