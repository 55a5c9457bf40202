import * as z from 'zod/mini';
import { failure, success } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { MethodRow } from '../../core/methods.ts';
import { booleanField, lazy, matching } from '../../core/schema.ts';
import { anybody, sessionOf, type Caller } from '../caller/caller.ts';
import { claimOf } from '../caller/claim.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Gate } from '../caller/gate.ts';
import { identifyCaller } from '../caller/identify.ts';
import { findSite } from '../caller/keys.ts';
import { explainSignature } from '../caller/signature.ts';
import type { Site } from '../config/sites.ts';
import type { Revoker } from '../errands/revoker.ts';
import type { PageStreams } from '../events/streams.ts';
import { getAccountInfo, setAccountInfo } from '../methods/account-info.ts';
import type { MethodContext, ServerMethod } from '../methods/context.ts';
import { deleteAccount } from '../methods/delete-account.ts';
import { exchangeIdToken } from '../methods/exchange-id-token.ts';
import { exchangeUIDSignature } from '../methods/exchange-uid-signature.ts';
import { explainRemoval } from '../methods/explain-removal.ts';
import { getDeparture } from '../methods/get-departure.ts';
import { getFeed } from '../methods/get-feed.ts';
import { getReceipt } from '../methods/get-receipt.ts';
import { getToken } from '../methods/get-token.ts';
import { getUserInfo } from '../methods/get-user-info.ts';
import { isLive } from '../methods/is-live.ts';
import { getJWT, getJWTPublicKey } from '../methods/id-token.ts';
import { logout } from '../methods/logout.ts';
import { notifyLogin } from '../methods/notify-login.ts';
import { redeemLeaveTicket } from '../methods/redeem-leave-ticket.ts';
import { removeConnection } from '../methods/remove-connection.ts';
import { remoteMethods, type RemoteMethodName } from '../methods/rows.ts';
import { setUID } from '../methods/set-uid.ts';
import { unlink } from '../methods/unlink.ts';
import type { Arrival } from '../wire/arrival.ts';
import { refuseNearMisses } from '../wire/near-miss.ts';
import { readCallback, writeAnswer, type Format, type SizedAnswer } from '../wire/answer.ts';
import { readParams, readRequest, type ApiRequest } from '../wire/request.ts';
import { refusalOf, type Attempt } from './attempt.ts';
import { createCrossOrigin, type CrossOrigin } from './cross-origin.ts';
import { siteAnswer, withCookies } from './site-cookies.ts';
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
  getJWT,
  getJWTPublicKey,
  exchangeIdToken,
  getDeparture,
  getReceipt,
  isLive,
  feed: getFeed,
  deleteAccount,
  unlink,
};

// The ways out: nobody who proves who they are is ever told to wait for these.
const leavingMethods: ReadonlySet<RemoteMethodName> = new Set<RemoteMethodName>([
  'logout',
  'redeemLeaveTicket',
  'removeConnection',
  'unlink',
  'deleteAccount',
]);

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

const call = async (
  parts: RouteContext,
  request: ApiRequest,
  site: Site,
  attempt: Attempt,
  gate: Gate,
): Promise<Answered & { caller: Caller }> => {
  const { callId, origin } = attempt;
  const name = nameOf(request.path);
  if (!name) return fail('unknownMethod', `path: expected one of ${[...paths.keys()].join(', ')}`);
  const row: MethodRow = remoteMethods[name];
  const params = readParams(row.params(), request, row.isStrict);
  if (row.changes) refuseNearMisses(row, request.params.keys());
  const caller = (attempt.caller = row.isPublic
    ? anybody(site)
    : await identifyCaller(request, site, request.path, parts));
  if (!leavingMethods.has(name)) gate.admit(site, sessionOf(caller));
  if (row.changes && request.httpMethod !== 'POST' && !caller.isSigned)
    fail('invalidRequest', `method: ${row.path} changes something; send it by POST, or signed`);
  const context: MethodContext = { ...parts, caller, callId, origin };
  const run = async (within: MethodContext): Promise<object> => {
    const fields = await (functions[name] as ServerMethod<never>)(params as never, within);
    // Answered, and nothing was proved: whoever invents tokens has as many as they like.
    if (caller.isStranger) await gate.unproved(site, claimOf(request), false);
    return fields;
  };
  const key = row.changes ? readKey(request, name, params, caller) : undefined;
  const answered = key
    ? await answerOnce(repeatable(key, parts.keyring), name, context, run)
    : { callId, fields: await run(context) };
  return { ...answered, caller };
};

// Not in the method table: it answers with a stream.
const isListen = ({ path }: ApiRequest): boolean => /^\/(socialize\.)?listen$/i.test(path);

// Which page asks makes a difference to every answer.
const headersFor = ({ cors }: Attempt): Record<string, string> => ({ Vary: 'Origin', ...cors });

const withHeaders = (response: Response, headers: Record<string, string>): SizedAnswer => {
  for (const [name, value] of Object.entries(headers)) response.headers.append(name, value);
  return { response, bytes: 0 };
};

const respond = async (
  parts: RouteContext,
  raw: Request,
  url: URL,
  arrival: Arrival,
  gate: Gate,
  attempt: Attempt,
  crossOrigin: CrossOrigin,
): Promise<SizedAnswer> => {
  const { format } = attempt;
  const origin = attempt.origin ?? null;
  attempt.cors = crossOrigin.known(origin);
  const preflight = crossOrigin.answerPreflight(raw);
  if (preflight) return withHeaders(preflight, headersFor(attempt));
  const request = (attempt.request = await readRequest(raw, { url, origin: arrival.origin(url) }));
  refuseNul(request);
  const common = readParams(commonParams(), request);
  format.wantsStatus = common.httpStatusCodes;
  format.context = request.param('context');
  attempt.claim = claimOf(request);
  const site = (attempt.site = findSite(request, parts.sites));
  attempt.cors = crossOrigin.admit(origin, site, nameOf(request.path) === 'redeemLeaveTicket');
  if (common.format.toLowerCase() === 'jsonp') format.callback = readCallback(request, site);
  if (isListen(request)) {
    attempt.caller = await identifyCaller(request, site, request.path, parts);
    const stream = await parts.streams.open(raw, request, attempt.caller, gate);
    return withHeaders(stream, headersFor(attempt));
  }
  const { fields, callId, caller } = await call(parts, request, site, attempt, gate);
  const told = siteAnswer(caller, fields, raw.headers.get('cookie'), parts.keyring);
  const answer = writeAnswer(success(told.fields), callId, format, headersFor(attempt));
  return { ...answer, response: withCookies(answer.response, told.cookies) };
};

/** Mounts the method table: parse → caller → method → envelope. Routing is on the path alone. */
export const createRoutes = (parts: RouteContext) => {
  const crossOrigin = createCrossOrigin(parts.sites.values());
  return async (raw: Request, arrival: Arrival, gate: Gate): Promise<SizedAnswer> => {
    const startedAt = performance.now();
    const callId = crypto.randomUUID().replaceAll('-', '');
    const format: Format = { callback: undefined, wantsStatus: false, context: undefined };
    const origin = raw.headers.get('origin') ?? undefined;
    const attempt: Attempt = { callId, format, cors: {}, origin };
    const url = new URL(raw.url);
    const { pathname } = url;
    let code = 0;
    let answer: SizedAnswer;
    try {
      answer = await respond(parts, raw, url, arrival, gate, attempt, crossOrigin);
    } catch (error) {
      if (!isOutroError(error)) parts.logError({ callId, path: pathname, error });
      const internal = `quote callId ${callId} when you report this`;
      const failed = await refusalOf(error, attempt, gate, internal);
      ({ code } = failed);
      const isExplained = parts.development && failed.failure === 'invalidSignature';
      const explained = isExplained ? explainSignature(attempt.request, attempt.site) : {};
      const isTooMany = failed.failure === 'apiRateLimitExceeded';
      answer = writeAnswer({ ...failure(failed), ...explained }, callId, format, {
        ...headersFor(attempt),
        ...(isTooMany && { 'Retry-After': String(gate.retryAfter()) }),
      });
    }
    const route = nameOf(pathname) ?? 'other';
    const milliseconds = performance.now() - startedAt;
    parts.note({ route, code, milliseconds, callId, site: attempt.site?.apiKey });
    return answer;
  };
};
