import { providerRow, type Logout } from '../../providers/providers.ts';
import type { Discovery } from '../outbound/discovery.ts';
import { namesIn, type Values } from '../outbound/templates.ts';
import type { Site } from '../config/sites.ts';

/** How a provider can be left, in order: as the site configured it, else as the provider table says. */
export const waysOf = (site: Site, provider: string): readonly Logout[] =>
  site.providers[provider]?.logout ?? providerRow(provider)?.logout ?? [];

/** A way whose page the browser visits on a trip. */
export type VisitWay = Extract<Logout, { by: 'visit' | 'saml' }>;

/** Whether a way is a stop of a trip. */
export const isVisit = (way: Logout): way is VisitWay => way.by === 'visit' || way.by === 'saml';

/** Address to which logout pages send the browser back; the site registers it at its providers. */
export const returnAddress = (site: Site): string => `${site.publicUrl}/leave/return`;

// Milliseconds that the person waits for a discovery document: leaving is not to be slow for it.
const discoveryLimit = 1000;

const notGiven: Record<string, string> = {
  idToken: 'the site has given outro no ID token of this sign-in',
  accessToken: 'the site has given outro no token of this person',
};

const reasonFor = (name: string): string =>
  notGiven[name] ?? `the site has not configured ${name} for this provider`;

/**
 * Gathers what the texts of a way are filled with. What the way cannot do without and nobody knows is `missing`: the
 * reason why it is passed over.
 *
 * @param given values that belong to the person and the trip.
 */
export const gatherValues = async (
  way: VisitWay | Extract<Logout, { by: 'frame' }>,
  given: Values,
  configured: Partial<Site['providers'][string]> = {},
  discovery: Discovery,
): Promise<{ values: Values; missing?: string | undefined }> => {
  const { clientId, tenant, issuer } = configured;
  const values: Values = { ...given, clientId, tenant };
  if (way.by === 'saml') return { values, ...(!configured.saml && { missing: reasonFor('saml') }) };
  const needed = [...(way.needs ?? []), ...namesIn(way.url)];
  if (needed.includes('endSessionEndpoint')) {
    if (issuer === undefined) return { values, missing: reasonFor('issuer') };
    const found = await discovery(issuer, discoveryLimit).catch(() => undefined);
    if (!found) return { values, missing: 'its discovery document could not be read in time' };
    values['endSessionEndpoint'] = found.endSessionEndpoint;
    if (!found.endSessionEndpoint)
      return { values, missing: 'its discovery document names no logout page' };
  }
  const unset = needed.find((name) => values[name] === undefined);
  return { values, missing: unset && reasonFor(unset) };
};
