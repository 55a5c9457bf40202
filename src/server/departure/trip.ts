import { Buffer } from 'node:buffer';
import { parse as parseCookies, serialize } from 'hono/utils/cookie';
import type { ServerContext } from '../caller/context.ts';
import { hashToken, outcomeTokenOf } from '../config/token.ts';
import type { Site } from '../config/sites.ts';
import type { Trip } from '../exits/trip.ts';
import { readLanguage } from '../wire/page-language.ts';

/** A trip under way in this browser, which alone can go on with it. */
export interface TripUnderWay {
  trip: Trip;
  site: Site;
  token: string;
  /** Where the trip ends, if the page that began it said so. */
  returnTo: string | undefined;
  /** The language of its pages, if the page that began it said so. */
  lang: string | undefined;
}

/** What the cookie of a request says. */
export type CarriedTrip = Pick<TripUnderWay, 'token' | 'returnTo' | 'lang'>;

const cookieName = 'outro_leave';

// Seconds; a trip lives no longer.
const cookieTime = 900;

/** The cookie by which this browser, and no other, goes on with a trip. */
export const writeCookie = (
  { site, token, returnTo, lang = '' }: TripUnderWay,
  maxAge = cookieTime,
): string => {
  const { protocol, pathname } = new URL(site.publicUrl);
  const carried = returnTo === undefined ? '' : Buffer.from(returnTo).toString('base64url');
  return serialize(cookieName, [token, carried, lang].join('.'), {
    httpOnly: true,
    secure: protocol === 'https:',
    sameSite: 'Lax',
    path: `${pathname.replace(/\/$/, '')}/leave`,
    maxAge,
  });
};

/** What the cookie of a request says. */
export const readCookie = ({ headers }: { headers: Headers }): CarriedTrip => {
  const text = headers.get('cookie') ?? '';
  const [token = '', carried, lang] = parseCookies(text, cookieName)[cookieName]?.split('.') ?? [];
  const returnTo = carried ? Buffer.from(carried, 'base64url').toString() : undefined;
  return { token, returnTo, lang: readLanguage(lang) };
};

/** Whether a trip may end at an address; judged as a browser will read it: a user name or `blob:` pretends before that. */
export const isAdmitted = (text: string, { origin }: Trip, site: Site): boolean => {
  if (text.length > 2000 || !URL.canParse(text)) return false;
  const { href } = new URL(text);
  return [origin, ...site.origins, ...site.redirects].some((one) => href.startsWith(`${one}/`));
};

/** A trip of which somebody knows the address. */
export interface KnownTrip {
  trip: Trip;
  site: Site;
  /** The address is the one by which the trip begins, and not the one that says its outcome. */
  isBeginning: boolean;
}

/** The trip that an address is about. */
export const findTrip = async (
  { sites, store }: ServerContext,
  token: string,
): Promise<KnownTrip | undefined> => {
  const own = await store.exits.readTrip(hashToken(outcomeTokenOf(token)));
  const trip = own ?? (await store.exits.readTrip(hashToken(token)));
  const site = trip && sites.get(trip.site);
  return trip && site && { trip, site, isBeginning: own !== undefined };
};

/** Whether a token is the one of a trip. */
export const opens = (token: string, { tokenHash }: Trip): boolean =>
  Buffer.from(hashToken(outcomeTokenOf(token))).equals(tokenHash);

/** The trip that a token opens. */
export const findTripUnderWay = async (
  { sites, store }: ServerContext,
  carried: CarriedTrip,
): Promise<TripUnderWay | undefined> => {
  const trip = await store.exits.readTrip(hashToken(outcomeTokenOf(carried.token)));
  const site = trip && sites.get(trip.site);
  return trip && site && { ...carried, trip, site };
};

/** The stop that a browser has come back from, by what the provider sends along. */
export const findStop = async (
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
