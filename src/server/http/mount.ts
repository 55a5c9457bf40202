import * as z from 'zod/mini';
import { failure, success } from '../../core/envelope.ts';
import { fail, OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { MethodRow } from '../../core/methods.ts';

import { booleanField, lazy, matching } from '../../core/schema.ts';
import {
  anybody,
  claimOf,
  identifyCaller,
  readApiKey,
  sessionOf,
  type Claim,
} from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Gate } from '../caller/gate.ts';
import type { Site } from '../config/sites.ts';
import type { Revoker } from '../errands/revoker.ts';
import type { PageStreams } from '../events/streams.ts';
import { getAccountInfo, setAccountInfo } from '../methods/account-info.ts';
import type { MethodContext, ServerMethod } from '../methods/context.ts';
import { deleteAccount } from '../methods/delete-account.ts';
import { exchangeUIDSignature } from '../methods/exchange-uid-signature.ts';
import { explainRemoval } from '../methods/explain-removal.ts';
import { getDeparture } from '../methods/get-departure.ts';
import { getToken } from '../methods/get-token.ts';
import { getUserInfo } from '../methods/get-user-info.ts';
import { logout } from '../methods/logout.ts';
import { notifyLogin } from '../methods/notify-login.ts';
import { redeemLeaveTicket } from '../methods/redeem-leave-ticket.ts';
import { removeConnection } from '../methods/remove-connection.ts';
import { remoteMethods, type RemoteMethodName } from '../methods/rows.ts';
import { setUID } from '../methods/set-uid.ts';
import { unlink } from '../methods/unlink.ts';
import { guards, nearMiss } from '../wire/near-miss.ts';
import { readCallback, writeAnswer, type Format } from '../wire/answer.ts';
import { readParams, readRequest, type ApiRequest } from '../wire/request.ts';
import { unprovedFailures } from './rate-limit.ts';
import { answerOnce, readKey, repeatable, type Answered } from './repeated-request.ts';

/** What the routes are given. */
export interface RouteContext extends ServerContext {
  revoker: Revoker;
  streams: PageStreams;
}

// The method table asks for one function per row; a row without one does not compile.
const functions: { [Name in RemoteMethodName]: ServerMethod<Name> } = {
  removeConnection,
  explainRemoval,
  logout,
  redeemLeaveTicket,
  getUserInfo,
  getAccountInfo,
  setAccountInfo,
  notifyLogin,
  setUID,
  exchangeUIDSignature,
  getToken,
  getDeparture,
  deleteAccount,
  unlink,
};

const rows = Object.entries(remoteMethods) as [RemoteMethodName, MethodRow][];

const paths = new Map<string, RemoteMethodName>(
  rows.flatMap(([name, { path = '', aliases = [] }]) =>
    [path, ...aliases].map((one) => [`/${one.toLowerCase()}`, name] as const),
  ),
);

// Parameters of every request, whatever the method.
const commonParams = lazy(() =>
  z.object({
    format: z._default(matching(/^jsonp?$/i, 'json or jsonp; xml is no longer offered'), 'json'),
    httpStatusCodes: booleanField(false),
  }),
);

// A name without a namespace means `socialize`.
const nameOf = (path: string): RemoteMethodName | undefined =>
  paths.get(path.toLowerCase()) ?? paths.get(`/socialize.${path.slice(1).toLowerCase()}`);

// No database takes one in a text, and no honest client sends one.
const refuseNul = ({ params }: ApiRequest): void => {
  for (const [name, value] of params)
    if (value.includes('\0'))
      fail('invalidParameter', `${name.slice(0, 50)}: expected text without NUL`);
};

// Left out by a slip, a name that narrows a call would let it do more.
const refuseNearMisses = (row: MethodRow, { params }: ApiRequest): void => {
  const known = new Set(
    [...Object.keys(row.params()._zod.def.shape), ...guards].map((name) => name.toLowerCase()),
  );
  for (const name of params.keys()) {
    const meant = known.has(name.toLowerCase()) ? undefined : nearMiss(name);
    if (meant !== undefined)
      fail('invalidParameter', `${name.slice(0, 50)}: unknown; did you mean ${meant}?`);
  }
};

const call = async (
  parts: RouteContext,
  request: ApiRequest,
  site: Site,
  callId: string,
  origin: string | undefined,
  gate: Gate,
): Promise<Answered> => {
  const name = nameOf(request.path);
  if (!name) return fail('unknownMethod', `path: expected one of ${[...paths.keys()].join(', ')}`);
  const row: MethodRow = remoteMethods[name];
  const params = readParams(row.params(), request, row.isStrict);
  if (row.changes) refuseNearMisses(row, request);
  const caller = row.isPublic
    ? anybody(site)
    : await identifyCaller(request, site, request.path, parts);
  const session = sessionOf(caller);
  if (caller.kind !== 'server') gate.count(site, session);
  if (row.changes && request.httpMethod !== 'POST' && !caller.isSigned)
    fail('invalidRequest', `method: ${row.path} changes something; send it by POST, or signed`);
  const context: MethodContext = { ...parts, caller, callId, origin };
  const run = async (within: MethodContext): Promise<object> => {
    try {
      return await (functions[name] as ServerMethod<never>)(params as never, within);
    } finally {
      if (session && caller.isStranger) gate.disown(site, session);
    }
  };
  const key = row.changes ? readKey(request, name, params, caller) : undefined;
  return key
    ? answerOnce(repeatable(key, parts.keyring), name, context, run)
    : { callId, fields: await run(context) };
};

const findSite = ({ sites }: ServerContext, request: ApiRequest): Site => {
  const key = readApiKey(request);
  if (!key)
    return fail('invalidApiKey', 'apiKey: Missing required parameter; expected the key of a site');
  return sites.get(key) ?? fail('invalidApiKey', 'apiKey: no site of this service has this key');
};

// Exact match, and credentials only then. A request without an origin is no page's.
const admitOrigin = (
  origin: string | null,
  site: Site,
  { path }: ApiRequest,
): Record<string, string> => {
  if (origin === null) return {};
  if (!site.origins.includes(origin) && origin !== new URL(site.publicUrl).origin) {
    // A leave ticket is its own proof, whatever page sends it.
    if (nameOf(path) === 'redeemLeaveTicket') return { 'Access-Control-Allow-Origin': origin };
    fail('invalidSiteDomain', `origin: ${origin.slice(0, 100)} is not one of this site's origins`);
  }
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' };
};

// Not in the method table: it answers with a stream.
const isListen = ({ path }: ApiRequest): boolean => /^\/(socialize\.)?listen$/i.test(path);

/** What is known of a request so far, for whatever becomes of it. */
interface Attempt {
  callId: string;
  format: Format;
  cors: Record<string, string>;
  site?: Site;
  claim?: Claim;
}

const respond = async (
  parts: RouteContext,
  raw: Request,
  gate: Gate,
  attempt: Attempt,
): Promise<Response> => {
  const { format, callId } = attempt;
  const request = await readRequest(raw, parts.trustProxy);
  refuseNul(request);
  const common = readParams(commonParams(), request);
  format.wantsStatus = common.httpStatusCodes;
  format.context = request.param('context');
  if (common.format.toLowerCase() === 'jsonp') format.callback = readCallback(request);
  attempt.claim = claimOf(request);
  const site = (attempt.site = findSite(parts, request));
  const origin = raw.headers.get('origin');
  attempt.cors = admitOrigin(origin, site, request);
  gate.enter(site, attempt.claim);
  if (isListen(request)) return parts.streams.open(raw, request, site, gate);
  const answered = await call(parts, request, site, callId, origin ?? undefined, gate);
  return writeAnswer(success(answered.fields), answered.callId, format);
};

// Refusals of who asks, not of what is asked.
const isUnproved = (refusal: OutroError): boolean =>
  unprovedFailures.some((one) => one === refusal.failure);

/** Mounts the method table: parse → caller → method → envelope. Routing is on the path alone. */
export const createRoutes =
  (parts: RouteContext) =>
  async (raw: Request, gate: Gate): Promise<Response> => {
    const startedAt = performance.now();
    const callId = crypto.randomUUID().replaceAll('-', '');
    const format: Format = { callback: undefined, wantsStatus: false, context: undefined };
    const attempt: Attempt = { callId, format, cors: {} };
    const { pathname } = new URL(raw.url);
    let code = 0;
    let response: Response;
    try {
      response = await respond(parts, raw, gate, attempt);
    } catch (error) {
      if (!isOutroError(error)) parts.logError({ callId, path: pathname, error });
      const internal = `quote callId ${callId} when you report this`;
      const failed = isOutroError(error) ? error : new OutroError('serverError', internal);
      ({ code } = failed);
      if (isUnproved(failed)) gate.refuse(attempt.site, attempt.claim ?? 'person');
      response = writeAnswer(failure(failed), callId, format);
      if (failed.failure === 'apiRateLimitExceeded')
        response.headers.set('Retry-After', String(gate.retryAfter()));
    }
    response.headers.set('Vary', 'Origin');
    for (const [name, value] of Object.entries(attempt.cors)) response.headers.set(name, value);
    const route = nameOf(pathname) ?? 'other';
    const milliseconds = performance.now() - startedAt;
    parts.note({ route, code, milliseconds, callId, site: attempt.site?.apiKey });
    return response;
  };
