import { Hono, type Context, type Next } from 'hono';
import { compress } from 'hono/compress';
import { createDiscovery } from './outbound/discovery.ts';
import { createUnlinkForm } from './http/unlink-form.ts';
import { createLeavePages } from './departure/pages.ts';
import { createHealth } from './http/health.ts';
import { createInbound } from './inbound/inbound.ts';
import { logError as logErrorAsJson, type ErrorEntry, type LogEntry } from './http/log.ts';
import { createOutbound } from './outbound/guarded-fetch.ts';
import { createPageStreams } from './events/streams.ts';
import { createRateLimit, type Gate, type Peer } from './http/rate-limit.ts';
import { workOutbox } from './errands/revocation.ts';
import { createRevoker } from './errands/attempt.ts';
import { createRoutes, type RouteParts } from './http/mount.ts';
import { serveScript, type Script } from './http/script.ts';
import { createKeyring } from './config/keyring.ts';
import { parseConfiguration, type SitesConfiguration } from './config/sites.ts';
import type { Store } from './people/people.ts';

/** What `createHandler` works with. */
export interface HandlerOptions extends SitesConfiguration {
  /** Where people's data is: `await fromPg(pool)`, `await fromPglite(db)`, or a store of yours. */
  store: Store;
  /** The browser script to serve at `/js/outro.js` and under the vendor's paths. */
  script?: Script | undefined;
  /** How providers are reached. Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /**
   * Told of every exception nobody expected, as it is: drivers hang data on theirs. Default: one line of JSON on standard
   * error, without data.
   */
  logError?: (entry: ErrorEntry) => void;
  /** Told of every answered request. Default: nobody is. */
  log?: (entry: LogEntry) => void;
}

/** A handler of web-standard requests, for any host that has them; it uses Node's own modules. */
export interface Handler {
  /**
   * @param peer `{ address }` of the client, by which refused requests are counted; `@hono/node-server` hands over its
   *   own. Without it, and without `trustProxy`, only sessions and keys are counted.
   */
  (request: Request, peer?: object): Promise<Response>;
  /**
   * Works off revocations that are due, says how many it attempted, and now and then deletes what has served
   * its time; call it every few seconds, or from a
   * schedule. Any number of instances may.
   */
  work(): Promise<number>;
  /**
   * Ends the streams of open pages, which otherwise never end, and says at `/readyz` that no more should come; call it
   * before the host stops listening.
   */
  close(): Promise<void>;
}

// Milliseconds.
const purgeInterval = 600_000;

/**
 * Wires sites and store into one `fetch(Request): Promise<Response>`.
 *
 * @throws Error that lists every wrong field of the configuration by its path
 */
export const createHandler = (options: HandlerOptions): Handler => {
  const { store, script, fetch, logError = logErrorAsJson, log, ...given } = options;
  const configuration = parseConfiguration(given);
  const { trustProxy } = configuration;
  const sites = new Map(configuration.sites.map((site) => [site.apiKey, site]));
  const keyring = createKeyring(configuration.encryptionKeys);
  const outbound = createOutbound(configuration.allowPrivateProviders, fetch);
  const discovery = createDiscovery(outbound);
  const revoker = createRevoker({ sites, store, keyring, discovery }, outbound);
  const streams = createPageStreams({ store, keyring });
  const health = createHealth(store, configuration.metrics);
  const limit = createRateLimit(trustProxy);
  const note = (entry: LogEntry): void => {
    health.note(entry);
    log?.(entry);
  };
  const parts: RouteParts = {
    sites,
    store,
    keyring,
    revoker,
    streams,
    discovery,
    trustProxy,
    logError,
    note,
  };
  const scripts = script && serveScript(script);
  const routes = createRoutes(parts);
  const unlinkForm = createUnlinkForm(parts);
  const inbound = createInbound(parts, outbound);
  const leavePages = createLeavePages(parts);
  const app = new Hono<{ Bindings: Peer }>();
  const timed =
    (route: string, answer: (request: Request, gate: Gate) => Promise<Response | undefined>) =>
    async ({ req, env }: Context<{ Bindings: Peer }>, next: Next) => {
      const startedAt = performance.now();
      const response = await answer(req.raw, limit(req.raw, env));
      if (!response) return next();
      note({ route, code: response.status, milliseconds: performance.now() - startedAt });
      return response;
    };
  // Compressing what fits into three packets costs more time than it saves.
  app.use(compress({ threshold: 4096 }));
  app.on('GET', ['/js/*', '/JS/*'], async ({ req }, next) => (await scripts?.(req.raw)) ?? next());
  app.get('/:state{healthz|readyz|metrics}', ({ req }, next) => health.answer(req.path) ?? next());
  app.all('/action/*', timed('/action', unlinkForm));
  app.all('/leave/*', timed('/leave', leavePages));
  app.all('/inbound/*', timed('/inbound', inbound));
  app.all('/*', ({ req, env }) => routes(req.raw, limit(req.raw, env)));
  const handler = async (request: Request, peer: object = {}): Promise<Response> =>
    app.fetch(request, peer);
  let purgeAt = 0;
  const work = async (): Promise<number> => {
    if (Date.now() >= purgeAt) {
      purgeAt = Date.now() + purgeInterval;
      await store.purge();
    }
    return workOutbox([...sites.keys()], store, revoker);
  };
  const close = (): Promise<void> => {
    health.close();
    return streams.close();
  };
  return Object.assign(handler, { work, close });
};
