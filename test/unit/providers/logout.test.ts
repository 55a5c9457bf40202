import { describe, expect, it } from 'vitest';
import { providers, type Logout, type ProviderRow } from '../../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);
const ways = rows.flatMap(([id, { logout }]) =>
  logout.map((way, index): [string, Logout] => [`${id} ${index + 1}: ${way.by}`, way]),
);
const logoutOf = (id: keyof typeof providers): readonly Logout[] => providers[id].logout;
const kindsOf = (id: keyof typeof providers): string =>
  logoutOf(id)
    .map(({ by }) => by)
    .join(' ');

const known = 'clientId tenant idToken accessToken returnUrl state endSessionEndpoint'.split(' ');
// Always there once a way is taken.
const given = ['returnUrl', 'state'];
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(.*?)\}/g)].map(([, name = '']) => name);

describe('the logout column of the provider table', () => {
  it('says of every provider what can be done, or why nothing can', () => {
    for (const [id, { logout }] of rows) {
      expect(logout.length, id).toBeGreaterThan(0);
      // What follows a refusal or a link is never reached.
      for (const way of logout.slice(0, -1))
        expect(['script', 'frame', 'visit', 'saml'], id).toContain(way.by);
      if (logout.length > 1) expect(logout.at(-1)?.by, id).not.toBe('none');
      for (const way of logout)
        if ('reason' in way) expect(way.reason, id).toMatch(/^\S.{10,110}[^.\s]$/);
    }
  });

  it.each(ways)('%s is well-formed', (_, way) => {
    if (way.by === 'none') return;
    expect(['documented', 'seen in code']).toContain(way.confidence);
    if (way.by === 'script') expect(way.call).toMatch(/^\w+(\.\w+)+$/);
    if (!('url' in way)) return;
    const { protocol, username, hash } = new URL(
      way.url === '{endSessionEndpoint}' ? 'https://x' : way.url.replace(/\{\w+\}/g, 'x'),
    );
    expect([protocol, username, hash]).toEqual(['https:', '', '']);
    // A person follows a link as it stands.
    if (way.by === 'link') expect(namesIn(way.url)).toEqual([]);
  });

  it.each(ways)('%s needs what its address cannot do without', (_, way) => {
    if (way.by !== 'visit' && way.by !== 'frame') return;
    const texts = [way.url, ...(way.by === 'visit' ? Object.values(way.parameters) : [])].join(' ');
    const needs = way.needs ?? [];
    for (const name of [...namesIn(texts), ...needs]) expect(known).toContain(name);
    expect(texts.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    expect(namesIn(texts)).toEqual(expect.arrayContaining([...needs]));
    for (const name of namesIn(way.url)) if (!given.includes(name)) expect(needs).toContain(name);
    if (way.by === 'visit') expect(Object.values(way.parameters)).toContain('{returnUrl}');
  });

  it('puts an ID token into an address only where a form would end nothing: at PayPal, and where cookies may be Lax', () => {
    const inAddress = rows.filter(([, { logout }]) =>
      logout.some(
        (way) =>
          (way.by === 'visit' &&
            way.method === 'GET' &&
            Object.values(way.parameters).includes('{idToken}')) ||
          ('url' in way && way.url.includes('{idToken}')),
      ),
    );
    expect(inAddress.map(([id]) => id)).toEqual(['paypal', 'oidc']);
  });

  it('claims nothing where the reference has nothing but unverified facts', () => {
    for (const id of ['aol', 'spotify', 'instagram', 'apple'] as const)
      expect(kindsOf(id)).toBe('none');
    for (const [id, row] of rows)
      if (row.confidence === 'unverified')
        expect([row.logout.map(({ by }) => by), row.revoke?.by, row.hears], id).toEqual([
          ['none'],
          'none',
          undefined,
        ]);
  });
});

describe('ways spelled out', () => {
  it('facebook: its script, else the page behind it with the access token in a frame', () => {
    expect(logoutOf('facebook')).toEqual([
      {
        by: 'script',
        call: 'FB.logout',
        answers: true,
        ends: 'provider-session',
        reason:
          'Facebook answered; a person who was signed in there before using this app stays so',
        confidence: 'documented',
      },
      {
        by: 'frame',
        url: 'https://www.facebook.com/logout.php?next={returnUrl}&access_token={accessToken}',
        needs: ['accessToken'],
        confidence: 'seen in code',
      },
    ]);
  });

  it('google: never out of all of Google by itself', () => {
    expect(kindsOf('google')).toBe('script link');
    expect(logoutOf('google')[0]).toMatchObject({
      call: 'google.accounts.id.disableAutoSelect',
      ends: 'site',
    });
    expect(logoutOf('google')[1]).toMatchObject({ url: 'https://accounts.google.com/Logout' });
    expect([logoutOf('googleplus'), logoutOf('blogger')]).toEqual([
      logoutOf('google'),
      logoutOf('google'),
    ]);
  });

  it('yahoo: a frame, else the person', () => {
    expect(logoutOf('yahoo').map((way) => 'url' in way && way.url)).toEqual([
      'https://login.yahoo.com/config/login?logout=1&.done={returnUrl}',
      'https://login.yahoo.com/config/login?logout=1',
    ]);
  });

  it.each([
    ['messenger', 'https://login.microsoftonline.com/consumers/oauth2/v2.0/logout', undefined],
    ['entra', 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/logout', ['tenant']],
    ['auth0', 'https://{tenant}/oidc/logout', ['tenant']],
    ['salesforce', 'https://{tenant}/services/auth/idp/oidc/logout', ['tenant']],
    ['okta', '{endSessionEndpoint}', ['endSessionEndpoint', 'idToken']],
    ['keycloak', '{endSessionEndpoint}', ['endSessionEndpoint']],
    ['oidc', '{endSessionEndpoint}', ['endSessionEndpoint']],
  ] as const)('%s: RP-initiated logout', (id, url, needs) => {
    expect(logoutOf(id)).toEqual([
      {
        by: 'visit',
        url,
        method: id === 'oidc' ? 'GET' : 'POST',
        parameters: {
          id_token_hint: '{idToken}',
          client_id: '{clientId}',
          post_logout_redirect_uri: '{returnUrl}',
          state: '{state}',
        },
        ...(needs && { needs }),
        confidence: 'documented',
      },
    ]);
  });

  it.each([
    ['cognito', 'https://{tenant}/logout', { client_id: '{clientId}', logout_uri: '{returnUrl}' }],
    [
      'kakao',
      'https://kauth.kakao.com/oauth/logout',
      { client_id: '{clientId}', logout_redirect_uri: '{returnUrl}', state: '{state}' },
    ],
    [
      'paypal',
      'https://www.paypal.com/webapps/auth/protocol/openidconnect/v1/endsession',
      { id_token: '{idToken}', redirect_uri: '{returnUrl}', logout: 'true' },
    ],
  ] as const)('%s: its own logout page, by GET', (id, url, parameters) => {
    expect(logoutOf(id)[0]).toMatchObject({ by: 'visit', url, parameters, method: 'GET' });
  });
});
