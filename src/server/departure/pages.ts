import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import { messageOf } from '../../core/codes.ts';
import { fail, OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { lazy, matching } from '../../core/schema.ts';
import { pageHeaders, refusalPage } from '../wire/page.ts';
import { isSettled, receiptOf, tripAddress, wantsProbe } from './trip-receipt.ts';
import {
  findTrip,
  findTripUnderWay,
  isAdmitted,
  opens,
  readCookie,
  writeCookie,
  type KnownTrip,
  type TripUnderWay,
} from './trip.ts';
import { probeAddress, probeState, readProbe } from './still-signed-in.ts';
import { outcomeTokenOf } from '../config/token.ts';
import type { Gate } from '../caller/gate.ts';
import { readParams, readRequest, type ApiRequest } from '../wire/request.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Trip } from '../exits/trip.ts';
import { noteReturn, prepareVisit, type Visit } from './stop.ts';
import { arrivedPage, overPage, pausedPage, sendTo } from './trip-page.ts';

const arrive = async (parts: ServerContext, underWay: TripUnderWay): Promise<Response> => {
  const { token, site, returnTo } = underWay;
  const trip = (await parts.store.exits.readTrip(underWay.trip.tokenHash)) ?? underWay.trip;
  const isComplete = trip.stops.every((stop) => isSettled(site, stop));
  const cookie = writeCookie({ ...underWay, trip }, isComplete ? 0 : undefined);
  if (returnTo !== undefined && isAdmitted(returnTo, trip, site)) {
    const target = new URL(returnTo);
    // What stands in an address gets into logs and other hands: it opens nothing.
    target.searchParams.set('outro_departure', outcomeTokenOf(token));
    const headers = { Location: target.href, 'Set-Cookie': cookie };
    return new Response(null, { status: 303, headers: { ...pageHeaders, ...headers } });
  }
  const url = tripAddress(site, token);
  const page = await arrivedPage(await receiptOf(trip, url, parts.store.exits), url, isComplete);
  page.headers.set('Set-Cookie', cookie);
  return page;
};

/** What a browser is shown that does not carry the trip: how it stands, and nothing to go on by. */
const showOutcome = async (parts: ServerContext, { trip, site }: KnownTrip): Promise<Response> => {
  const steps = await receiptOf(trip, site.publicUrl, parts.store.exits);
  return arrivedPage(steps, undefined, false);
};

// What was said at its logout page is one thing; whether the person is signed in there is asked of the provider itself.
const probe = async (
  parts: ServerContext,
  underWay: TripUnderWay,
  index: number,
): Promise<Visit | undefined> => {
  const { trip, site } = underWay;
  const stop = trip.stops[index];
  if (!stop?.returnedAt || stop.probedAt || !wantsProbe(site, stop)) return undefined;
  await parts.store.exits.noteStop(trip.tokenHash, index, 'probedAt');
  const state = probeState(underWay, index);
  const url = await probeAddress(site, stop, state, parts.discovery);
  if (url) return { url };
  await parts.store.exits.noteStop(trip.tokenHash, index, 'probeEndedAt');
  return undefined;
};

const visit = async (
  parts: ServerContext,
  underWay: TripUnderWay,
  index: number,
  isRetry: boolean,
): Promise<Visit | undefined> => {
  const { trip } = underWay;
  if (!isRetry && trip.stops[index]?.leftAt !== undefined) return probe(parts, underWay, index);
  await parts.store.exits.noteStop(trip.tokenHash, index, 'leftAt');
  const found = await prepareVisit(underWay, index, isRetry, parts).catch((error: unknown) => {
    parts.logError({ callId: trip.callId, path: '/leave', error });
    return undefined;
  });
  if (found?.isHintLeftOut)
    await parts.store.exits.noteStop(trip.tokenHash, index, 'hintLeftOutAt');
  return found;
};

/** Sends the browser to the first stop that it has not left for, or to one that it tries again; then to the end. */
const goOn = async (
  parts: ServerContext,
  underWay: TripUnderWay,
  retry?: number,
): Promise<Response> => {
  const trip = (await parts.store.exits.readTrip(underWay.trip.tokenHash)) ?? underWay.trip;
  const now = { ...underWay, trip };
  for (const [index, { provider, returnedAt }] of trip.stops.entries()) {
    // A stop that the browser has come back from has had its visit.
    if (retry !== undefined && (index !== retry || returnedAt !== undefined)) continue;
    const found = await visit(parts, now, index, retry !== undefined);
    if (found) return sendTo(found, provider, writeCookie(underWay));
  }
  return arrive(parts, underWay);
};

// Seconds; a trip lives no longer.
const begunTime = 900;

// Once, and by one browser: it gets the cookie, without which nobody goes on.
const begins = async ({ store }: ServerContext, { trip, isBeginning }: KnownTrip) =>
  isBeginning &&
  trip.stops.every(({ leftAt }) => leftAt === undefined) &&
  store.exits.seeOnce(
    'trip',
    Buffer.from(trip.tokenHash).toString('base64url'),
    new Date(Date.now() + begunTime * 1000),
  );

const addressParams = lazy(() =>
  z.object({
    return: z.optional(matching(/[^]/, 'an address on an origin that the site allows')),
    stop: z.optional(matching(/^\d{1,2}$/, 'the number of a stop')),
  }),
);

const setOut = async (
  parts: ServerContext,
  given: ApiRequest,
  token: string,
): Promise<Response> => {
  // Whoever names no way back where one is to be has made a mistake, and would stay here.
  const asked = readParams(addressParams(), given, true);
  const found = await findTrip(parts, token);
  if (!found) return overPage();
  const { trip, site } = found;
  const carried = readCookie(given);
  const isOurs = opens(carried.token, trip);
  const returnTo = asked.return ?? (isOurs ? carried.returnTo : undefined);
  if (returnTo !== undefined && !isAdmitted(returnTo, trip, site))
    fail('invalidParameter', 'return: expected an address on an origin that the site allows');
  if (!isOurs && !(await begins(parts, found))) return showOutcome(parts, found);
  const underWay = { trip, site, token: isOurs ? carried.token : token, returnTo };
  return goOn(parts, underWay, asked.stop === undefined ? undefined : Number(asked.stop));
};

const findStop = async (
  state: string | undefined,
  { store }: ServerContext,
  underWay: TripUnderWay | undefined,
): Promise<{ trip: Trip; index: number } | undefined> => {
  // Some providers send no state back; the browser knows where it went last.
  if (state === undefined)
    return (
      underWay && {
        trip: underWay.trip,
        index: underWay.trip.stops.findLastIndex((stop) => stop.leftAt && !stop.returnedAt),
      }
    );
  const [, hash = '', index] = /^([\w-]{43})\.(\d{1,2})(?:\.[\w-]{43})?$/.exec(state) ?? [];
  const trip = hash && (await store.exits.readTrip(new Uint8Array(Buffer.from(hash, 'base64url'))));
  return trip ? { trip, index: Number(index) } : undefined;
};

const noteProbe = async (
  underWay: TripUnderWay,
  index: number,
  given: ApiRequest,
  { store }: ServerContext,
): Promise<void> => {
  const stop = underWay.trip.stops[index];
  // Only the provider that was asked knows what it was asked with.
  if (!stop?.probedAt || stop.probeEndedAt) return;
  if (given.param('state') !== probeState(underWay, index)) return;
  const { tokenHash } = underWay.trip;
  const proof = readProbe(given);
  if (proof) await store.exits.noteStop(tokenHash, index, proof);
  await store.exits.noteStop(tokenHash, index, 'probeEndedAt');
};

const comeBack = async (parts: ServerContext, given: ApiRequest): Promise<Response> => {
  // Reached inside a frame too, where the person may be as signed in as before.
  if ((given.headers.get('sec-fetch-dest') ?? 'document') !== 'document')
    fail('invalidRequest', 'sec-fetch-dest: expected a page of its own, not one inside another');
  const carried = readCookie(given);
  const underWay = await findTripUnderWay(parts, carried.token, carried.returnTo);
  const found = await findStop(given.param('state') ?? given.param('RelayState'), parts, underWay);
  const site = found && parts.sites.get(found.trip.site);
  if (!site || !found.trip.stops[found.index]?.leftAt) return overPage();
  const { trip, index } = found;
  const isOurs = underWay && Buffer.from(trip.tokenHash).equals(underWay.trip.tokenHash);
  if (trip.stops[index]?.returnedAt === undefined)
    await noteReturn({ trip, site }, index, given, parts);
  else if (isOurs) await noteProbe(underWay, index, given, parts);
  // Only the browser that set out goes on: what a provider knows of the trip must not open the next one's page.
  if (isOurs) return goOn(parts, underWay);
  // A form from another site carries no cookie of ours; the page after it does.
  if (given.httpMethod === 'GET' || underWay) return pausedPage();
  const location = `${site.publicUrl}/leave/next`;
  return new Response(null, { status: 303, headers: { ...pageHeaders, Location: location } });
};

const next = async (parts: ServerContext, given: ApiRequest, gate: Gate): Promise<Response> => {
  const { token, returnTo } = readCookie(given);
  const underWay = await findTripUnderWay(parts, token, returnTo);
  if (underWay) return goOn(parts, underWay);
  await gate.unproved(undefined, 'trip', false);
  return pausedPage();
};

const answer = async (parts: ServerContext, request: Request, gate: Gate): Promise<Response> => {
  const last = new URL(request.url).pathname.split('/').at(-1) ?? '';
  if (request.method !== 'GET' && !(last === 'return' && request.method === 'POST'))
    return fail('unknownMethod', 'method: expected GET');
  const given: ApiRequest = await readRequest(request);
  if (last === 'return') return comeBack(parts, given);
  return last === 'next' ? next(parts, given, gate) : setOut(parts, given, last);
};

/**
 * Makes the pages of a trip through providers' logout pages, plain HTML that works without script:
 * `GET /leave/<token>[?return=<address>]` begins it or goes on, `/leave/return` is where providers send the browser back.
 * A provider that does not send it back is passed over when the first address is opened again.
 *
 * @returns a function that throws nothing: it refuses in a page (invalidParameter, invalidRequest, requestTooLarge,
 *   unknownMethod, apiRateLimitExceeded, serverError)
 * @see OpenID Connect RP-Initiated Logout 1.0; browser-logout.md
 */
export const createLeavePages =
  (parts: ServerContext) =>
  async (request: Request, gate: Gate): Promise<Response> => {
    const callId = crypto.randomUUID().replaceAll('-', '');
    try {
      const answered = await answer(parts, request, gate);
      // Nobody who knows the way asks for trips that are not there.
      if (answered.status === 404) await gate.unproved(undefined, 'trip', true);
      return answered;
    } catch (error) {
      // The path holds the token.
      if (!isOutroError(error)) parts.logError({ callId, path: '/leave', error });
      const refusal = isOutroError(error)
        ? error
        : new OutroError('serverError', `quote callId ${callId} when you report this`);
      const refused = await refusalPage(refusal, messageOf(refusal.failure));
      if (refusal.failure === 'apiRateLimitExceeded')
        refused.headers.set('Retry-After', String(gate.retryAfter()));
      if (refusal.failure === 'unknownMethod') refused.headers.set('Allow', 'GET');
      return refused;
    }
  };
