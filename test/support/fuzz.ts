import fc from 'fast-check';
import { remoteMethods } from '../../src/server/methods/rows.ts';
import { ticketOf } from './sessions.ts';

// Structured random input: right paths and names, right and wrong values, in every combination.

const { constantFrom, oneof, record, string, integer, array, tuple, dictionary } = fc;

const seldom = <One>(arbitrary: fc.Arbitrary<One>, often: number): fc.Arbitrary<One | undefined> =>
  oneof({ weight: often, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const nasty = constantFrom(
  '', ' ', '\0', '%00', '../..', '__proto__', 'constructor', 'null', 'undefined', 'NaN', '-1', '0', '1e309', '{}', '[]', '[[]]', '{"a":',
  '{"__proto__":{"a":1}}', "' or 1=1 --", '<script>alert(1)</script>', '\u202e', '\ud800', '😀', 'a'.repeat(5000), '%', '%zz', '\r\nX: y',
  '{"facebook":{"providerUID":"\\ud83d"}}', '{"facebook":{"providerUID":"x","tokenExpiration":1e300,"authToken":"\\u0000"}}', '[[[[[[[[[[[[',
  '{"nickname":"\\ud83d \\u0000"}', '[{"value":"Ａ@shop.example"}]', 'n'.repeat(3000), '['.repeat(20_000), 'ＡＤＡ@shop.example', 'ı', 'e\u0301',
  '//evil.example', 'javascript:alert(1)', 'https://shop.example@evil.example', '\\\\evil', 'true', 'false', '42', 'facebook', 'all', 'soft',
); // prettier-ignore

const text = oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 1, arbitrary: string({ maxLength: 40, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 1, arbitrary: integer().map(String) },
);

const words: Record<string, readonly string[]> = {
  UID: ['42', '43', '44'],
  uid: ['42', '43'],
  provider: ['facebook', 'github', 'google', 'oidc-a', 'nobody'],
  external_id_provider_name: ['facebook', 'janrain'],
  sub_provider_name: ['none', 'all', 'yahoo'],
  lastIdentityHandling: ['soft', 'fail', 'remove'],
  format: ['json', 'jsonp', 'xml'],
  callback: ['f', 'f.g', 'alert(1)', 'gigya.socialize.removeConnection', '[]', 'x'.repeat(101)],
  httpStatusCodes: ['true', 'false'],
  sessions: ['this', 'others', 'all'],
  email: ['42@shop.example', '43@shop.example'],
  siteUID: ['42', '45'],
  grant_type: ['none', 'client_credentials', 'authorization_code'],
  x_siteUID: ['42'],
  profile: ['{"nickname":"x"}'],
  providerSessions: [
    '{"facebook":{"providerUID":"f42"}}',
    '{"facebook":[{"providerUID":"f42"},{"providerUID":"f43"}]}',
  ],
  loginIDs: ['[{"value":"42@shop.example","wayIn":"none"}]'],
  redirectUrl: ['/back', 'https://account.example/x', '//evil.example'],
  vhost: ['1', '2'],
  ticket: ['made-up'],
  departure: ['made-up'],
  idempotencyKey: ['a-key-of-fuzz'],
  include: ['identities,loginIDs', 'identities,\n loginIDs'],
  // Names that come near, that were cut anew, and that are somebody else's.
  'provider[]': ['facebook'],
  providers: ['facebook'],
  'a=1&b': ['2'],
  'a b': ['c'],
  nonce: ['n', 'n'.repeat(3000)],
  timestamp: ['1', '1e309', String(Math.floor(Date.now() / 1000))],
  forceProvidersLogout: ['', 'facebook,yahoo', 'false', ', ,'],
  removeLoginID: ['true', '1'],
  removeLoginEmails: ['42@shop.example', ',,,'],
  age: ['0', '999999999'],
  openedBy: ['facebook', '{"provider":"facebook","providerUID":"\\ud83d"}'],
  lastEventId: ['0', '99'],
  callId: ['0'.repeat(32), 'made-up'],
  after: ['0', '99', 'made-up'],
  limit: ['1', '100', '0'],
  csrf: ['made-up'],
  siteSession: ['made-up'],
};

// Proofs: what the attacker has, what they make up, and none; one that is right would be authority.
const proofs = (own: string[]) =>
  oneof(
    fc.constant({}),
    constantFrom(...own).chain((token) =>
      constantFrom<Record<string, string>>(
        { login_token: token },
        { login_token: token },
        { ticket: ticketOf(token) },
        { login_token: ticketOf(token) },
        { oauth_token: token },
      ),
    ),
    constantFrom<Record<string, string>>(
      { secret: 'Z3Vlc3M=', UID: '42' },
      { client_secret: 'Z3Vlc3M=', UID: '42' },
      { userKey: 'key', secret: 'Z3Vlc3M=', UID: '42' },
      { userKey: '__proto__', sig: 'AAAA', nonce: 'n', timestamp: '1' },
    ),
    record({
      sig: text,
      nonce: text,
      timestamp: oneof(text, fc.constant(String(Math.floor(Date.now() / 1000)))),
    }),
    record({ login_token: text }),
  );

// Sizes and numbers that cost something, if anybody looks at them.
const floods = constantFrom(
  `sig=${'A'.repeat(21_000)}&UID=42&nonce=n&timestamp=1`,
  Array.from({ length: 11_000 }, (_, index) => `p${index}=1`).join('&'),
  '&'.repeat(60_000),
  `provider=facebook${'%00'.repeat(9000)}`,
  `signed_request=${'A'.repeat(60_000)}`,
  'x'.repeat(70_000),
  '{"a":'.repeat(12_000),
  `<xml>${'<a>b</a>'.repeat(6000)}</xml>`,
  `logout_token=${'a.'.repeat(20_000)}`,
  `{${Array.from({ length: 4000 }, (_, index) => `"p${index}":1`).join(',')}}`,
  `{"a":`.repeat(9000) + '1' + '}'.repeat(9000),
  `{"a":"${'\\"'.repeat(20_000)}"}`,
);

// Whatever a sender of messages may put around the one thing that it tells.
const member = oneof(text, constantFrom('revoked', '"', '\\', '":', 'f43', '7'));
const json = array(
  tuple(constantFrom('action', 'sender', 'id', 'event', '"', '__proto__'), member),
  {
    maxLength: 6,
  },
).map(
  (all) =>
    `{${all.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
);
const xml = array(tuple(constantFrom('Event', 'AppID', 'OpenID', 'a b', '!--'), member), {
  maxLength: 6,
}).map((all) => `<xml>${all.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</xml>`);

const paths = [
  ...Object.values<{ path?: string; aliases?: readonly string[] }>(remoteMethods).flatMap(
    ({ path = '', aliases = [] }) => [path, ...aliases],
  ),
  'removeconnection', 'socialize.disconnect', 'socialize.listen', 'socialize.unlinkX', 'accounts.logout', 'listen', 'action/v2/unlinkaccount', 'action/v2/', 'leave/made-up', 'leave/return', 'leave/next',
  'inbound/shop/facebook/deauthorize', 'inbound/shop/facebook/data-deletion', 'inbound/shop/google/security-event',
  'inbound/shop/apple/security-event', 'inbound/shop/oidc-a/logout-token', 'inbound/shop/oidc-a/front-channel', 'inbound/shop/oidc-a/security-event', 'inbound/shop/oidc-a/global-token-revocation', 'inbound/shop/github/webhook',
  'inbound/shop/kakao/webhook', 'inbound/shop/naver/webhook', 'inbound/shop/wechat/webhook', 'inbound/shop/strava/webhook/x', 'inbound/shop/saml/saml', 'inbound/deletion/made-up', 'inbound/deletion/00000000000000000000000000000000', 'inbound/%zz/a/b', 'inbound///', 'leave/%00', 'js/outro.js', 'js/GIGYA.js', 'js/__proto__', 'healthz', 'readyz', 'metrics', '',
]; // prettier-ignore

const parameters = tuple(
  array(constantFrom(...Object.keys(words)), { maxLength: 6 }),
  array(oneof(text, fc.nat(9)), { minLength: 6, maxLength: 6 }),
).map(([names, values]) =>
  Object.fromEntries(
    names.map((name, index) => {
      const value = values[index] ?? '';
      const known = words[name] ?? [];
      return [name, typeof value === 'number' ? (known[value % known.length] ?? '') : value];
    }),
  ),
);

const headerValues = [
  'https://shop.example', 'https://evil.example', 'capacitor://localhost', 'null', 'Basic c2hvcDp4', 'Basic =', 'OAuth x', 'Bearer x', 'Bearer a.b.c',
  'https', 'http', 'https, http', 'gopher', 'iframe', 'gzip', '"x"', 'sha256=0', 'ping', '9', '', 'evil.example', 'a b', 'a'.repeat(300), '\u00e9',
  '203.0.113.7', '::ffff:203.0.113.7', '[2001:db8::1]:443', '2001:db8::1%eth0', 'unknown', '1.2.3.4:80, 203.0.113.7', ', ,', '999.1.1.1',
]; // prettier-ignore

const headers = (own: string[]): fc.Arbitrary<Record<string, string>> =>
  dictionary(
    constantFrom(
      'Cookie', 'Origin', 'Referer', 'Authorization', 'X-Forwarded-Proto', 'X-Forwarded-For', 'X-Forwarded-Host', 'Last-Event-ID', 'Sec-Fetch-Dest',
      'If-None-Match', 'Accept-Encoding', 'X-Hub-Signature-256', 'X-GitHub-Event', 'Content-Encoding', 'X-Outro',
    ), // prettier-ignore
    constantFrom(
      'glt_shop=x',
      ...own.slice(0, 9).map((token) => `glt_shop=${token}`),
      'sid=made-up',
      'outro_leave=a.b',
      `outro_leave=${'a'.repeat(3000)}`,
      ...headerValues,
    ),
    { maxKeys: 3 },
  );

/** Any request at any door, by whoever holds these session tokens. */
export const inputs = (own: string[]) =>
  record({
    path: oneof({ weight: 12, arbitrary: constantFrom(...paths) }, { weight: 1, arbitrary: text }),
    method: oneof(
      { weight: 8, arbitrary: fc.constant('POST') },
      { weight: 4, arbitrary: fc.constant('GET') },
      { weight: 1, arbitrary: constantFrom('PUT', 'HEAD', 'OPTIONS', 'DELETE') },
    ),
    params: parameters,
    proof: proofs(own),
    key: constantFrom('shop', 'shop', 'shop', 'shop', 'shop', 'other', '__proto__'),
    raw: seldom(oneof(text, fc.base64String(), floods, json, xml), 20),
    /** By the session of the site's own that one of them has, as a page or a form sends it. */
    atSite: seldom(
      tuple(constantFrom('page', 'page', 'form', 'stranger'), integer({ min: 43, max: 102 })),
      6,
    ),
    /** A request by the site's own server about one of them. */
    signed: seldom(constantFrom('43', '44', '45', '46', '47'), 4),
    /** A message by another network, signed, about one of them or nobody. */
    hooked: seldom(
      oneof(
        json,
        constantFrom(
          '{"action":"revoked","sender":{"id":"g43"}}',
          '{"action":"revoked","action":"x","sender":{"id":"g44"}}',
          '{"action":"revoked","sender":{"id":"g45","\\u0069d":"g46"}}',
          '{"action":"revoked","sender":{"id":"g47"}}',
          '{"action":"revoked","sender":null}',
          '{"action":"revoked","sender":{"id":{"id":1}}}',
          'null',
          '[]',
          '7',
          '"x"',
          '',
        ),
      ),
      1,
    ),
    /** A message by the network itself. */
    told: seldom(
      constantFrom<Record<string, unknown>>(
        { user_id: 'f43' },
        { user_id: 'f44', code: 'x' },
        { user_id: 44 },
        { user_id: '\ud83d' },
        { user_id: {} },
        { user_id: 'f45', issued_at: 1 },
        { user_id: 'f45', issued_at: 'now' },
        { user_id: 'f46', algorithm: 'none' },
      ),
      1,
    ),
    type: seldom(
      constantFrom('application/json', 'text/plain', 'multipart/form-data; boundary=x', 'a', ''),
      20,
    ),
    headers: oneof(
      { weight: 5, arbitrary: fc.constant<Record<string, string>>({}) },
      { weight: 1, arbitrary: headers(own) },
    ),
  });

/** One of them, not yet a request. */
export type Input = ReturnType<typeof inputs> extends fc.Arbitrary<infer One> ? One : never;
