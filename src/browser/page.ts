/**
 * A member of a page's document as its interface has it: elements that the page names (`<img name="cookie">`) stand in
 * front of the document's own members, and nothing of theirs is believed.
 *
 * @see https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem
 */
export const genuine = <Name extends keyof Document>(
  document: Document,
  name: Name,
): Document[Name] => {
  const own = Object.getPrototypeOf(document) as object;
  // Not looked at but where something stands in front: a browser takes its time to read cookies.
  const shown: unknown = Object.hasOwn(document, name) && document[name];
  // A function that a script of the page has put there is the page's will; no element is one.
  const isOverridden = typeof shown === 'function' && !('nodeType' in shown);
  const member: unknown = Reflect.get(
    isOverridden || !(name in own) ? document : own,
    name,
    document,
  );
  return (typeof member === 'function' ? member.bind(document) : member) as Document[Name];
};

/**
 * Does what a browser may refuse or lack: a page without a facility has less, and no error.
 *
 * @returns what came of it, or nothing.
 */
export const attempt = <Value>(act: () => Value): Value | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

/** Whether a page is only made ahead of a visit. Not every browser knows it, and a page may name an element so. */
export const isAhead = (document: Document | undefined): boolean =>
  (attempt(() => genuine(document as Document, 'prerendering' as 'hidden')) as unknown) === true;
