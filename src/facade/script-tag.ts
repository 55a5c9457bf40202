import { genuine } from '../browser/page.ts';
import { parseLiteral } from './literal.ts';

/** What the page says about itself through the script tag. */
export interface ScriptTag {
  /** The site key, from the script's address. */
  apiKey: string | undefined;
  /** Address of the script; its origin, with what stands before `/js/`, is the backend unless the configuration says otherwise. */
  url: URL | undefined;
  scriptElement: HTMLScriptElement | undefined;
  /** Of the script's address, by their names in lower case. */
  params: Record<string, string>;
  /** Inline configuration, then `window.__gigyaConf` over it. */
  globalConf: Record<string, unknown>;
}

/**
 * A global that a page's script has defined: named elements, which anybody whose text the page shows can make, are none.
 *
 * @see https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object
 */
export const ownGlobal = (window: object, name: string): unknown =>
  Object.hasOwn(window, name) ? Reflect.get(window, name) : undefined;

// An injected or deferred copy, and a module, has no `currentScript`; then the last tag that names a key is ours.
const findTag = (document: Document): HTMLScriptElement | undefined => {
  const current = genuine(document, 'currentScript') as HTMLScriptElement | null;
  if (current?.src) return current;
  return [...genuine(document, 'querySelectorAll')<HTMLScriptElement>('script[src]')]
    .filter((tag) => /[?&]apikey=/i.test(tag.src))
    .pop();
};

const inlineConf = (text: string): Record<string, unknown> => {
  try {
    return text.trim() ? parseLiteral(text) : {};
  } catch (error) {
    console.warn(`outro: configuration in the script tag: ${(error as Error).message}`);
    return {};
  }
};

/**
 * Reads the script's own tag: key, origin and configuration. Reads only; changes nothing in the page.
 *
 * @see gigya-protocol sections 1.1 and 1.2
 */
export const readScriptTag = (window: Window): ScriptTag => {
  const scriptElement = findTag(window.document);
  const url = scriptElement && new URL(scriptElement.src);
  const params = Object.fromEntries(
    [...(url?.searchParams ?? [])].map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    apiKey: params['apikey'],
    url,
    scriptElement,
    params,
    globalConf: {
      ...inlineConf(scriptElement?.textContent ?? ''),
      ...(ownGlobal(window, '__gigyaConf') as object),
    },
  };
};
