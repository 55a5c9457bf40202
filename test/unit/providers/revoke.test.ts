import { describe, expect, it } from 'vitest';
import {
  providers,
  type ProviderRow,
  type RevokeRequest,
} from '../../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);
const requests = rows.flatMap(([id, { revoke }]): [string, RevokeRequest][] =>
  revoke?.by === 'request' ? [[id, revoke]] : [],
);
const idsWhere = (test: (request: RevokeRequest) => boolean): string[] =>
  requests.filter(([, request]) => test(request)).map(([id]) => id);
const revokeOf = (id: keyof typeof providers): ProviderRow['revoke'] => providers[id].revoke;

const textsOf = ({ url, authorization = '', form, json, headers }: RevokeRequest): string[] => [
  url,
  authorization,
  ...[form, json, headers].flatMap((texts) => Object.values(texts ?? {})),
];
const known = ['accessToken', 'refreshToken', 'token', 'providerUid', 'clientId', 'clientSecret'];

describe('the revoke column of the provider table', () => {
  it('says of every provider how a permission is taken back, or why not', () => {
    for (const [id, { revoke }] of rows) {
      if (!revoke) expect.fail(`${id} has no revoke`);
      if (revoke.by === 'request') continue;
      expect(revoke.reason, id).toMatch(/^\S.{10,110}[^.\s]$/);
      if (revoke.url !== undefined) expect(new URL(revoke.url).protocol, id).toBe('https:');
    }
  });

  it.each(requests)('%s is one https request with nothing but known placeholders', (_, request) => {
    const texts = textsOf(request).join('\n');
    const names = [...texts.matchAll(/\{(.*?)\}/g)].map(([, name]) => name);
    for (const name of names) expect([...known, 'tenant', 'revocationEndpoint']).toContain(name);
    expect(texts.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    // What identifies the person or the token must be in it.
    expect(texts).toMatch(/\{(accessToken|refreshToken|token|providerUid)\}/);

    // Discovery gives whole addresses only.
    if (request.url !== '{revocationEndpoint}') {
      const { protocol, username, hash, host } = new URL(request.url.replace(/\{\w+\}/g, 'x'));
      expect([protocol, username, hash]).toEqual(['https:', '', '']);
      // Only a tenant may stand for a host, and it is the whole of it.
      expect(request.url).toMatch(
        host === 'x' ? /^https:\/\/\{tenant\}\// : /^https:\/\/[\w.-]+\//,
      );
    }

    expect([request.form, request.json].filter(Boolean).length).toBeLessThanOrEqual(1);
    if (request.method === 'GET') expect(request.form ?? request.json).toBeUndefined();
    expect(['documented', 'seen in code']).toContain(request.confidence);
    // Without {token} the second round would repeat the first.
    if (request.eachToken) expect(texts).toContain('{token}');
  });

  it.each(requests)('%s has patterns that compile and match no plain success', (_, request) => {
    for (const pattern of [request.already, request.refused]) {
      if (pattern === undefined) continue;
      // The backend looks for placeholders in the whole request, patterns included.
      expect(pattern).not.toMatch(/\{\w+\}/);
      const expression = new RegExp(pattern, 'is');
      for (const body of [
        '',
        '{}',
        'true',
        'null',
        '{"ok":true,"revoked":true}',
        '{"success":true}',
      ])
        expect(expression.test(pattern === request.already ? `200 ${body}` : body)).toBe(false);
    }
  });

  it('has as many calls as the reference counts, but for two', () => {
    // providers.json: "32 of 64 entries have a call; 15 remove the grant, 17 only the token (aliases counted)".
    // Grant: not entra, whose call needs an administrator and the id of the grant.
    // Token: not aol, of which nobody has said so.
    expect(rows).toHaveLength(64);
    expect(requests).toHaveLength(32 - 2);
    expect(idsWhere(({ removes }) => removes === 'grant')).toHaveLength(15 - 1);
    expect(idsWhere(({ removes }) => removes === 'token')).toHaveLength(17 - 1);
    for (const id of ['entra', 'aol'] as const) expect(revokeOf(id)).toMatchObject({ by: 'none' });
    expect(idsWhere(({ removes }) => removes === 'grant').toSorted()).toEqual(
      'apple blogger facebook github google googleplus kakao line naver sina strava tiktok vkontakte zoom'.split(
        ' ',
      ),
    );
  });

  it('revokes aliases at the provider they stand for', () => {
    expect([revokeOf('googleplus'), revokeOf('blogger')]).toEqual([
      revokeOf('google'),
      revokeOf('google'),
    ]);
  });
});

describe('rows spelled out', () => {
  it('facebook: with the access token of the app', () => {
    expect(revokeOf('facebook')).toEqual({
      by: 'request',
      method: 'DELETE',
      url: 'https://graph.facebook.com/{providerUid}/permissions?access_token={clientId}%7C{clientSecret}',
      removes: 'grant',
      already: String.raw`^4\d\d .*"error_subcode"\s*:\s*458\b`,
      refused: String.raw`^\s*false|"success"\s*:\s*false`,
      confidence: 'documented',
    });
  });

  it('google: possession of the token is enough', () => {
    expect(revokeOf('google')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://oauth2.googleapis.com/revoke',
      form: { token: '{token}' },
      removes: 'grant',
      already: String.raw`^400 .*"error"\s*:\s*"invalid_token"`,
      confidence: 'documented',
    });
  });

  it('github: JSON body on DELETE', () => {
    expect(revokeOf('github')).toEqual({
      by: 'request',
      method: 'DELETE',
      url: 'https://api.github.com/applications/{clientId}/grant',
      authorization: 'basic',
      json: { access_token: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('slack: errors with status 200', () => {
    expect(revokeOf('slack')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://slack.com/api/auth.revoke',
      authorization: 'Bearer {accessToken}',
      removes: 'token',
      already: String.raw`^200 .*"error"\s*:\s*"(token_revoked|account_inactive)"`,
      refused: String.raw`"(ok|revoked)"\s*:\s*false`,
      confidence: 'seen in code',
    });
  });

  it('twitch: client id without secret', () => {
    expect(revokeOf('twitch')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://id.twitch.tv/oauth2/revoke',
      form: { client_id: '{clientId}', token: '{accessToken}' },
      removes: 'token',
      already: '^400 .*"invalid token"',
      confidence: 'documented',
    });
  });

  it('line: a channel access token as client secret', () => {
    expect(revokeOf('line')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://api.line.me/user/v1/deauthorize',
      authorization: 'Bearer {clientSecret}',
      json: { userAccessToken: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('kakao: the admin key as client secret', () => {
    expect(revokeOf('kakao')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://kapi.kakao.com/v1/user/unlink',
      authorization: 'KakaoAK {clientSecret}',
      form: { target_id_type: 'user_id', target_id: '{providerUid}' },
      removes: 'grant',
      already: String.raw`^400 .*"code"\s*:\s*-101\b`,
      confidence: 'documented',
    });
  });

  it('apple: a signed token as client secret', () => {
    expect(revokeOf('apple')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://appleid.apple.com/auth/revoke',
      form: { client_id: '{clientId}', client_secret: '{clientSecret}', token: '{token}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('discord: RFC 7009 with each token', () => {
    expect(revokeOf('discord')).toEqual({
      by: 'request',
      method: 'POST',
      url: 'https://discord.com/api/oauth2/token/revoke',
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    });
  });
});

describe('answers of providers', () => {
  const matches = (
    id: keyof typeof providers,
    kind: 'already' | 'refused',
    text: string,
  ): boolean => {
    const revoke = revokeOf(id);
    const pattern = revoke?.by === 'request' ? revoke[kind] : undefined;
    return pattern !== undefined && new RegExp(pattern, 'is').test(text);
  };

  it.each([
    ['twitch', '400 {"status":400,"message":"Invalid token"}'],
    [
      'dropbox',
      '401 {"error_summary":"invalid_access_token/..","error":{".tag":"invalid_access_token"}}',
    ],
    ['twitter', '401 {"errors":[{"code":89,"message":"Invalid or expired token."}]}'],
    [
      'google',
      '400 {\n  "error": "invalid_token",\n  "error_description": "Token expired or revoked"\n}',
    ],
    ['facebook', '400 {"error":{"type":"OAuthException","code":190,"error_subcode":458}}'],
    ['slack', '200 {"ok":false,"error":"token_revoked"}'],
    ['kakao', '400 {"msg":"NotRegisteredUserException","code":-101}'],
  ] as const)('%s: gone before', (id, text) => {
    expect(matches(id, 'already', text)).toBe(true);
  });

  it.each([
    ['twitch', '404 {"status":404,"message":"client does not exist"}'],
    // Tokens that ran out; the permission stays.
    [
      'dropbox',
      '401 {"error_summary":"expired_access_token/.","error":{".tag":"expired_access_token"}}',
    ],
    ['facebook', '400 {"error":{"type":"OAuthException","code":190,"error_subcode":463}}'],
    ['facebook', '400 {"error":{"type":"OAuthException","code":190}}'],
    ['twitter', '401 {"errors":[{"code":890}]}'],
    ['google', '400 {"error":"invalid_request"}'],
    ['slack', '200 {"ok":false,"error":"invalid_auth"}'],
    ['kakao', '400 {"msg":"dormant","code":-103}'],
  ] as const)('%s: no proof that it is gone', (id, text) => {
    expect(matches(id, 'already', text)).toBe(false);
  });

  it.each([
    ['slack', '{"ok":false,"error":"invalid_auth"}'],
    ['slack', '{"ok": true, "revoked": false}'],
    ['facebook', 'false'],
    ['facebook', '{"success":false}'],
    ['naver', '{"error":"invalid_request","error_description":"no valid data"}'],
    ['tiktok', '{"error":"invalid_request","error_description":"…","log_id":"1"}'],
    ['vkontakte', '{"error":"invalid_token"}'],
    ['sina', '{"result":"false"}'],
  ] as const)('%s: refused with status 200', (id, body) => {
    expect(matches(id, 'refused', body)).toBe(true);
  });

  it.each([
    ['naver', '{"access_token":"…","result":"success"}'],
    ['vkontakte', '{"response":1}'],
    ['sina', '{"result":"true"}'],
    ['tiktok', '{}'],
  ] as const)('%s: success is no refusal', (id, body) => {
    expect(matches(id, 'refused', body)).toBe(false);
  });
});
