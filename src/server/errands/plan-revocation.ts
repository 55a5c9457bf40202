import { pageOf, providerRow, type Revoke, type RevokeRequest } from '../../providers/providers.ts';
import type { Site } from '../config/sites.ts';
import { namesIn } from '../outbound/templates.ts';
import type { Identity } from '../rules/account.ts';
import type { PlanRevocation, RevocationPlan } from '../rules/what-is-left.ts';

/** How a site takes permissions back at a provider: as it configured, else as the provider table says. */
export const revokeOf = (site: Site, provider: string): Revoke | undefined =>
  site.providers[provider]?.revoke ?? providerRow(provider)?.revoke;

const placeholders = new WeakMap<RevokeRequest, readonly string[]>();

/** Names of the placeholders that a request has. */
export const placeholdersOf = (request: RevokeRequest): readonly string[] => {
  const known = placeholders.get(request);
  if (known) return known;
  const basic = request.authorization === 'basic' ? '{clientId}{clientSecret}' : '';
  const names = namesIn(basic + JSON.stringify({ ...request, answers: undefined }));
  placeholders.set(request, names);
  return names;
};

const nothingKnown = 'no way to take this permission back is known to outro';

/** What of its configuration a site has left out that the request needs, in words. */
export const unsetOf = (
  request: RevokeRequest,
  site: Site,
  provider: string,
): string | undefined => {
  const configured: Record<string, unknown> = site.providers[provider] ?? {};
  const unset = placeholdersOf(request)
    .map((name) => (name === 'revocationEndpoint' ? 'issuer' : name))
    .find((name) => /^(client|tenant|issuer)/.test(name) && !configured[name]);
  return unset && `the site has not configured ${unset} for this provider`;
};

const lacksToken = (
  request: RevokeRequest,
  { sealedTokens }: Pick<Identity, 'sealedTokens'>,
): string | undefined =>
  placeholdersOf(request).some((name) => /token$/i.test(name)) && sealedTokens === undefined
    ? 'the site has given outro no token of this person'
    : undefined;

// One half of the credentials without the other is a slip, which the site can put right while the tokens wait.
const isHalfConfigured = ({ providers }: Site, provider: string): boolean => {
  const { clientId, clientSecret } = providers[provider] ?? {};
  return Boolean(clientId) !== Boolean(clientSecret);
};

const missing = (
  request: RevokeRequest,
  site: Site,
  identity: Pick<Identity, 'provider' | 'sealedTokens'>,
): string | undefined =>
  lacksToken(request, identity) ??
  (isHalfConfigured(site, identity.provider)
    ? undefined
    : unsetOf(request, site, identity.provider));

/**
 * Plans how a permission is taken back. Pure: `pending` until somebody has seen the provider's answer.
 *
 * @see design.md section 3
 */
export const planRevocation =
  (site: Site): PlanRevocation =>
  (identity) => {
    const revoke = revokeOf(site, identity.provider);
    const page = pageOf(identity.provider);
    if (revoke?.by !== 'request') {
      // That a site has configured no way does not mean that only the person has one.
      const isConfigured = site.providers[identity.provider]?.revoke !== undefined;
      const { reason = nothingKnown, url = isConfigured ? undefined : page.url } = revoke ?? {};
      return {
        isErrand: false,
        steps: [
          url
            ? { step: 'grant', status: 'needs-user', reason, url }
            : { step: 'grant', status: 'unsupported', reason, ...page },
        ],
      };
    }
    if (identity.lockedTokens !== undefined)
      return {
        isErrand: false,
        steps: [{ step: 'grant', status: 'needs-user', reason: identity.lockedTokens, ...page }],
      };
    const reason = missing(revoke, site, identity);
    const listed: RevocationPlan['steps'][number] = {
      step: 'grant',
      status: 'unsupported',
      reason: 'this provider takes back tokens only; the site stays listed in the settings there',
      ...page,
    };
    const rest = revoke.removes === 'token' ? [listed] : [];
    return reason
      ? {
          isErrand: false,
          steps: [{ step: revoke.removes, status: 'unsupported', reason, ...page }, ...rest],
        }
      : { isErrand: true, steps: [{ step: revoke.removes, status: 'pending' }, ...rest] };
  };

/** Whether a provider takes back tokens one by one, so that the permission and its other tokens stay. */
export const takesBackTokens = (
  site: Site,
  of: Pick<Identity, 'provider' | 'sealedTokens'>,
): boolean => {
  const revoke = revokeOf(site, of.provider);
  return revoke?.by === 'request' && revoke.removes === 'token' && !missing(revoke, site, of);
};
