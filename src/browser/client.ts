import { failure, success, type Envelope } from '../core/envelope.ts';
import { fail, toOutroError, type OutroError } from '../core/error.ts';
import { methods, type ClientMethodName, type MethodRow, type Params } from '../core/methods.ts';
import { parseParams } from '../core/schema.ts';
import type { WireUser } from '../core/user.ts';
import { configure, type ClientOptions } from './config.ts';
import { createEvents, runSafely, type EventBus } from './events.ts';
import { createHandlers, type EventHandlers, type Handlers } from './handlers.ts';
import { leave } from './leave.ts';
import { tellTabs, type RemoteEvent } from './remote.ts';
import { respond, type CallOptions, type Response } from './response.ts';
import { createSession } from './session.ts';
import { createTickets, unconfirmed, type SessionScope } from './ticket.ts';
import { createTransport, type RequestLimits, type WireParams } from './transport.ts';
import { toUser, type User } from './user.ts';

// Not loaded is a rejection, even where the address of the part cannot be made.
const loadElsewhere = async () => import('./elsewhere.ts');

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

const clientMethods = [
  'removeConnection',
  'logout',
  'getUserInfo',
  'getAccountInfo',
  'unlink',
  'getDeparture',
  'explainRemoval',
] as const satisfies ClientMethodName[];

/**
 * Makes a client for one site key at one backend. Nothing is sent or touched before a method is called.
 *
 * @throws missingParameter when the key or the domain is missing
 */
export const createClient = (options: ClientOptions): Client => {
  if (!options?.apiKey) fail('missingParameter', 'apiKey: expected the key of your site');
  if (!options.apiDomain)
    fail('missingParameter', 'apiDomain: expected the host of your outro backend');
  const config = configure(options);
  const { apiKey, document } = config;
  const window = document?.defaultView;
  const session = createSession(document, apiKey);
  const tickets = createTickets(window, apiKey);
  const transport = createTransport(config);
  const { post, isVendors } = transport;
  const events = createEvents();
  const name = `outro_${apiKey}`;
  const from = Math.random();
  const tell = (event: RemoteEvent): void => tellTabs(name, { ...event, from });
  // The session that this page knows of, until it hears that it is over.
  let seen: string | undefined;
  // Goes up with everything heard: what was read before that may be out of date.
  let epoch = 0;

  // Local first: whatever happens on the network, this browser is logged out now, and its other tabs know.
  const logOutHere = (token: string, scope: SessionScope): Promise<boolean> | false => {
    const kept = !isVendors && tickets.keep(token, scope).catch(() => false);
    session.clear();
    seen = undefined;
    tell({ eventName: 'logout' });
    return kept;
  };

  const send = async (
    row: MethodRow,
    params: WireParams,
    limits: RequestLimits,
  ): Promise<Envelope> => {
    const token = session.read();
    const ends = row.session === 'ends';
    if (!token && row.session) {
      if (row.session === 'required')
        fail('unauthorizedUser', 'session: expected a signed-in user; sign in first');
      return success(ends ? { receipt: [{ step: 'session', status: 'already' }] } : {});
    }
    const { sessions } = params;
    const begun = epoch;
    const isLeaving = ends && token && sessions !== 'others';
    const kept = isLeaving ? logOutHere(token, sessions as SessionScope) : false;
    const request = {
      ...params,
      login_token: token,
      idempotencyKey: row.changes && !isVendors ? crypto.randomUUID?.() : undefined,
    };
    return post(row.path ?? '', request, limits).then(
      async (answer) => {
        if (await kept) tickets.drop(token as string);
        // What was read for a session that has ended meanwhile, or before something was heard, is asked again.
        const isCurrent = row.changes || (session.read() === token && begun === epoch);
        return isCurrent ? answer : send(row, params, limits);
      },
      async (error: OutroError) => {
        if (!isLeaving) throw error;
        return unconfirmed(error, await kept);
      },
    );
  };

  // The removal has happened, whether or not the user can be asked for afterwards.
  const currentUser = (): Promise<WireUser> =>
    post(methods.getUserInfo.path, { login_token: session.read() }).catch(() => ({})) as Promise<
      Envelope & WireUser
    >;

  const call = async (method: ClientMethodName, given: object & CallOptions): Promise<Response> => {
    const {
      callback,
      context = null,
      fullPage = false,
      signal,
      timeout = config.timeout,
      ...params
    }: CallOptions & { provider?: string; cid?: string | undefined } = {
      cid: config.cid,
      ...given,
    };
    const row: MethodRow = methods[method];
    let error: OutroError | undefined;
    let goTo: string | undefined;
    const perform = async (): Promise<Envelope> => {
      const checked = parseParams(row.params(), params) as WireParams;
      const { departures = [], ...answer } = await send(row, checked, { signal, timeout });
      // The vendor's cloud leaves the updated user out of its answer to a removal.
      if (row.event && row.givesUser && !answer.user) answer.user = await currentUser();
      const left = await leave(departures, { document, limit: timeout, fullPage, post });
      ({ goTo } = left);
      return { ...answer, receipt: [...(answer.receipt ?? []), ...left.receipt] };
    };
    look();
    const answer = await perform().catch((cause: unknown) =>
      failure((error = toOutroError(cause))),
    );
    const response = respond(method, context, params, answer, row.givesUser);
    // An unlink that found nobody changed nothing, so nobody hears of it.
    if (!error && row.event && answer['is_unlinked'] !== false) {
      const { receipt, user } = response;
      const happened = { eventName: row.event, provider: params.provider ?? '', receipt, user };
      events.emit({ ...happened, context });
      // Of a logout they know.
      if (user) tell(happened);
    }
    if (callback) runSafely(() => callback(response));
    if (error) throw error;
    if (goTo) window?.location.assign(`${goTo}?return=${encodeURIComponent(window.location.href)}`);
    return response;
  };

  // What happened in another tab, in another browser or at the provider.
  const hear = async ({ user, ...event }: RemoteEvent): Promise<void> => {
    epoch += 1;
    if (event.eventName === 'logout') seen = undefined;
    else user ??= toUser(await currentUser());
    events.emit({ ...event, user, context: null, remote: true });
  };

  let elsewhere: Promise<() => void> | undefined;
  let isListening = config.guard !== undefined;
  const look = (): void => {
    const token = session.read();
    const isNew = token && token !== seen;
    if (isNew) tickets.prepare(token).catch(() => {});
    seen = token;
    // Loaded for those who listen, and where something is still to be sent: other pages do not pay for it.
    if (!window || (!(isListening && isNew) && !tickets.kept().length)) return;
    elsewhere ??= loadElsewhere().then(({ attachElsewhere }) =>
      attachElsewhere({
        config,
        window,
        transport,
        session,
        tickets,
        name,
        self: from,
        seen: () => seen,
        hear,
      }),
    );
    elsewhere.then(
      (again) => again(),
      () => (elsewhere = undefined),
    );
  };

  const bus: EventBus = {
    ...events,
    on(event, handler) {
      isListening = true;
      seen = undefined;
      look();
      return events.on(event, handler);
    },
  };
  const handlers = createHandlers(bus, config.cid);
  const offered = clientMethods.map((method) => [
    method,
    (given: object = {}) => call(method, given),
  ]);
  return {
    ...(Object.fromEntries(offered) as ClientMethods),
    on: bus.on,
    addEventHandlers: handlers.add,
    removeEventHandlers: handlers.remove,
  };
};
