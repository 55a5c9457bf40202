import type { Client } from '../browser/client.ts';
import { runSafely } from '../browser/events.ts';
import { respond, type CallOptions, type Response } from '../browser/response.ts';
import { failure, success } from '../core/envelope.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { refusal } from '../browser/refusal.ts';
import { mapEvents, withoutOverridden } from './custom-events.ts';
import { cookie } from './cookie.ts';
import { ownGlobal, type ScriptTag } from './script-tag.ts';

/** Draws the connections of whoever is signed in. */
export type ShowEditConnections = (client: Client, params: CallOptions) => void;

/** Any number of parameter objects, merged left to right; `null` and `undefined` are skipped. */
type Given = (Record<string, unknown> | null | undefined)[];

/** A method as Gigya pages call it; the promise is ours and never rejects. */
export type GigyaMethod = (...given: Given) => Promise<Response>;

/** A namespace of methods. */
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
  [name: string]: unknown;
}

// Names that lead in. A page that calls one is told so, instead of meeting "is not a function".
const waysIn =
  'connect addConnection login notifyLogin showLoginUI showConnectUI showAddConnectionsUI';

// By the names of their responses.
const leaving = ['logout', '/accounts.logout', 'removeConnection', 'unlink'];

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

/**
 * Dresses a client as `gigya`: renames and reshapes, decides nothing.
 *
 * @param connect gives the client; asked at each call, so that a page without a key still loads.
 * @param loadDrawing brings what draws the connections: other pages do not pay for it.
 * @returns the global, and the function that marks it ready: `isReady`, the page's `onGigyaServiceReady`, the
 *   configuration's, then the calls that were made earlier.
 * @see gigya-protocol sections 1.4, 1.5 and 2
 */
export const createGigya = (
  connect: () => Client,
  tag: Partial<ScriptTag>,
  loadDrawing: () => Promise<ShowEditConnections>,
): { gigya: Gigya; announceReady: (page: object) => void } => {
  const { globalConf = {} } = tag;
  const waiting: (() => void)[] = [];
  const merge = (given: Given): CallOptions => {
    const merged = Object.entries(Object.assign({}, globalConf, ...given));
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
        if (gigya.isReady || leaving.includes(operation)) start();
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
    // Single sign-on groups are the vendor's; pages call these and go on.
    setSSOToken() {},
  });

  const draw = async (params: CallOptions): Promise<Response> => {
    const answer = await loadDrawing()
      .catch((cause: unknown) => {
        throw refusal('networkError', 'its script did not load', cause);
      })
      .then((show) => show(connect(), params))
      .then(() => success(), failureOf);
    const response = respond('', params.context ?? null, {}, answer);
    params.callback?.(response);
    return response;
  };

  const removeConnection = call('removeConnection');
  const socialize: Socialize = {
    ...namespace(''),
    removeConnection,
    disconnect: removeConnection,
    getUserInfo: call('getUserInfo'),
    showEditConnectionsUI: method('showEditConnectionsUI', draw),
    unlink: call('unlink'),
  };
  for (const name of waysIn.split(' '))
    socialize[name] = method(name, () => {
      throw refusal('notSupported', `${name}: outro leads out; sign in by other means`);
    });
  const accounts: Accounts = {
    ...namespace('accounts.'),
    getAccountInfo: call('getAccountInfo', '/accounts.getAccountInfo'),
  };

  const { scriptElement, apiKey, url } = tag;
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
      URLParams: Object.fromEntries(
        [...(url?.searchParams ?? [])].map(([name, value]) => [name.toLowerCase(), value]),
      ),
    },
    utils: { cookie },
    partnerSettings: {},
    Promise,
    setGroupContext() {},
    setSSOToken() {},
  };

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
