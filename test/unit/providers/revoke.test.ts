import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/server/errands/read-answer.ts';
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

  it.each(requests)('%s has answers that compile, with their source', (_, { answers = [] }) => {
    for (const { when, reason, source } of answers) {
      expect(() => new RegExp(when, 'is')).not.toThrow();
      // Over `status body`, and of one kind of status each.
      expect(when).toMatch(/^\^[1-5[]/);
      expect(source).toMatch(/\S.+\[(documented|seen in code)\]$/);
      if (reason !== undefined) expect(reason).toMatch(/^\S.{10,200}[^.\s]$/);
    }
    // What is `done` at one answer is not final at any other that succeeds.
    for (const body of ['<!doctype html><title>Sign in</title>', '\ufeff <html></html>'])
      for (const status of ['200', '203'])
        expect(
          new Set(answers.filter(({ when }) => new RegExp(when, 'is').test(`${status} ${body}`))),
        ).toEqual(new Set());
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
    expect(revokeOf('facebook')).toMatchObject({
      by: 'request',
      method: 'DELETE',
      url: 'https://graph.facebook.com/{providerUid}/permissions?access_token={clientId}%7C{clientSecret}',
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('google: possession of the token is enough', () => {
    expect(revokeOf('google')).toMatchObject({
      by: 'request',
      method: 'POST',
      url: 'https://oauth2.googleapis.com/revoke',
      form: { token: '{token}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('github: JSON body on DELETE', () => {
    expect(revokeOf('github')).toMatchObject({
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
    expect(revokeOf('slack')).toMatchObject({
      by: 'request',
      method: 'POST',
      url: 'https://slack.com/api/auth.revoke',
      authorization: 'Bearer {accessToken}',
      removes: 'token',
      confidence: 'seen in code',
    });
  });

  it('twitch: client id without secret', () => {
    expect(revokeOf('twitch')).toMatchObject({
      by: 'request',
      method: 'POST',
      url: 'https://id.twitch.tv/oauth2/revoke',
      form: { client_id: '{clientId}', token: '{accessToken}' },
      removes: 'token',
      confidence: 'documented',
    });
  });

  it('line: a channel access token as client secret', () => {
    expect(revokeOf('line')).toMatchObject({
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
    expect(revokeOf('kakao')).toMatchObject({
      by: 'request',
      method: 'POST',
      url: 'https://kapi.kakao.com/v1/user/unlink',
      authorization: 'KakaoAK {clientSecret}',
      form: { target_id_type: 'user_id', target_id: '{providerUid}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('apple: a signed token as client secret', () => {
    expect(revokeOf('apple')).toMatchObject({
      by: 'request',
      method: 'POST',
      url: 'https://appleid.apple.com/auth/revoke',
      form: { client_id: '{clientId}', client_secret: '{clientSecret}', token: '{token}' },
      removes: 'grant',
      confidence: 'documented',
    });
  });

  it('discord: RFC 7009 with each token', () => {
    expect(revokeOf('discord')).toMatchObject({
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

describe('1.14, 3.5 answers of providers', () => {
  const request = (id: keyof typeof providers): RevokeRequest => {
    const revoke = revokeOf(id);
    return revoke?.by === 'request' ? revoke : expect.fail(`${id} has no call`);
  };
  const read = (id: keyof typeof providers, text: string): string => {
    const [, status = '', body = ''] = /^(\d{3}) ?(.*)$/s.exec(text) ?? [];
    const {
      state,
      isSites,
      reason = '',
    } = readAnswer(request(id), {
      status: Number(status),
      body,
      retryAfter: undefined,
    });
    expect(reason).not.toMatch(/token-of-the-person|<html/);
    return isSites ? 'mend' : state === 'pending' ? 'again' : state;
  };
  const page = '200 <!doctype html>\n<html><title>Sign in</title>token-of-the-person</html>';

  it.each(requests)('1.14 %s: a page with status 200 is never done', (id) => {
    for (const text of [page, page.replace('<!', '\n <!'), '200 \ufeff<html>', '203 <p>OK</p>'])
      expect(read(id as keyof typeof providers, text), text).toBe('again');
  });

  it.each(requests)('3.5 %s: nothing that may pass is final', (id) => {
    for (const status of [408, 425, 429, 500, 502, 503, 504, 529])
      for (const body of ['', '{}', '<html>', '{"error":"invalid_client"}'])
        expect(read(id as keyof typeof providers, `${status} ${body}`), `${status}`).toBe('again');
    for (const status of [301, 302, 303, 307, 308])
      expect(read(id as keyof typeof providers, `${status} `), `${status}`).toBe('mend');
    for (const status of [405, 410])
      expect(read(id as keyof typeof providers, `${status} `), `${status}`).toBe('mend');
  });

  it.each(requests)('3.5 %s: the credentials of the site are not final', (id, row) => {
    const wrong = [
      '400 {"error":"invalid_client"}',
      '401 {"error":"invalid_client"}',
      '400 {"error":"unauthorized_client"}',
    ];
    // These two say with 401 what became of the token, which is all that they are shown.
    const told = wrong.filter((text) => !/strava|dropbox/.test(id) || !text.startsWith('401'));
    for (const text of told) expect(read(id as keyof typeof providers, text), text).toBe('mend');
    // Only who shows them can be refused for them.
    const shows = /client(Id|Secret)|basic/.test(JSON.stringify({ ...row, answers: [] }));
    if (shows) expect(read(id as keyof typeof providers, '403 ')).toBe('mend');
  });

  /** TABLE: what providers answer, and what it means. */
  it.each([
    ['facebook', '200 {"success":true}', 'done'],
    ['facebook', '200 true', 'done'],
    ['facebook', '200 {}', 'again'],
    ['facebook', '200 false', 'failed'],
    ['facebook', '200 {"success":false}', 'failed'],
    [
      'facebook',
      '400 {"error":{"type":"OAuthException","code":190,"error_subcode":458}}',
      'already',
    ],
    // The token is the app's own, so that it is the app's secret which is wrong.
    ['facebook', '400 {"error":{"type":"OAuthException","code":190,"error_subcode":463}}', 'mend'],
    ['facebook', '400 {"error":{"type":"OAuthException","code":190}}', 'mend'],
    ['facebook', '400 {"error":{"message":"Error validating application.","code":101}}', 'mend'],
    ['facebook', '400 {"error":{"code":4,"message":"Application request limit reached"}}', 'again'],
    ['facebook', '400 {"error":{"code":100,"message":"Unsupported delete request"}}', 'failed'],
    ['google', '200 {}', 'done'],
    ['google', '200', 'done'],
    [
      'google',
      '400 {\n  "error": "invalid_token",\n  "error_description": "Token expired or revoked"\n}',
      'already',
    ],
    ['google', '400 {"error":"invalid_request"}', 'failed'],
    ['apple', '200', 'done'],
    ['apple', '400 {"error":"invalid_client"}', 'mend'],
    ['apple', '400 {"error":"invalid_grant"}', 'failed'],
    ['github', '204', 'done'],
    ['github', '200 {}', 'again'],
    ['github', '401 {"message":"Bad credentials"}', 'mend'],
    ['github', '404 {"message":"Not Found"}', 'mend'],
    ['github', '422 {"message":"Validation Failed"}', 'failed'],
    ['github', '422 {"message":"Endpoint has been spammed"}', 'again'],
    ['gitlab', '200 {}', 'done'],
    [
      'gitlab',
      '403 {"error":"unauthorized_client","error_description":"You are not authorized"}',
      'mend',
    ],
    ['twitch', '200', 'done'],
    ['twitch', '400 {"status":400,"message":"Invalid token"}', 'already'],
    ['twitch', '404 {"status":404,"message":"client does not exist"}', 'mend'],
    ['twitter', '200 {"revoked":true}', 'done'],
    ['twitter', '401 {"errors":[{"code":89,"message":"Invalid or expired token."}]}', 'already'],
    ['twitter', '401 {"errors":[{"code":890}]}', 'mend'],
    ['slack', '200 {"ok":true,"revoked":true}', 'done'],
    ['slack', '200 {"ok":true,"revoked":false}', 'failed'],
    ['slack', '200 {"ok":false,"error":"token_revoked"}', 'already'],
    ['slack', '200 {"ok":false,"error":"invalid_auth"}', 'failed'],
    ['slack', '200 {"ok":false,"error":"ratelimited"}', 'again'],
    ['slack', '200', 'again'],
    ['dropbox', '200 null', 'done'],
    ['dropbox', '200', 'done'],
    [
      'dropbox',
      '401 {"error_summary":"invalid_access_token/..","error":{".tag":"invalid_access_token"}}',
      'already',
    ],
    // Ran out; the permission stays.
    [
      'dropbox',
      '401 {"error_summary":"expired_access_token/.","error":{".tag":"expired_access_token"}}',
      'failed',
    ],
    ['kakao', '200 {"id":123}', 'done'],
    ['kakao', '400 {"msg":"NotRegisteredUserException","code":-101}', 'already'],
    ['kakao', '400 {"msg":"dormant","code":-103}', 'failed'],
    ['kakao', '401 {"msg":"wrong appKey","code":-401}', 'mend'],
    ['kakao', '403 {"code":-5}', 'mend'],
    ['line', '204', 'done'],
    ['line', '200 {}', 'again'],
    ['line', '401 {"message":"invalid token"}', 'mend'],
    ['naver', '200 {"access_token":"…","result":"success"}', 'done'],
    ['naver', '200 {"error":"invalid_request","error_description":"no valid data"}', 'failed'],
    ['naver', '200 {"error":"invalid_client"}', 'mend'],
    ['vkontakte', '200 {"response":1}', 'done'],
    ['vkontakte', '200 {"response":10}', 'again'],
    ['vkontakte', '200 {"error":"invalid_token"}', 'failed'],
    ['sina', '200 {"result":"true"}', 'done'],
    ['sina', '200 {"result":"false"}', 'failed'],
    ['tiktok', '200', 'done'],
    ['tiktok', '200 {}', 'done'],
    ['tiktok', '200 {"error":"invalid_request","error_description":"…","log_id":"1"}', 'failed'],
    ['strava', '200 {"access_token":"…"}', 'done'],
    ['strava', '401 {"message":"Authorization Error"}', 'failed'],
    ['reddit', '204', 'done'],
    ['oidc', '200', 'done'],
    ['oidc', '200 {}', 'done'],
    ['oidc', '200 OK', 'done'],
    ['oidc', '400 {"error":"invalid_token"}', 'already'],
    ['oidc', '401 {"error": "invalid_token"}', 'already'],
    ['oidc', '400 {"error":"invalid_grant"}', 'already'],
    ['oidc', '400 {"error":"unsupported_token_type"}', 'failed'],
    ['oidc', '503 {"error":"temporarily_unavailable"}', 'again'],
    ['oidc', '400 {"error":"temporarily_unavailable"}', 'again'],
    ['oidc', '401', 'mend'],
    ['oidc', '403', 'mend'],
    ['oidc', '403 {"error":"forbidden"}', 'mend'],
    ['oidc', '404 {"error":"not_found"}', 'mend'],
    ['salesforce', '401', 'failed'],
    ['salesforce', '401 {"error":"invalid_client"}', 'mend'],
    ['google', '403', 'failed'],
    ['oidc', '404 <html>', 'mend'],
    ['oidc', '400', 'failed'],
    ['oidc', '418', 'failed'],
  ] as const)('1.14, 3.5 %s: %s is %s', (id, text, expected) => {
    expect(read(id, text)).toBe(expected);
  });
});
