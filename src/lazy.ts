/**
 * The door `outro/lazy`: what a page needs until somebody leaves. It listens, hears other tabs, and can always log out
 * here; the rest of the client is loaded by the first call, or when the page is idle.
 */
import type { Client } from './browser/calls/client.ts';
import { configure, type ClientOptions } from './browser/config.ts';
import { runSafely } from './browser/events.ts';
import { createHandlers } from './browser/handlers.ts';
import { createPresence } from './browser/presence.ts';
import { respond, type CallOptions, type Response } from './browser/response.ts';
import { networkErrorCode } from './core/codes.ts';
import type { OutroError } from './core/error.ts';
import type { ClientMethodName, Params } from './core/methods.ts';

export type { Client } from './browser/calls/client.ts';
export type { ClientOptions } from './browser/config.ts';

const names = [
  'removeConnection',
  'explainRemoval',
  'logout',
  'getUserInfo',
  'getAccountInfo',
  'unlink',
  'getDeparture',
] as const satisfies ClientMethodName[];

const reason = 'the rest of outro did not load';

// The table of failures is not here; `isOutroError` knows it by its mark.
const notLoaded = (cause: unknown): Error =>
  Object.assign(new Error(`Network error: ${reason}`, { cause }), {
    name: 'OutroError',
    failure: 'networkError',
    code: networkErrorCode,
    [Symbol.for('outro.error')]: true,
  });

// Checked parameters are the rest's business: what a page may have got wrong waits for it.
const isPlain = ({ sessions = 'this', forceProvidersLogout = true, cid }: Params<'logout'>) =>
  /^(this|all)$/.test(sessions) && typeof forceProvidersLogout === 'boolean' && cid === undefined;

/**
 * Makes a client for one site key at one backend, as `createClient` of `outro` does, of which a page pays for almost
 * nothing until it is used. A missing key or domain is refused by the calls.
 *
 * @see design.md section 5
 */
export const createClient = (options: ClientOptions): Client => {
  const config = configure(options);
  const presence = createPresence(config);
  const { session } = presence;
  let loading: Promise<Client> | undefined;
  const load = (): Promise<Client> =>
    (loading ??= import('./browser/calls/client.ts')
      .then(({ checkOptions, connect }) => {
        checkOptions(options);
        return connect(config, presence);
      })
      .catch((cause: unknown) => {
        loading = undefined;
        throw cause;
      }));

  const logOutHere = ({ sessions }: Params<'logout'>): void => {
    const token = session.read();
    if (token && sessions !== 'others') presence.logOutHere(token, sessions ?? 'this');
  };

  /** This browser is out; what is left to do at the backend waits for the rest. */
  const logOutAlone = async (given: Params<'logout'> & CallOptions): Promise<Response> => {
    logOutHere(given);
    const { callback, context = null, ...params } = given;
    const { left } = presence;
    presence.left = undefined;
    const isKept = await left?.settle(false);
    const status = isKept ? 'pending' : left ? 'failed' : 'already';
    const receipt = [{ step: 'session', status, reason: `only here: ${reason}` } as const];
    const response = respond('logout', context, params, { errorCode: 0, receipt });
    presence.emit({ eventName: 'logout', receipt, context });
    if (callback) runSafely(() => callback(response));
    return response;
  };

  const call = async (
    name: ClientMethodName,
    given: CallOptions & Params<'logout'>,
  ): Promise<Response> => {
    const isLogout = name === 'logout';
    if (isLogout && isPlain(given)) logOutHere(given);
    const { timeout = config.timeout } = given;
    const late = new Promise<never>((_, reject) => setTimeout(reject, timeout));
    const client = await Promise.race([load(), late]).catch((cause?: Partial<OutroError>) => {
      if (cause?.failure) throw cause;
      if (!isLogout || given.sessions === 'others') throw notLoaded(cause);
    });
    return client ? client[name](given) : logOutAlone(given);
  };

  setTimeout(presence.look);
  // What waits to be sent is sent by the rest.
  const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
  if (config.document) whenIdle(() => void load().catch(() => {}));

  const handlers = createHandlers(presence, (details) => {
    throw new TypeError(details);
  });
  return {
    ...(Object.fromEntries(
      names.map((name) => [name, (given: object = {}) => call(name, given)]),
    ) as unknown as Client),
    on: presence.on,
    addEventHandlers: handlers.add,
    removeEventHandlers: handlers.remove,
  };
};
