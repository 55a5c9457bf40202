import { jwt, php, signature, sorted, strict, write, type Pairs } from './encodings.ts';
import {
  address,
  form,
  given,
  seconds,
  userKeyOf,
  type ClientRow,
  type Credentials,
  type Mode,
  type Wire,
} from './wire.ts';

// The vendor's own.

// Python's and .NET's words for booleans.
const capital = (value: string | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : value;

const pythonHeaders = { ...form, 'User-Agent': 'Python-urllib/3.12', Connection: 'close' };
/** Python: signed with a secret, else a token and nothing else. */
export const python = (mode: Mode): ClientRow => ({
  client: 'Python',
  mode,
  needs200: true,
  send(method, params, who) {
    const url = address('https', method);
    const isToken = mode === 'token';
    const proof: Pairs = isToken
      ? [['oauth_token', who.token ?? '']]
      : [
          ['apiKey', who.apiKey],
          ['timestamp', seconds(who)],
          ['nonce', `${who.now}${who.random}`],
        ];
    // Booleans are numbers to it, and are written as its own words.
    const pairs: Pairs = [
      ...given(params, capital),
      ['format', 'json'],
      ['httpStatusCodes', 'false'],
      ['sdk', 'python_3.6.0'],
      ...userKeyOf(who),
      ...proof,
    ];
    const sig: Pairs = isToken ? [] : [['sig', signature('POST', url, who.secret, pairs)]];
    const body = write(sorted([...pairs, ...sig]), strict);
    return { method: 'POST', url, headers: pythonHeaders, body };
  },
});

const javaHeaders = {
  ...form,
  'User-Agent': 'Java/17.0.9',
  Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
  'Accept-Encoding': 'gzip',
  'X-Connection': 'Keep-Alive',
};
/** Java, with `GSAuthRequest` for RSA. */
export const java = (mode: Mode): ClientRow => ({
  client: 'Java',
  mode,
  send(method, params, who) {
    const url = address('https', method);
    const common: Pairs = [
      ...given(params),
      ['format', 'json'],
      ['httpStatusCodes', 'false'],
      ['sdk', 'java_3.2.4'],
    ];
    const post = (pairs: Pairs, headers = {}): Wire => ({
      method: 'POST',
      url,
      headers: { ...javaHeaders, ...headers },
      body: write(sorted(pairs), strict),
    });
    if (mode === 'token') return post([...common, ['oauth_token', who.token ?? '']]);
    if (mode === 'RSA') {
      const header = { alg: 'RS256', typ: 'JWT', kid: who.userKey };
      const claims = { jti: who.random, iat: Number(seconds(who)) };
      const Authorization = `Bearer ${jwt(header, claims, who.privateKey ?? '')}`;
      return post([...common, ['apiKey', who.apiKey]], { Authorization });
    }
    const pairs: Pairs = [
      ...common,
      ['apiKey', who.apiKey],
      ...userKeyOf(who),
      ['timestamp', seconds(who)],
      ['nonce', `${who.now}_${who.random}`],
    ];
    return post([...pairs, ['sig', signature('POST', url, who.secret, pairs)]]);
  },
});

const phpSay = (value: string | boolean): string =>
  // What is false is empty text to it, and what is true is 1.
  typeof value === 'boolean' ? (value ? '1' : '') : value;

const phpRequest = (
  mode: Mode,
  scheme: 'http' | 'https',
  method: string,
  params: Record<string, string | boolean>,
  who: Credentials,
): Wire => {
  const url = address(mode === 'signed' ? scheme : 'https', method);
  const common: Pairs = [
    ...given(params, phpSay),
    ['format', 'json'],
    ['httpStatusCodes', 'false'],
    ['sdk', 'php_3.1.0'],
  ];
  const headers: Record<string, string> = { ...form, Accept: '*/*' };
  const post = (pairs: Pairs): Wire => ({ method: 'POST', url, headers, body: write(pairs, php) });
  if (mode === 'token')
    return post([...common, ...userKeyOf(who), ['oauth_token', who.token ?? '']]);
  const dated: Pairs = [
    ['apiKey', who.apiKey],
    ['timestamp', seconds(who)],
  ];
  const nonce = `${who.now}${who.random}`;
  if (mode === 'RSA') {
    const header = { typ: 'JWT', alg: 'RS256', kid: who.userKey };
    const claims = { iat: Number(seconds(who)), jti: nonce };
    headers['Authorization'] = `Bearer ${jwt(header, claims, who.privateKey ?? '')}`;
    return post([...common, ...dated]);
  }
  const pairs: Pairs = [...common, ...userKeyOf(who), ...dated, ['nonce', nonce]];
  return post([...pairs, ['sig', signature('POST', url, who.secret, pairs)]]);
};

/** PHP. */
export const phpSdk = (mode: Mode): ClientRow => ({
  client: 'PHP',
  mode,
  send: (method, params, who) => phpRequest(mode, 'https', method, params, who),
});

/** .NET, with `GSAuthRequest` for RSA. */
export const dotnet = (mode: Mode): ClientRow => ({
  client: '.NET',
  mode,
  needsCharset: true,
  needs200: true,
  send(method, params, who) {
    const url = address(mode === 'signed' ? 'http' : 'https', method);
    const common: Pairs = [
      ...given(params, capital),
      ['format', 'json'],
      ['httpStatusCodes', 'false'],
      ['apiKey', who.apiKey],
      ['sdk', 'dotnet_2.16.6'],
    ];
    const headers: Record<string, string> = { ...form, 'X-Connection': 'Keep-Alive' };
    const post = (pairs: Pairs): Wire => ({
      method: 'POST',
      url,
      headers,
      body: write(sorted(pairs), strict),
    });
    if (mode === 'RSA') {
      const header = { alg: 'RS256', kid: who.userKey, typ: 'JWT' };
      const claims = { iat: Number(seconds(who)), jti: who.random };
      const text = jwt(header, claims, who.privateKey ?? '', 'base64');
      headers['Authorization'] = `Bearer ${text}`;
      return post(common);
    }
    const pairs: Pairs = [
      ...common,
      ...userKeyOf(who),
      ['timestamp', seconds(who)],
      ['nonce', `${who.now}0000_${who.random}`],
    ];
    return post([...pairs, ['sig', signature('POST', url, who.secret, pairs)]]);
  },
});

/** The WordPress plugin, and with it Drupal's and Magento's: the PHP SDK with a word about the CMS, by plain http where signed. */
export const wordpress = (mode: Mode): ClientRow => ({
  client: 'WordPress',
  mode,
  send(method, params, who) {
    const environment =
      '{"cms_name":"WordPress","cms_version":"WordPress_6.5","gigya_version":"Gigya_module_7.0","php_version":"8.1.2"}';
    return phpRequest(mode, 'http', method, { ...params, environment }, who);
  },
});
