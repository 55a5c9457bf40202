import { describe, expect, it } from 'vitest';
import { providers, type ProviderRow } from '../../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);

describe('the page of connected apps', () => {
  const pages = rows.flatMap(([id, { connectedApps }]) =>
    connectedApps ? [[id, connectedApps] as const] : [],
  );
  const idsOf = (kind: string): string =>
    pages
      .flatMap(([id, { confidence }]) => (confidence === kind ? [id] : []))
      .toSorted((a, b) => a.localeCompare(b))
      .join(' ');

  it('is known of 29 providers, and how well', () => {
    expect(pages).toHaveLength(29);
    expect(idsOf('documented')).toBe('entra odnoklassniki slack spotify zoom');
    expect(idsOf('seen in code')).toBe(
      'amazon apple bitbucket blogger discord dropbox facebook github gitlab google googleplus instagram kakao linkedin messenger naver qq reddit strava twitch twitter vkontakte wordpress yahoo',
    );
  });

  it.each(pages)('%s: a whole https address that a person can follow as it stands', (id, page) => {
    const { protocol, username, host, href } = new URL(page.url);
    expect([protocol, username, href]).toEqual(['https:', '', page.url]);
    expect(host).toMatch(/^[a-z][\w.-]*\.[a-z]{2,3}$/);
    expect(page.url).not.toMatch(/[{}]/);
    expect(providers[id as keyof typeof providers].confidence).not.toBe('unverified');
  });

  it('stands once in a row, so that it can be wrong in one place only', () => {
    for (const [id, { revoke }] of rows)
      if (revoke?.by === 'none') expect(revoke.url, id).toBeUndefined();
  });

  it('is missing of living providers only where there is no list, or none that a person can open here', () => {
    const living = rows.filter(
      ([, { status, connectedApps, confidence }]) =>
        /alive|changed|renamed/.test(status) && confidence !== 'unverified' && !connectedApps,
    );
    expect(living.map(([id]) => id).toSorted((a, b) => a.localeCompare(b))).toEqual(
      // Sites give the address themselves, as `url` of a configured `revoke`: those of a tenant, and aggregators.
      'auth0 cognito foursquare gigya keycloak line oidc okta paypal salesforce saml sina steam tiktok wechat xing yahoojapan'.split(
        ' ',
      ),
    );
  });

  it('of Google is one, under every name', () => {
    expect([providers.googleplus.connectedApps, providers.blogger.connectedApps]).toEqual([
      providers.google.connectedApps,
      providers.google.connectedApps,
    ]);
  });
});
