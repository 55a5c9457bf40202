import { fail } from '../core/error.ts';
import { Hono, type Context, type Next } from 'hono';
import { compress } from 'hono/compress';
import type { ErrorEntry, LogEntry, MendEntry, ServerContext } from './caller/context.ts';
import { createContext } from './caller/create-context.ts';
import type { Gate } from './caller/gate.ts';
import { parseConfiguration, type SitesConfiguration } from './config/configuration.ts';
import type { Site } from './config/sites.ts';
import { createLeavePages } from './departure/pages.ts';
import { createRevoker } from './errands/attempt.ts';
import { createDeliverer } from './errands/deliver.ts';
import type { Revoker } from './errands/revoker.ts';
import { createWorker } from './errands/worker.ts';
import { createPageStreams } from './events/streams.ts';
import type { Store } from './exits/store.ts';
import { createHealth } from './http/health.ts';
import { logError as logErrorAsJson, logMend as logMendAsJson } from './http/log.ts';
import { createMetrics } from './http/metrics.ts';
import { createRoutes } from './http/mount.ts';
import type { CounterStore } from './http/counters.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createUnmount } from './http/mounted.ts';
import { serveScript, type Script } from './http/script.ts';
import { createUnlinkForm } from './http/unlink-form.ts';
import { createInbound } from './inbound/inbound.ts';
import { inboundContextOf } from './inbound/inbound-context.ts';
import { createPolls } from './inbound/polls.ts';
import { deleteAccount } from './methods/delete-account.ts';
import { isLiveSession } from './methods/is-live.ts';
import { signedIn, type SignedIn } from './methods/signed-in.ts';
import { createReception, type Peer } from './wire/arrival.ts';

/** What `createHandler` works with. */
export interface HandlerOptions extends SitesConfiguration {
  /** Where people's data is: `await fromPg(pool)`, `await fromPglite(db)`, or a store of yours. */
  store: Store;
  /** The browser script to serve at `/js/outro.js` and under the vendor's paths. Default: the one of this package. */
  script?: Script | undefined;
  /** Counters that several instances share, of requests that prove nothing. Default: each instance counts for itself. */
  rateLimits?: { store?: CounterStore | undefined };
  /** How providers are reached. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * Told of every exception nobody expected, as it is: drivers hang data on theirs. Default: one line of JSON on standard
   * error, without data.
   */
  logError?: (entry: ErrorEntry) => void;
  /**
   * Told of what a site has to put right before a provider takes a permission back, such as a client secret that ran out:
   * once an hour for each provider. Default: one line of JSON on standard error.
   */
  logMend?: (entry: MendEntry) => void;
  /** Told of every answered request. Default: nobody is. */
  log?: (entry: LogEntry) => void;
}

/** A handler of web-standard requests, for any host that has them; it uses Node's own modules. */
export interface Handler {
  /**
   * @param peer `{ address }` of the client, or of the proxy before this backend: by it, requests that prove nothing are
   *   counted; `@hono/node-server` hands over its own. Without it only sessions and keys are counted.
   */
  (request: Request, peer?: object): Promise<Response>;
  /**
   * Tells of a sign-in that the site's own library has carried out: one line in its sign-in event.
   *
   * @throws requestExpired when it began before its identity was removed, and was undone; unauthorizedUser,
   *   missingParameter, invalidParameter
   */
  signedIn(signIn: SignedIn): Promise<void>;
  /**
   * Whether a session still opens something, for the site's own middleware: one of outro's by its token, or one of the
   * site's own by the id that `notifyLogin` was given as `siteSession`. Asks the database each time.
   *
   * @param apiKey of the site; needed where there are several.
   * @throws invalidApiKey
   */
  isLive(token: string, apiKey?: string): Promise<boolean>;
  /**
   * Works by itself from now on: errands that are due, at once and every two seconds, security events that have to be
   * fetched, and what has served its time. It never overlaps with itself, and what fails is logged and tried again. Any number of instances may.
   */
  start(): void;
  /** Ends that, and waits for the errands under way. */
  stop(): Promise<void>;
  /**
   * Does the same once, for hosts that have a schedule and no processes; never rejects.
   *
   * @returns how many errands it attempted
   */
  work(): Promise<number>;
  /**
   * Answers with the measures of this instance as OpenMetrics: for a port of your own, where `metrics` leaves `/metrics`
   * off.
   */
  metrics(): Promise<Response>;
  /**
   * Stops working, ends the streams of open pages, which otherwise never end, and says at `/readyz` that no more should
   * come; call it before the host stops listening.
   */
  close(): Promise<void>;
}

// Bytes.
const shrinkAbove = 4096;

/** A handler, and what methods are called with in the same process. */
export interface Backend {
  handler: Handler;
  context: ServerContext & { revoker: Revoker };
}

/**
 * Wires sites and store into a backend.
 *
 * @throws Error that lists every wrong field of the configuration by its path
 */
export const createBackend = (options: HandlerOptions): Backend => {
  const { store, script, fetch, rateLimits, log, ...told } = options;
  const { logError = logErrorAsJson, logMend = logMendAsJson, ...given } = told;
  const configuration = parseConfiguration(given);
  const closing = new AbortController();
  const note = (entry: LogEntry): void => {
    metrics.noteRequest(entry);
    log?.(entry);
  };
  const heard = { closing: closing.signal, logError, logMend, note };
  const context = createContext(configuration, { store, fetch }, heard);
  const revoker = createRevoker(context);
  const streams = createPageStreams(context);
  const metrics = createMetrics(context, () => streams.count());
  const health = createHealth(store, metrics, configuration.metrics);
  const attempts = { revoker, deliverer: createDeliverer(context) };
  const hearing = inboundContextOf({ ...context, revoker });
  const worker = createWorker(
    context,
    attempts,
    (attempt) => metrics.noteAttempt(attempt),
    createPolls(hearing),
  );
  const receive = createReception(configuration.trustProxy);
  const limit = createRateLimit(rateLimits?.store);
  const origins = new Set(configuration.sites.flatMap((site) => site.origins));
  const scripts = serveScript(origins, script);
  const unmount = createUnmount(configuration.sites);
  const routes = createRoutes({ ...context, revoker, streams });
  const unlinkForm = createUnlinkForm({ ...context, revoker });
  const inbound = createInbound(hearing, deleteAccount);
  const leavePages = createLeavePages(context);
  const app = new Hono<{ Bindings: Peer }>();
  const shrink = compress({ threshold: shrinkAbove });
  const timed =
    (route: string, answer: (request: Request, gate: Gate) => Promise<Response | undefined>) =>
    async ({ req, env }: Context<{ Bindings: Peer }>, next: Next) => {
      const startedAt = performance.now();
      const response = await answer(req.raw, limit(receive(req.raw, env)));
      if (!response) return next();
      note({ route, code: response.status, milliseconds: performance.now() - startedAt });
      return response;
    };
  app.on(
    'GET',
    ['/js/*', '/JS/*'],
    async ({ req, env }, next) => (await scripts(req.raw, limit(receive(req.raw, env)))) ?? next(),
  );
  app.on(
    'GET',
    ['/healthz', '/readyz', '/metrics'],
    ({ req }, next) => health.answer(req.path) ?? next(),
  );
  app.all('/action/*', timed('/action', unlinkForm));
  app.all('/leave/*', timed('/leave', leavePages));
  app.all('/inbound/*', timed('/inbound', inbound));
  app.all('/*', async (call) => {
    const arrival = receive(call.req.raw, call.env);
    const { response, bytes } = await routes(call.req.raw, arrival, limit(arrival));
    // What fits into three packets is not even asked about: that costs more time than it saves.
    if (bytes < shrinkAbove) return response;
    call.res = response;
    await shrink(call, async () => {});
    return call.res;
  });
  const siteOf = (apiKey: string | undefined): Site => {
    const [only, ...others] = context.sites.keys();
    const key = apiKey ?? (others.length > 0 ? undefined : only);
    const site = key === undefined ? undefined : context.sites.get(key);
    return site ?? fail('invalidApiKey', 'apiKey: expected the key of one of the sites');
  };
  const tellSignIn = async (signIn: SignedIn): Promise<void> => {
    const callId = crypto.randomUUID().replaceAll('-', '');
    const around = { ...context, revoker, callId, origin: undefined };
    await signedIn(signIn, siteOf(signIn.apiKey), around);
  };
  const handler = async (request: Request, peer: object = {}): Promise<Response> =>
    app.fetch(unmount(request), peer);
  const close = async (): Promise<void> => {
    health.close();
    closing.abort();
    await Promise.all([streams.close(), worker.stop()]);
  };
  return {
    handler: Object.assign(handler, {
      ...worker,
      signedIn: tellSignIn,
      isLive: async (token: string, apiKey?: string) =>
        isLiveSession(token, siteOf(apiKey).apiKey, store),
      metrics: () => health.metrics(),
      close,
    }),
    context: { ...context, revoker },
  };
};

/**
 * Wires sites and store into one `fetch(Request): Promise<Response>`.
 *
 * @throws Error that lists every wrong field of the configuration by its path
 */
export const createHandler = (options: HandlerOptions): Handler => createBackend(options).handler;
