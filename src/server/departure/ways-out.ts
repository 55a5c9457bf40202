import type { Logout } from '../../providers/row.ts';
import type { Discovery } from '../outbound/discovery.ts';
import { namesIn, type Values } from '../outbound/templates.ts';
import type { Site } from '../config/sites.ts';

/** A way whose page the browser visits on a trip. */
export type VisitWay = Extract<Logout, { by: 'visit' | 'saml' }>;

/** Whether a way is a stop of a trip. */
export const isVisit = (way: Logout): way is VisitWay => way.by === 'visit' || way.by === 'saml';

/** Address to which logout pages send the browser back; the site registers it at its providers. */
export const returnAddress = (site: Site): string => `${site.publicUrl}/leave/return`;

/** Bytes of an address at most: some servers and proxies on the way take no longer ones. */
export const addressAtMost = 6 * 1024;

// Milliseconds that the person waits for a discovery document: leaving is not to be slow for it.
const discoveryLimit = 1000;

const notGiven: Record<string, string> = {
  idToken: 'the site has given outro no ID token of this sign-in',
  accessToken: 'the site has given outro no token of this person',
};

const reasonFor = (name: string): string =>
  notGiven[name] ?? `the site has not configured ${name} for this provider`;

/** A way whose texts are filled with what is known of person, site and provider. */
export type FilledWay = VisitWay | Extract<Logout, { by: 'frame' }>;

/** What a way's texts are filled with; what it cannot do without and nobody knows is `missing`, as a reason. */
export interface WayValues {
  values: Values;
  missing?: string | undefined;
}

const needs = new WeakMap<FilledWay, string[]>();

// Ways are rows of the table and of the configuration: each is read once.
const needsOf = (way: Exclude<FilledWay, { by: 'saml' }>): string[] => {
  const found = needs.get(way) ?? [...(way.needs ?? []), ...namesIn(way.url)];
  needs.set(way, found);
  return found;
};

/** Whether the provider itself has to be asked before a way can be gone. */
export const needsDiscovery = (way: Logout): boolean =>
  (way.by === 'frame' || way.by === 'visit') && needsOf(way).includes('endSessionEndpoint');

/** Gathers what a way is filled with, where nobody has to be asked. */
export const valuesOf = (
  way: FilledWay,
  given: Values,
  configured: Partial<Site['providers'][string]> = {},
): WayValues => {
  const { clientId, tenant } = configured;
  const values: Values = { ...given, clientId, tenant };
  if (way.by === 'saml') return { values, ...(!configured.saml && { missing: reasonFor('saml') }) };
  const unset = needsOf(way).find((name) => values[name] === undefined);
  return { values, missing: unset && reasonFor(unset) };
};

/**
 * Gathers what the texts of a way are filled with. What the way cannot do without and nobody knows is `missing`: the
 * reason why it is passed over.
 *
 * @param given values that belong to the person and the trip.
 */
export const gatherValues = async (
  way: FilledWay,
  given: Values,
  configured: Partial<Site['providers'][string]> = {},
  discovery: Discovery,
): Promise<WayValues> => {
  if (!needsDiscovery(way)) return valuesOf(way, given, configured);
  const { issuer } = configured;
  if (issuer === undefined) return { values: given, missing: reasonFor('issuer') };
  const found = await discovery(issuer, discoveryLimit).catch(() => undefined);
  if (!found) return { values: given, missing: 'its discovery document could not be read in time' };
  const { endSessionEndpoint } = found;
  if (endSessionEndpoint === undefined)
    return { values: given, missing: 'its discovery document names no logout page' };
  return valuesOf(way, { ...given, endSessionEndpoint }, configured);
};
