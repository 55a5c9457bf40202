import { Hono } from 'hono';
import * as z from 'zod/mini';
import { httpStatus } from '../core/codes.ts';
import { failure, success, type Envelope } from '../core/envelope.ts';
import { fail, isOutroError, OutroError } from '../core/error.ts';
import { methods, type MethodRow, type RemoteMethodName } from '../core/methods.ts';
import { booleanField, lazy, matching, parseParams } from '../core/schema.ts';
import { identifyCaller, type ApiRequest } from './caller.ts';
import { logout } from './logout.ts';
import type { MethodContext, ServerMethod } from './method.ts';
import { notifyLogin } from './notify-login.ts';
import { removeConnection } from './remove-connection.ts';
import { readRequest } from './request.ts';
import type { Keyring } from './secrets.ts';
import type { Site } from './sites.ts';
import type { Store } from './store.ts';
import { unlink } from './unlink.ts';
import { getUserInfo } from './user-info.ts';

/** What the routes work with. */
export interface RouteParts {
  sites: Map<string, Site>;
  store: Store;
  keyring: Keyring;
  /** Told of every exception nobody expected, with the `callId` that the client was given. */
  logError: (entry: { callId: string; path: string; error: unknown }) => void;
}

// The method table asks for one function per row; a row without one does not compile.
const functions: { [Name in RemoteMethodName]: ServerMethod<Name> } = {
  removeConnection,
  logout,
  getUserInfo,
  notifyLogin,
  unlink,
};

const paths = new Map<string, RemoteMethodName>(
  Object.entries(methods as Record<string, MethodRow>).flatMap(([name, { path }]) =>
    path === undefined ? [] : [[`/${path.toLowerCase()}`, name as RemoteMethodName]],
  ),
);

// Parameters of every request, whatever the method.
const commonParams = lazy(() =>
  z.object({
    format: z.optional(matching(/^json$/i, 'json; xml is no longer offered')),
    httpStatusCodes: z._default(booleanField(), false),
  }),
);

const createCallId = (): string => crypto.randomUUID().replaceAll('-', '');

const readParams = <Schema extends z.ZodMiniObject>(schema: Schema, request: ApiRequest) =>
  parseParams(
    schema,
    Object.fromEntries(Object.keys(schema.def.shape).map((name) => [name, request.param(name)])),
  );

const call = async (
  parts: RouteParts,
  request: ApiRequest,
  site: Site,
  callId: string,
): Promise<object> => {
  const name = paths.get(request.path.toLowerCase());
  if (!name) return fail('unknownMethod', `path: expected one of ${[...paths.keys()].join(', ')}`);
  const row: MethodRow = methods[name];
  if (row.changes && request.httpMethod !== 'POST')
    fail('invalidRequest', `method: ${row.path} changes something, so send it by POST`);
  const params = readParams(row.params(), request);
  const caller = await identifyCaller(request, site, parts.store);
  const context: MethodContext = { caller, callId, store: parts.store, keyring: parts.keyring };
  return (functions[name] as ServerMethod<never>)(params as never, context);
};

const findSite = ({ sites }: RouteParts, request: ApiRequest): Site => {
  const key = request.param('apiKey');
  if (!key) return fail('invalidApiKey', 'apiKey: expected the key of a site');
  return sites.get(key) ?? fail('invalidApiKey', 'apiKey: no site of this service has this key');
};

/** Mounts the method table: parse → caller → method → envelope. Routing is on the path alone. */
export const createRoutes = (parts: RouteParts): Hono => {
  const routes = new Hono();

  routes.all('/*', async (context) => {
    const callId = createCallId();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
    let wantsStatus = false;
    let answer: Envelope;
    try {
      const request = await readRequest(context.req.raw);
      const site = findSite(parts, request);
      admitOrigin(context.req.header('origin'), site, (name, value) => context.header(name, value));
      wantsStatus = readParams(commonParams(), request).httpStatusCodes;
      answer = success(await call(parts, request, site, callId));
    } catch (error) {
      if (!isOutroError(error)) parts.logError({ callId, path: context.req.path, error });
      answer = failure(
        isOutroError(error)
          ? error
          : new OutroError('serverError', `quote callId ${callId} when you report this`),
      );
    }
    const body = { ...answer, callId, apiVersion: 2, time: new Date().toISOString() };
    return context.json(body, wantsStatus ? (httpStatus(answer.errorCode) as 200) : 200);
  });
  return routes;
};

// Exact match, and credentials only then. A request without an origin is no page's.
const admitOrigin = (
  origin: string | undefined,
  site: Site,
  header: (name: string, value: string) => void,
): void => {
  if (origin === undefined) return;
  header('Vary', 'Origin');
  if (!site.origins.includes(origin) && origin !== new URL(site.publicUrl).origin)
    fail('invalidSiteDomain', `origin: ${origin.slice(0, 100)} is not one of this site's origins`);
  header('Access-Control-Allow-Origin', origin);
  header('Access-Control-Allow-Credentials', 'true');
};
