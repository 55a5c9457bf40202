import { Buffer } from 'node:buffer';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { fill, fillAddress, namesIn, type Values } from '../outbound/templates.ts';
import type { ApiRequest } from '../wire/request.ts';
import type { ServerContext } from '../caller/context.ts';
import { logoutRequestAddress, readLogoutAnswer } from './saml.ts';
import type { Site } from '../config/sites.ts';
import { idTokenPlace, type Trip, type TripStop } from '../exits/trip.ts';
import { addressAtMost, gatherValues, isVisit, returnAddress, type VisitWay } from './ways-out.ts';
import { waysOf } from './ways-of.ts';

/** A logout page to send the browser to: by a form with these fields, else by its address alone. */
export interface Visit {
  url: string;
  fields?: Record<string, string>;
  /** The ID token was left out, since the address would be too long with it. */
  isHintLeftOut?: true;
}

/** What a provider is given to send back: a trip is known to it by what it is stored under, which does not open it. */
export const stateOf = ({ tokenHash }: Trip, index: number): string =>
  `${Buffer.from(tokenHash).toString('base64url')}.${index}`;

const openIdToken = (
  { provider, providerUid, sealedIdToken }: TripStop,
  site: Site,
  { keyring }: ServerContext,
): string | undefined =>
  sealedIdToken === undefined
    ? undefined
    : (keyring.open(sealedIdToken, idTokenPlace({ site: site.apiKey, provider, providerUid })) ??
      fail('serverError', 'the ID token does not open with the configured keys'));

/** `undefined` where the address is too long, and nothing can be left out. */
const fillVisit = (way: Extract<VisitWay, { by: 'visit' }>, values: Values): Visit | undefined => {
  const url = new URL(fillAddress(way.url, values));
  const known = Object.entries(way.parameters).filter(([, text]) =>
    namesIn(text).every((name) => values[name] !== undefined),
  );
  const fields = Object.fromEntries(known.map(([name, text]) => [name, fill(text, values)]));
  const byForm: Visit = { url: url.href, fields };
  if (way.method === 'POST') return byForm;
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  if (url.href.length <= addressAtMost) return { url: url.href };
  if (way.longByForm) return byForm;
  if (values['idToken'] === undefined || way.needs?.includes('idToken')) return undefined;
  const without = fillVisit(way, { ...values, idToken: undefined });
  return without && { ...without, isHintLeftOut: true };
};

/**
 * Prepares the visit of a stop: by the first way whose needs are met.
 *
 * @param again the person tries once more: some providers know nobody in a form that another site sends, since their
 *   cookies stay away from it. By address, without the ID token, they ask the person instead.
 * @returns `undefined` when none is any more.
 * @throws Error when the ID token does not open with the configured keys
 */
export const prepareVisit = async (
  { trip, site }: { trip: Trip; site: Site },
  index: number,
  again: boolean,
  parts: ServerContext,
): Promise<Visit | undefined> => {
  const stop = trip.stops[index];
  if (!stop) return undefined;
  const given = {
    idToken: openIdToken(stop, site, parts),
    returnUrl: returnAddress(site),
    state: stateOf(trip, index),
  };
  const configured = site.providers[stop.provider];
  for (const way of waysOf(site, stop.provider).filter(isVisit)) {
    const { values, missing } = await gatherValues(way, given, configured, parts.discovery);
    if (missing) continue;
    if (way.by === 'visit') {
      const filled =
        again && !way.needs?.includes('idToken')
          ? fillVisit({ ...way, method: 'GET' }, { ...values, idToken: undefined })
          : fillVisit(way, values);
      if (filled) return filled;
      continue;
    }
    if (configured?.saml) {
      const sessions = await parts.store.exits.providerSessions({
        site: trip.site,
        account: stop.account,
      });
      const sessionIndex = sessions.find(({ id }) => id === stop.providerSession)?.sid;
      const person = { nameId: stop.providerUid, sessionIndex };
      return {
        url: await logoutRequestAddress(configured.saml, given.returnUrl, person, given.state),
      };
    }
  }
  return undefined;
};

/**
 * Notes that the browser has come back from a stop; by a signed answer of an identity provider, also what it says. A
 * forged one proves nothing more than that the browser is here.
 *
 * @param query of the address at which it came back.
 */
export const noteReturn = async (
  { trip, site }: { trip: Trip; site: Site },
  index: number,
  given: ApiRequest,
  { store, logError }: ServerContext,
): Promise<void> => {
  const settings = site.providers[trip.stops[index]?.provider ?? '']?.saml;
  if (settings && given.httpMethod === 'GET' && given.param('SAMLResponse') !== undefined) {
    const address = returnAddress(site);
    const state = stateOf(trip, index);
    const isOver = await readLogoutAnswer(settings, address, given.query, state).catch(
      (error: unknown) => {
        if (!isOutroError(error)) logError({ callId: trip.callId, path: '/leave', error });
      },
    );
    if (isOver !== undefined)
      await store.exits.noteStop(trip.tokenHash, index, isOver ? 'confirmedAt' : 'refusedAt');
  }
  await store.exits.noteStop(trip.tokenHash, index, 'returnedAt');
};
