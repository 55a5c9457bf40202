/**
 * The script for a script tag: defines `window.outro`, and `window.gigya` and `window.ss_mi` where the page has none yet.
 * Evaluating it reads its own tag and changes nothing in the page.
 */
import type { enhanceForms, FormOptions } from './browser/calls/forms.ts';
import type { Client } from './browser/client.ts';
import type { ClientOptions } from './browser/config.ts';
import { runSafely } from './browser/events.ts';
import { openClient } from './browser/open-client.ts';
import { genuine } from './browser/page.ts';
import { limitsOf, within } from './browser/request.ts';
import { isOutroError } from './core/is-outro-error.ts';
import type { ConnectionsOptions } from './element/define-connections.ts';
import { createGigya, type Gigya } from './facade/gigya.ts';
import { createLoader } from './facade/load-part.ts';
import { parts } from './facade/parts.ts';
import { ownGlobal, readScriptTag } from './facade/script-tag.ts';
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
  /** @throws missingParameter, invalidParameter */
  createClient: (options: ClientOptions) => Client;
  isOutroError: typeof isOutroError;
  /** @throws missingParameter when the script tag names no key */
  readonly client: Client;
  /** Makes `<outro-connections>` an element of this page, once its file is there; by default for `client`. */
  defineConnections: (client?: Client, options?: ConnectionsOptions) => Promise<void>;
  /** Lets the unlink forms and links of this page work without a visit to the backend; by default through `client`. */
  enhanceForms: (
    client?: Client,
    options?: FormOptions,
  ) => Promise<ReturnType<typeof enhanceForms>>;
}

// The backend serves the script at `/js/…`, and may itself be under a path of its host.
const homeOf = ({ href, origin }: URL): string => /^([^?#]*)\/js\//i.exec(href)?.[1] ?? origin;

const install = (): void => {
  const tag = readScriptTag(window);
  const load = createLoader(tag, window);
  const bring = () => load('calls', parts.calls);
  const bringConnections = async () =>
    (await (await bring()).bring(load, 'connections'))(tag.url, load);
  const bringFacade = async () => (await bring()).bring(load, 'facade');
  const createClient: Outro['createClient'] = (options) =>
    openClient(options, async () => (await bring()).createCalls);
  const conf = tag.globalConf as Partial<Omit<ClientOptions, 'apiKey'>> & { APIKey?: string };
  const apiKey = tag.apiKey ?? conf.APIKey ?? '';
  let made: Client | undefined;
  const connect = (): Client => {
    const { cid, guard, preload, credentials } = conf;
    const apiDomain = conf.apiDomain ?? (tag.url ? homeOf(tag.url) : '');
    return (made ??= createClient({ apiKey, apiDomain, cid, guard, preload, credentials }));
  };
  const outro: Outro = {
    createClient,
    isOutroError,
    get client() {
      return connect();
    },
    async defineConnections(client = connect(), options = {}) {
      (await bringConnections()).defineConnections(client, options);
    },
    async enhanceForms(client = connect(), options = {}) {
      return (await bringFacade()).enhanceForms(client, options);
    },
  };
  const { gigya, announceReady } = createGigya(connect, tag, {
    drawing: async () => (await bringConnections()).showEditConnections,
    answers: async () => (await bringFacade()).answerName,
  });
  const ss_mi = createSsmi(
    // It may have to wait for its part, but not for ever.
    async (email) =>
      (await within(bringFacade(), limitsOf(5000), 'ss_mi')).unlinkUser(connect, email),
    window,
  );
  for (const [name, value] of Object.entries({ outro, gigya, ss_mi }))
    if (ownGlobal(window, name) === undefined) Reflect.set(window, name, value);
  const ready = (): void => {
    // What an earlier logout left to be sent goes out also where nobody calls anything.
    if (apiKey) runSafely(connect);
    else console.warn('outro: expected ?apiKey=… in the address of this script');
    if (window.gigya === gigya) announceReady(window);
  };
  // A handler defined by a later script of the page must be heard, as with the vendor's late start.
  if (genuine(document, 'readyState') === 'loading')
    genuine(document, 'addEventListener')('DOMContentLoaded', ready);
  else setTimeout(ready);
};

// A second copy of the script leaves the first one's handlers and clients alone.
if (ownGlobal(window, 'outro') === undefined) install();
