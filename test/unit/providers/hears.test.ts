// The rows of what providers tell unasked: each well-formed, and no more of them than is known.
import { describe, expect, it } from 'vitest';
import type { Hears, Webhook } from '../../../src/providers/row.ts';
import { providers, type ProviderRow } from '../../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);
const hears = rows.flatMap(([id, row]) => (row.hears ?? []).map((one) => [id, one] as const));
const isWebhook = (entry: readonly [string, Hears]): entry is [string, Webhook] =>
  entry[1].kind === 'webhook';

// What the reference has as documented or seen in code. TikTok's and Zoom's signatures, which it leaves open, are in
// the vendors' own pages. Left out as unverified: X, Twitch, Sina Weibo, Slack's app_uninstalled, Keycloak's frames.
const known: Record<string, string> = {
  facebook: 'deauthorize data-deletion',
  instagram: 'deauthorize data-deletion',
  google: 'security-event',
  messenger: 'front-channel',
  wechat: 'webhook',
  saml: 'saml',
  apple: 'security-event',
  github: 'webhook',
  discord: 'webhook',
  slack: 'webhook',
  tiktok: 'webhook',
  kakao: 'webhook',
  naver: 'webhook',
  entra: 'front-channel',
  auth0: 'logout-token',
  keycloak: 'logout-token',
  oidc: 'logout-token front-channel',
  zoom: 'webhook',
  strava: 'webhook',
};

describe('what is heard of each provider', () => {
  it('is what is known, and one row per address', () => {
    const kinds = (id: string) =>
      hears.flatMap(([one, { kind }]) => (one === id ? [kind] : [])).join(' ');
    const found = rows.flatMap(([id]) => (kinds(id) ? [[id, kinds(id)]] : []));
    expect(Object.fromEntries(found)).toEqual(known);
    const addresses = hears.map(([id, { kind }]) => `${id}/${kind}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it.each(hears.filter(isWebhook))('%s: its texts name places that exist', (_, row) => {
    const places = [...JSON.stringify(row).matchAll(/\{((?:[a-z]+\.)?[\w.-]+)\}/g)];
    expect(places.length).toBeGreaterThan(1);
    for (const [, place = ''] of places)
      expect(place).toMatch(
        /^(body|hmac|path\.key|(header|query)\.[\w.-]+|field\.[\w.]+|setting\.(clientId|clientSecret|secret|publicKey|appId|subscriptionId))$/,
      );
  });

  it.each(hears.filter(isWebhook))('%s: its conditions are regular expressions', (_, row) => {
    const { challenge, unreadable, events } = row;
    const all = [...events, ...(challenge ? [challenge] : []), ...(unreadable ? [unreadable] : [])];
    for (const pattern of all.flatMap(({ when }) => Object.values(when)))
      expect(() => new RegExp(`^(?:${pattern})$`, 's')).not.toThrow();
  });

  it('every webhook tells a message from its repetition, but those that name none', () => {
    for (const [id, row] of hears.filter(isWebhook))
      expect([id, row.once === undefined]).toEqual([id, ['kakao', 'strava'].includes(id)]);
  });
});
