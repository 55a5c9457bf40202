import { tellPage } from '../browser/backend-of.ts';
import type { Client } from '../browser/client.ts';
import { runSafely } from '../browser/events.ts';
import { limitsOf, within } from '../browser/request.ts';
import { respond } from '../browser/response.ts';
import type { CallOptions, Response, ResponseWithUser } from '../browser/response.ts';
import { failure, success, type Envelope } from '../core/envelope.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { refusal } from '../browser/refusal.ts';
import type { AnswerName } from './answer-name.ts';
import { mapEvents, withoutOverridden } from './custom-events.ts';
import { cookie } from './cookie.ts';
import { ownGlobal, type ScriptTag } from './script-tag.ts';
import { standIn } from './stand-in.ts';

/** Any number of parameter objects, merged left to right; `null` and `undefined` are skipped. */
type Given = (Record<string, unknown> | null | undefined)[];

/** A method as Gigya pages call it; the promise is ours and never rejects. */
export type GigyaMethod = (...given: Given) => Promise<ResponseWithUser>;

/** What a call is given whose answer a later part makes. */
type Drawing = CallOptions & { onError?: (event: object) => void };

/** What the façade fetches when a page asks for it. */
export interface Later {
  /** What draws the connections of whoever is signed in: other pages do not pay for it. */
  drawing: () => Promise<(client: Client, params: CallOptions) => void>;
  /** What answers the names that nothing here does. */
  answers: () => Promise<AnswerName>;
}

/** A namespace of methods; any other name of it is a function that answers, so that no page throws for want of one. */
export interface Namespace {
  logout: GigyaMethod;
  /** Takes effect before it returns. */
  addEventHandlers(...given: Given): void;
  /** Our extension: forgets the same functions under the same names. */
  removeEventHandlers(...given: Given): void;
  [method: string]: unknown;
}

/** `gigya.socialize`, as far as outro speaks it. */
export interface Socialize extends Namespace {
  removeConnection: GigyaMethod;
  /** What version 2 called removeConnection. */
  disconnect: GigyaMethod;
  getUserInfo: GigyaMethod;
  /** Draws the connections, to be removed; answers when it is drawn. */
  showEditConnectionsUI: GigyaMethod;
  /** Our extension: unlinks by e-mail or by an external name. */
  unlink: GigyaMethod;
}

/** `gigya.accounts`, as far as outro speaks it. */
export interface Accounts extends Namespace {
  getAccountInfo: GigyaMethod;
}

/** `window.gigya`. */
export interface Gigya {
  socialize: Socialize;
  accounts: Accounts;
  services: { socialize: Socialize; accounts: Accounts };
  isReady: boolean;
  thisScript: object;
  utils: { cookie: typeof cookie };
  /** Whether somebody is signed in: promised, and told to the function that is given. */
  hasSession(hear?: (has: boolean) => void): Promise<boolean>;
  /** Calls a function when the script is ready. */
  onReady(act: () => void): void;
  [name: string]: unknown;
}

// Of `gigya` itself only these are functions and namespaces: pages keep marks of their own on it, and look for them.
const places =
  'comments chat gm ds gscounters events sso fidm setGroupContext setSSOToken showDebugUI';

// By the names of their responses.
const leaving = /logout|removeC|unlink|deleteA/;
const renamed: Record<string, string> = {
  timestamp: 'UIDTimestamp',
  signature: 'UIDSig',
  nonce: 'UIDNonce',
  format: 'dataFormat',
};

const failureOf = (cause: unknown) =>
  failure(isOutroError(cause) ? cause : refusal('serverError', String(cause), cause));

const refuse = (operation: string, params: CallOptions, cause: unknown): Response =>
  respond(operation, params.context ?? null, {}, failureOf(cause));

/** Fetches something once, within a time: a part that hangs, or did not come, is asked for again by the next call. */
const once = <Part>(load: () => Promise<Part>): (() => Promise<Part>) => {
  let coming: Promise<Part> | undefined;
  return () =>
    (coming ??= within(load(), limitsOf(5000), '').catch((cause: unknown) => {
      coming = undefined;
      throw refusal('networkError', 'its script did not load', cause);
    }));
};

/**
 * Dresses a client as `gigya`: renames and reshapes, decides nothing.
 *
 * @param connect gives the client; asked at each call, so that a page without a key still loads.
 * @returns the global, and the function that marks it ready: `isReady`, the page's `onGigyaServiceReady`, the
 *   configuration's, then the calls that were made earlier.
 * @see gigya-protocol sections 1.4, 1.5 and 2
 */
export const createGigya = (
  connect: () => Client,
  tag: Partial<ScriptTag>,
  later: Later,
): { gigya: Gigya; announceReady: (page: object) => void } => {
  const { globalConf = {} } = tag;
  // Not for any call: an address is no handler.
  const { onSignIn: _, ...defaults } = globalConf;
  const [answers, drawing] = [once(later.answers), once(later.drawing)];
  const waiting: (() => void)[] = [];
  const merge = (given: Given): CallOptions => {
    const merged = Object.entries(Object.assign({}, defaults, ...given));
    return Object.fromEntries(merged.map(([name, value]) => [renamed[name] ?? name, value]));
  };

  const method =
    (operation: string, send: (params: CallOptions) => Promise<Response>): GigyaMethod =>
    (...given) =>
      new Promise((resolve) => {
        const { callback, ...params } = merge(given);
        const answer = (response: Response): void => {
          const named = { ...response, operation };
          if (typeof callback === 'function') runSafely(() => callback(named));
          resolve(named);
        };
        const start = (): void => {
          try {
            // The callback has the failure too, so the rejection says nothing new.
            send({ ...params, callback: answer }).catch(() => {});
          } catch (error) {
            queueMicrotask(() => answer(refuse(operation, params, error)));
          }
        };
        // Who leaves does not wait until the page is read.
        if (gigya.isReady || leaving.test(operation)) start();
        else waiting.push(start);
      });

  type Name = 'removeConnection' | 'logout' | 'getUserInfo' | 'getAccountInfo' | 'unlink';
  const call = (name: Name, operation: string = name): GigyaMethod =>
    method(operation, (params) => connect()[name](params));

  const namespace = (prefix: string): Namespace => ({
    logout: call('logout', prefix ? `/${prefix}logout` : 'logout'),
    addEventHandlers(...given) {
      const params = merge(given);
      try {
        connect().addEventHandlers(withoutOverridden(params, globalConf), prefix);
      } catch (error) {
        const response = refuse('addEventHandlers', params, error);
        const { callback } = params;
        if (typeof callback === 'function') runSafely(() => callback(response));
      }
    },
    removeEventHandlers(...given) {
      runSafely(() => connect().removeEventHandlers(merge(given)));
    },
  });

  /** A method whose answer is made by a later part; `onError` of call and page hear of a failure, as of what draws. */
  const answered = (operation: string, act: (params: Drawing) => Promise<object>): GigyaMethod =>
    method(operation, async ({ callback, ...params }: Drawing) => {
      const answer = await act(params).catch(failureOf);
      const response = respond(operation, params.context ?? null, {}, answer as Envelope);
      callback?.(response);
      // Pages read the screen that it is about, without a guard.
      const about = { info: {}, ...response };
      const event = { ...response, eventName: 'error', source: operation, response: about };
      if (response.errorCode)
        for (const tell of [params.onError, (one: object) => tellPage(connect(), one)])
          runSafely(() => tell?.(event));
      return response;
    });
  const answer = (path: string, given: Given): unknown =>
    answered(`/${path}`.replace('/socialize.', ''), async (params) =>
      (await answers())(connect(), path, { ...params }, globalConf),
    )(...given);

  const removeConnection = call('removeConnection');
  const socialize: Socialize = standIn('socialize', answer, {
    ...namespace(''),
    removeConnection,
    disconnect: removeConnection,
    getUserInfo: call('getUserInfo'),
    showEditConnectionsUI: answered('showEditConnectionsUI', async (params) => {
      (await drawing())(connect(), params);
      return success();
    }),
    unlink: call('unlink'),
  });
  const accounts: Accounts = standIn('accounts', answer, {
    ...namespace('accounts.'),
    getAccountInfo: call('getAccountInfo', '/accounts.getAccountInfo'),
  });

  const { scriptElement, apiKey, url, params = {} } = tag;
  const gigya: Gigya = {
    socialize,
    accounts,
    services: { socialize, accounts },
    isReady: false,
    thisScript: {
      scriptElement,
      APIKey: apiKey,
      globalConf,
      protocol: url?.protocol.slice(0, -1),
      baseDomain: url?.hostname,
      lang: (globalConf as { lang?: string }).lang ?? 'en',
      URLParams: params,
    },
    utils: { cookie },
    partnerSettings: {},
    Promise,
    async hasSession(hear) {
      const has = Boolean((await socialize.getUserInfo()).user?.UID);
      runSafely(() => hear?.(has));
      return has;
    },
    onReady(act) {
      const run = (): void => runSafely(act);
      if (gigya.isReady) queueMicrotask(run);
      else waiting.push(run);
    },
  };
  for (const name of places.split(' ')) gigya[name] = standIn(name, answer);

  const announceReady = (page: object): void => {
    runSafely(() => mapEvents(globalConf, connect));
    gigya.isReady = true;
    for (const place of [page, globalConf]) {
      const handler = ownGlobal(place, 'onGigyaServiceReady');
      if (typeof handler === 'function') runSafely(() => handler('socialize'));
    }
    for (const start of waiting.splice(0)) start();
  };
  return { gigya, announceReady };
};
