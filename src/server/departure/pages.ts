import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { lazy, matching } from '../../core/schema.ts';
import { onlySite, pageHeaders, readerOf, type Reader } from '../wire/page.ts';
import { refusalPage, toRefusal } from '../wire/refusal-page.ts';
import { noteProbe, probe } from './probe.ts';
import { isSettled, receiptOf, tripAddress } from './trip-receipt.ts';
import {
  findStop,
  findTrip,
  findTripUnderWay,
  isAdmitted,
  opens,
  readCookie,
  writeCookie,
  type KnownTrip,
  type TripUnderWay,
} from './trip.ts';
import { outcomeTokenOf } from '../config/token.ts';
import type { Gate } from '../caller/gate.ts';
import { readLanguage } from '../wire/page-language.ts';
import { readParams, readRequest, type ApiRequest } from '../wire/request.ts';
import type { Site } from '../config/sites.ts';
import type { ServerContext } from '../caller/context.ts';
import { noteReturn, prepareVisit, type Visit } from './stop.ts';
import { arrivedPage, overPage, pausedPage, sendTo } from './trip-page.ts';

/** Whoever asks for a page, and in which language; whose page it is, once that is known. */
interface Asking {
  headers: Headers;
  lang: string | undefined;
  site: Site | undefined;
}

const toReader = ({ headers, lang, site }: Asking): Promise<Reader> =>
  readerOf(headers, lang, site);

const arrive = async (
  parts: ServerContext,
  underWay: TripUnderWay,
  asking: Asking,
): Promise<Response> => {
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
  const steps = await receiptOf(trip, url, parts.store.exits);
  const page = await arrivedPage({ steps, url, isComplete, trip }, await toReader(asking));
  page.headers.set('Set-Cookie', cookie);
  return page;
};

/** What a browser is shown that does not carry the trip: how it stands, and nothing to go on by. */
const showOutcome = async (
  parts: ServerContext,
  { trip, site }: KnownTrip,
  asking: Asking,
): Promise<Response> => {
  const steps = await receiptOf(trip, site.publicUrl, parts.store.exits);
  return arrivedPage({ steps, url: undefined, isComplete: false, trip }, await toReader(asking));
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
  asking: Asking,
  retry?: number,
): Promise<Response> => {
  const trip = (await parts.store.exits.readTrip(underWay.trip.tokenHash)) ?? underWay.trip;
  const now = { ...underWay, trip };
  for (const [index, { returnedAt }] of trip.stops.entries()) {
    // A stop that the browser has come back from has had its visit.
    if (retry !== undefined && (index !== retry || returnedAt !== undefined)) continue;
    const found = await visit(parts, now, index, retry !== undefined);
    if (found)
      return sendTo({ visit: found, trip, index }, await toReader(asking), writeCookie(underWay));
  }
  return arrive(parts, underWay, asking);
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
  asking: Asking,
): Promise<Response> => {
  // Whoever names no way back where one is to be has made a mistake, and would stay here.
  const asked = readParams(addressParams(), given, true);
  const found = await findTrip(parts, token);
  if (!found) return overPage(await toReader(asking));
  const { trip, site } = found;
  const carried = readCookie(given);
  const isOurs = opens(carried.token, trip);
  asking.site = site;
  const returnTo = asked.return ?? (isOurs ? carried.returnTo : undefined);
  if (returnTo !== undefined && !isAdmitted(returnTo, trip, site))
    fail('invalidParameter', 'return: expected an address on an origin that the site allows');
  if (!isOurs && !(await begins(parts, found))) return showOutcome(parts, found, asking);
  const lang = readLanguage(given.param('lang')) ?? (isOurs ? carried.lang : undefined);
  const underWay = { trip, site, token: isOurs ? carried.token : token, returnTo, lang };
  return goOn(parts, underWay, asking, asked.stop === undefined ? undefined : Number(asked.stop));
};

const comeBack = async (
  parts: ServerContext,
  given: ApiRequest,
  asking: Asking,
): Promise<Response> => {
  // Reached inside a frame too, where the person may be as signed in as before.
  if ((given.headers.get('sec-fetch-dest') ?? 'document') !== 'document')
    fail('invalidRequest', 'sec-fetch-dest: expected a page of its own, not one inside another');
  const underWay = await findTripUnderWay(parts, readCookie(given));
  const found = await findStop(given.param('state') ?? given.param('RelayState'), parts, underWay);
  const site = found && parts.sites.get(found.trip.site);
  if (!site || !found.trip.stops[found.index]?.leftAt) return overPage(await toReader(asking));
  asking.site = site;
  const { trip, index } = found;
  const isOurs = underWay && Buffer.from(trip.tokenHash).equals(underWay.trip.tokenHash);
  if (trip.stops[index]?.returnedAt === undefined)
    await noteReturn({ trip, site }, index, given, parts);
  else if (isOurs) await noteProbe(underWay, index, given, parts);
  // Only the browser that set out goes on: what a provider knows of the trip must not open the next one's page.
  if (isOurs) return goOn(parts, underWay, asking);
  // A form from another site carries no cookie of ours; the page after it does.
  if (given.httpMethod === 'GET' || underWay) return pausedPage(await toReader(asking));
  const location = `${site.publicUrl}/leave/next`;
  return new Response(null, { status: 303, headers: { ...pageHeaders, Location: location } });
};

const next = async (
  parts: ServerContext,
  given: ApiRequest,
  asking: Asking,
  gate: Gate,
): Promise<Response> => {
  const underWay = await findTripUnderWay(parts, readCookie(given));
  asking.site = underWay?.site ?? asking.site;
  if (underWay) return goOn(parts, underWay, asking);
  await gate.unproved(undefined, 'trip', false);
  return pausedPage(await toReader(asking));
};

const answer = async (
  parts: ServerContext,
  request: Request,
  asking: Asking,
  gate: Gate,
): Promise<Response> => {
  const last = new URL(request.url).pathname.split('/').at(-1) ?? '';
  if (request.method !== 'GET' && !(last === 'return' && request.method === 'POST'))
    return fail('unknownMethod', 'method: expected GET');
  const given: ApiRequest = await readRequest(request);
  const carried = readCookie(given).lang;
  const named = readLanguage(given.param('lang'));
  // On the way back the address is the provider's.
  asking.lang = last === 'return' ? (carried ?? named) : (named ?? carried);
  if (last === 'return') return comeBack(parts, given, asking);
  return last === 'next' ? next(parts, given, asking, gate) : setOut(parts, given, last, asking);
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
    const site = onlySite(parts.sites);
    const asking: Asking = { headers: request.headers, lang: undefined, site };
    try {
      const answered = await answer(parts, request, asking, gate);
      // Nobody who knows the way asks for trips that are not there.
      if (answered.status === 404) await gate.unproved(undefined, 'trip', true);
      return answered;
    } catch (error) {
      // The path holds the token.
      if (!isOutroError(error)) parts.logError({ callId, path: '/leave', error });
      const refusal = toRefusal(error, callId);
      const refused = await refusalPage(await toReader(asking), refusal);
      if (refusal.failure === 'apiRateLimitExceeded')
        refused.headers.set('Retry-After', String(gate.retryAfter()));
      if (refusal.failure === 'unknownMethod') refused.headers.set('Allow', 'GET');
      return refused;
    }
  };
