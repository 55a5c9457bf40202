/**
 * The door `outro/global`, one script for a script tag: defines `window.outro`, and `window.gigya` and
 * `window.ss_mi` where the page has none yet. Evaluating it reads its own tag and changes nothing in the page.
 */
import { createClient, type Client } from './browser/calls/client.ts';
import type { ClientOptions } from './browser/config.ts';
import { runSafely } from './browser/events.ts';
import { isOutroError } from './core/error.ts';
import { lazy } from './core/schema.ts';
import { createGigya, type Gigya } from './facade/gigya.ts';
import { readScriptTag } from './facade/script-tag.ts';
import { createSsmi, type Ssmi } from './facade/ssmi.ts';

declare global {
  interface Window {
    outro?: Outro;
    gigya?: Gigya;
    ss_mi?: Ssmi;
  }
}

/** `window.outro`: the client of the tag's own key, made on first use, and the means to make others. */
export interface Outro {
  createClient: typeof createClient;
  isOutroError: typeof isOutroError;
  /** @throws missingParameter when the script tag names no key */
  readonly client: Client;
}

const install = (): void => {
  const tag = readScriptTag(window);
  const conf = tag.globalConf as Partial<Omit<ClientOptions, 'apiKey'>> & { APIKey?: string };
  const connect = lazy(() =>
    createClient({
      apiKey: tag.apiKey ?? conf.APIKey ?? '',
      apiDomain: conf.apiDomain ?? tag.url?.origin ?? '',
      cid: conf.cid,
      guard: conf.guard,
    }),
  );
  window.outro = {
    createClient,
    isOutroError,
    get client() {
      return connect();
    },
  };
  window.ss_mi ??= createSsmi(connect, window);
  const made = window.gigya ? undefined : createGigya(connect, tag);
  if (made) window.gigya = made.gigya;
  const ready = (): void => {
    // What an earlier logout left to be sent goes out also where nobody calls anything.
    if (tag.apiKey ?? conf.APIKey) runSafely(connect);
    else console.warn('outro: expected ?apiKey=… in the address of this script');
    made?.announceReady(window);
  };
  // A handler defined by a later script of the page must be heard, as with the vendor's late start.
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready);
  else setTimeout(ready);
};

// A second copy of the script leaves the first one's handlers and clients alone.
if (!window.outro) install();
