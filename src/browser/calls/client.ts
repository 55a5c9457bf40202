import { failure, success, type Envelope } from '../../core/envelope.ts';
import { fail, toOutroError, type OutroError } from '../../core/error.ts';
import { methods, type ClientMethodName, type MethodRow, type Params } from '../../core/methods.ts';
import { parseParams } from '../../core/schema.ts';
import type { WireUser } from '../../core/user.ts';
import { configure, type ClientConfig, type ClientOptions } from '../config.ts';
import { runSafely, type EventBus } from '../events.ts';
import { createHandlers, type EventHandlers, type Handlers } from '../handlers.ts';
import { attachElsewhere } from './elsewhere.ts';
import { leave } from '../leave/leave-providers.ts';
import { createPresence, type Presence } from '../presence.ts';
import type { WireParams } from '../request.ts';
import { respond, type CallOptions, type Response } from '../response.ts';
import type { SessionScope } from '../ticket.ts';
import { createPost, type RequestLimits } from './transport.ts';
import type { User } from './user.ts';

/** The methods of the table, as a client offers them. */
type ClientMethods = {
  [Name in ClientMethodName]: (
    params?: Params<Name> & CallOptions,
  ) => Promise<
    Response & ((typeof methods)[Name] extends { givesUser: true } ? { user: User } : unknown)
  >;
};

/** A browser client of one site. */
export interface Client extends ClientMethods {
  /** Listens to an event; gives back the function that stops listening. */
  on: EventBus['on'];
  /**
   * Registers `onLogout`, `onConnectionRemoved`; additive, effective before it returns.
   *
   * @throws invalidEventHandler, invalidParameter
   */
  addEventHandlers: Handlers['add'];
  /** Forgets handlers again: the same functions under the same names. */
  removeEventHandlers: (handlers: EventHandlers) => void;
}

// What did not load is the network's fault.
const loadUser = () =>
  import('./user.ts').catch((cause: unknown) =>
    fail('networkError', 'its script did not load', { cause }),
  );

/** @throws missingParameter when the key or the domain is missing */
export const checkOptions = (options: ClientOptions): void => {
  if (!options?.apiKey) fail('missingParameter', 'apiKey: expected the key of your site');
  if (!options.apiDomain)
    fail('missingParameter', 'apiDomain: expected the host of your outro backend');
};

/**
 * Makes a client for one site key at one backend. Nothing is sent before a method is called, but what an earlier logout
 * left to be sent.
 *
 * @throws missingParameter when the key or the domain is missing
 */
export const createClient = (options: ClientOptions): Client => {
  checkOptions(options);
  const config = configure(options);
  return connect(config, createPresence(config));
};

/** Makes a client of a page's presence. */
export const connect = (config: ClientConfig, presence: Presence): Client => {
  const { document, isVendors } = config;
  const post = createPost(config);
  const { session } = presence;
  attachElsewhere(config, presence, post);
  setTimeout(presence.look);

  const send = async (
    row: MethodRow,
    params: WireParams,
    limits: RequestLimits,
    token: string | undefined,
  ): Promise<Envelope> => {
    const ends = row.session === 'ends';
    // Local first: whatever happens on the network, this browser is logged out now, and its other tabs know.
    if (ends && token && params['sessions'] !== 'others')
      presence.logOutHere(token, params['sessions'] as SessionScope);
    const left = ends ? presence.left : undefined;
    if (left) presence.left = undefined;
    else if (!token && row.session) {
      if (row.session === 'required')
        fail('unauthorizedUser', 'session: expected a signed-in user; sign in first');
      return success(ends ? { receipt: [{ step: 'session', status: 'already' }] } : {});
    }
    // Nothing is changed whose outcome could not be told.
    if (row.changes && row.givesUser) await loadUser();
    const { epoch } = presence;
    const request = {
      ...params,
      login_token: left?.token ?? token,
      idempotencyKey: row.changes && !isVendors ? crypto.randomUUID?.() : undefined,
    };
    return post(row.path as string, request, limits).then(
      (answer) => {
        void left?.settle(true);
        // What was read for a session that has ended meanwhile, or before something was heard, is asked again.
        const isCurrent = row.changes || (session.read() === token && epoch === presence.epoch);
        return isCurrent ? answer : send(row, params, limits, session.read());
      },
      async (error: OutroError) => {
        if (!left) throw error;
        const isKept = await left.settle(false);
        // Its ticket may be taken from now on, and nobody who looked before has seen it.
        presence.epoch += 1;
        const reason = `only here: ${error.message}`;
        // What is wrong with the request will not change; all else is tried again.
        const status = isKept && error.code > 403_000 ? 'pending' : 'failed';
        return success({ receipt: [{ step: 'session', status, reason }] });
      },
    );
  };

  const call = async (method: ClientMethodName, given: object & CallOptions): Promise<Response> => {
    const {
      callback,
      context = null,
      fullPage,
      signal,
      timeout = config.timeout,
      ...params
    }: CallOptions & { provider?: string; cid?: string | undefined } = {
      cid: config.cid,
      ...given,
    };
    const row: MethodRow = methods[method];
    let error: OutroError | undefined;
    let user: User | undefined;
    let goTo: string | undefined;
    const perform = async (): Promise<Envelope> => {
      const token = presence.look();
      const checked = parseParams(row.params(), params) as WireParams;
      const { departures = [], ...answer } = await send(row, checked, { signal, timeout }, token);
      const left = await leave(departures, { document, limit: timeout, fullPage, post });
      ({ goTo } = left);
      if (row.givesUser) {
        const { askUser, toUser } = await loadUser();
        // The vendor's cloud leaves the updated user out of its answer to a removal; getUserInfo has it at top level.
        user =
          row.event && !answer.user
            ? await askUser(config, session.read())
            : toUser(answer.user ?? (answer as Partial<WireUser>), checked['includeAllIdentities']);
      }
      return { ...answer, receipt: [...(answer.receipt ?? []), ...left.receipt] };
    };
    const answer = await perform().catch((cause: unknown) =>
      failure((error = toOutroError(cause))),
    );
    const response = respond(method, context, params, answer, user);
    // An unlink that found nobody changed nothing, so nobody hears of it.
    if (!error && row.event && answer['is_unlinked'] !== false) {
      const { receipt } = response;
      const happened = { eventName: row.event, provider: params.provider ?? '', receipt, user };
      presence.emit({ ...happened, context });
      // Of a logout they know.
      if (user) presence.tell(happened);
    }
    if (callback) runSafely(() => callback(response));
    if (error) throw error;
    if (goTo && document)
      document.location.assign(`${goTo}?return=${encodeURIComponent(document.location.href)}`);
    return response;
  };

  const handlers = createHandlers(presence, (details) => fail('invalidEventHandler', details));
  const offered = Object.keys(methods).map((method) => [
    method,
    (given: object = {}) => call(method as ClientMethodName, given),
  ]);
  return {
    ...(Object.fromEntries(offered) as ClientMethods),
    on: presence.on,
    addEventHandlers(given, namespace) {
      parseParams(methods.addEventHandlers.params(), given);
      return handlers.add(given, namespace);
    },
    removeEventHandlers: handlers.remove,
  };
};
