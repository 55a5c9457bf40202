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
  const member: Document[Name] = name in own ? Reflect.get(own, name, document) : document[name];
  return typeof member === 'function' ? (member.bind(document) as Document[Name]) : member;
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
