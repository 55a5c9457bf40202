import { parseLiteral } from './literal.ts';

/** What the page says about itself through the script tag. */
export interface ScriptTag {
  /** The site key, from the script's address. */
  apiKey: string | undefined;
  /** Address of the script; its origin, with what stands before `/js/`, is the backend unless the configuration says otherwise. */
  url: URL | undefined;
  scriptElement: HTMLScriptElement | undefined;
  /** Inline configuration, then `window.__gigyaConf` over it. */
  globalConf: Record<string, unknown>;
}

// An injected or deferred copy may have no `currentScript`; then the last tag that names a key is ours.
const findTag = (document: Document): HTMLScriptElement | undefined => {
  const current = document.currentScript as HTMLScriptElement | null;
  if (current?.src) return current;
  return [...document.querySelectorAll<HTMLScriptElement>('script[src]')]
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
export const readScriptTag = (window: Window & { __gigyaConf?: unknown }): ScriptTag => {
  const scriptElement = findTag(window.document);
  const url = scriptElement && new URL(scriptElement.src);
  const key = [...(url?.searchParams ?? [])].find(([name]) => name.toLowerCase() === 'apikey');
  return {
    apiKey: key?.[1],
    url,
    scriptElement,
    globalConf: {
      ...inlineConf(scriptElement?.textContent ?? ''),
      ...(window.__gigyaConf as object),
    },
  };
};
