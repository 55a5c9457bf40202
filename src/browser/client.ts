import { failure, success, type Envelope } from '../core/envelope.ts';
import { fail, isOutroError, OutroError } from '../core/error.ts';
import {
  methods,
  type CheckedParams,
  type ClientMethodName,
  type EventName,
  type MethodRow,
  type Params,
} from '../core/methods.ts';
import { parseParams } from '../core/schema.ts';
import type { WireUser } from '../core/user.ts';
import { configure, type ClientOptions } from './config.ts';
import { leaveProviders } from './departure.ts';
import { createEvents, runSafely, type EventBus, type Events } from './events.ts';
import { createHandlers, type EventHandlers, type Handlers } from './handlers.ts';
import { respond, type CallOptions, type Response } from './response.ts';
import { createSession } from './session.ts';
import { createTransport, type WireParams } from './transport.ts';
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

const clientMethods = [
  'removeConnection',
  'logout',
  'getUserInfo',
  'getAccountInfo',
  'unlink',
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
  const session = createSession(config.document, config.apiKey);
  const post = createTransport(config);
  const bus = createEvents();
  const handlers = createHandlers(bus, config.cid);

  const send = async (row: MethodRow, params: WireParams): Promise<Envelope> => {
    const token = session.read();
    // Local first: whatever happens on the network, this browser is logged out now.
    if (row.session === 'ends') session.clear();
    if (!token) {
      if (row.session === 'required')
        fail('unauthorizedUser', 'session: expected a signed-in user; sign in first');
      return success(
        row.session === 'ends' ? { receipt: [{ step: 'session', status: 'already' }] } : {},
      );
    }
    const answer = post(row.path ?? '', { ...params, login_token: token });
    return row.session === 'ends' ? answer.catch(unconfirmed) : answer;
  };

  // The removal has happened, whether or not the user can be asked for afterwards.
  const currentUser = (): Promise<WireUser> =>
    post(methods.getUserInfo.path, { login_token: session.read() }).catch(() => ({})) as Promise<
      Envelope & WireUser
    >;

  const perform = async (name: ClientMethodName, given: object): Promise<Envelope> => {
    const row: MethodRow = methods[name];
    const params = parseParams(row.params(), given) as Partial<
      CheckedParams<typeof methods.removeConnection>
    >;
    const { departures = [], ...answer } = await send(row, params);
    // The vendor's cloud leaves the updated user out of its answer to a removal.
    if (row.event && row.givesUser && !answer.user) answer.user = await currentUser();
    const place = { document: config.document, limit: config.timeout };
    const left = await leaveProviders(departures, params.forceProvidersLogout !== false, place);
    return { ...answer, receipt: [...(answer.receipt ?? []), ...left] };
  };

  const call = async (name: ClientMethodName, given: object & CallOptions): Promise<Response> => {
    const {
      callback,
      context = null,
      ...params
    }: CallOptions & { provider?: unknown } = {
      ...(config.cid !== undefined && { cid: config.cid }),
      ...given,
    };
    let error: OutroError | undefined;
    const answer = await perform(name, params).catch((cause: unknown) => {
      error = isOutroError(cause) ? cause : new OutroError('serverError', undefined, { cause });
      return failure(error);
    });
    const { event, givesUser }: MethodRow = methods[name];
    const response = respond(name, context, params, answer, givesUser);
    // An unlink that found nobody changed nothing, so nobody hears of it.
    if (!error && event && answer['is_unlinked'] !== false)
      emit(event, response, params.provider ?? '');
    if (callback) runSafely(() => callback(response));
    if (error) throw error;
    return response;
  };

  const emit = (eventName: EventName, response: Response, provider: unknown): void => {
    const { context, receipt, user } = response;
    const base = { eventName, isGlobal: true, context, receipt };
    const extra = eventName === 'logout' ? {} : { provider, user };
    bus.emit(eventName, { ...base, ...extra } as Events[EventName] & Events['logout']);
  };

  const offered = clientMethods.map((name) => [name, (given: object = {}) => call(name, given)]);
  return {
    ...(Object.fromEntries(offered) as ClientMethods),
    on: bus.on,
    addEventHandlers: handlers.add,
    removeEventHandlers: handlers.remove,
  };
};

/** The answer of a logout that the backend did not confirm: this browser is out, the rest is said plainly. */
const unconfirmed = (error: OutroError): Envelope =>
  success({
    receipt: [
      {
        step: 'session',
        status: 'failed',
        reason: `logged out here; not confirmed by the backend: ${error.message}`,
      },
    ],
  });
