import { jwt, php, ruby, signature, strict, write, type Pairs } from './encodings.ts';
import {
  address,
  domain,
  form,
  given,
  seconds,
  userKeyOf,
  type ClientRow,
  type Credentials,
  type Mode,
  type Wire,
} from './wire.ts';

// Clients that others wrote.

/** npm `gigya`. */
export const npm = (mode: Mode): ClientRow => ({
  client: 'npm gigya',
  mode,
  send(method, params, who) {
    const url = address('https', method);
    const headers: Record<string, string> = { ...form };
    const post = (pairs: Pairs): Wire => ({
      method: 'POST',
      url,
      headers,
      body: write(pairs, strict),
    });
    if (mode === 'token')
      return post([...given(params), ['oauth_token', who.token ?? ''], ['format', 'json']]);
    const common: Pairs = [...given(params), ['apiKey', who.apiKey], ['format', 'json']];
    if (mode === 'secret') return post([...common, ['secret', who.secret]]);
    if (mode === 'RSA') {
      const header = { typ: 'JWT', alg: 'RS256', kid: who.userKey };
      const claims = { jti: who.random, iat: Number(seconds(who)) };
      headers['Authorization'] = `Bearer ${jwt(header, claims, who.privateKey ?? '')}`;
      return post(common);
    }
    const pairs: Pairs = [
      ...common,
      ...userKeyOf(who),
      ['timestamp', String(who.now)],
      ['nonce', who.random],
    ];
    // What is false is signed as nothing, and sent as text.
    const falsy = new Set(Object.keys(params).filter((name) => params[name] === false));
    const signed: Pairs = pairs.map(([name, value]) => [name, falsy.has(name) ? '' : value]);
    return post([...pairs, ['sig', signature('POST', url, who.secret, signed)]]);
  },
});

/** `@gigya-ts/gigya`; its mode `bearer-token` sends a JWT that its user made, like RSA. */
export const gigyaTs = (mode: Mode): ClientRow => ({
  client: 'gigya-ts',
  mode,
  needs200: true,
  send(method, params, who) {
    // Whatever the method, the host is that of `accounts`.
    const url = `https://accounts.${domain}/${method}`;
    const headers: Record<string, string> = { ...form };
    const body = new URLSearchParams([['apiKey', who.apiKey]]);
    for (const [name, value] of Object.entries(params)) body.append(name, String(value));
    if (mode === 'secret') {
      body.append('userKey', who.userKey ?? '');
      body.append('secret', who.secret);
    } else {
      const header = { alg: 'RS256', typ: 'JWT', kid: who.userKey };
      const claims = { iat: Number(seconds(who)), jti: who.random };
      headers['Authorization'] = `Bearer ${jwt(header, claims, who.privateKey ?? '')}`;
    }
    return { method: 'POST', url, headers, body: body.toString() };
  },
});

const envelope = ['errorCode', 'statusCode', 'statusReason', 'callId', 'time'] as const;
const grazeHeaders = { ...form, 'User-Agent': 'GuzzleHttp/6.5.5 curl/7.88.1 PHP/8.1.2' };
/** `graze/gigya-client` on Guzzle. */
export const graze = (mode: Mode): ClientRow => ({
  client: 'graze',
  mode,
  needs: envelope,
  checksSignatures: true,
  send(method, params, who) {
    const url = address('https', method);
    const pairs = given(params, (value) =>
      typeof value === 'boolean' ? String(Number(value)) : value,
    );
    if (mode === 'token') {
      const headers = { ...grazeHeaders, Authorization: `OAuth ${who.token}` };
      return { method: 'POST', url, headers, body: write(pairs, php) };
    }
    const proof: Pairs = [['apiKey', who.apiKey], ['secret', who.secret], ...userKeyOf(who)];
    return { method: 'POST', url, headers: grazeHeaders, body: write([...pairs, ...proof], php) };
  },
});

/** How graze asks for the token that it then shows: a user key, where it has one, is its name in OAuth2. */
export const grazeAsksForToken = (who: Credentials): Wire => ({
  method: 'POST',
  url: address('https', 'socialize.getToken'),
  headers: grazeHeaders,
  body: write(
    [
      ['grant_type', 'none'],
      ['client_id', who.userKey ?? who.apiKey],
      ['client_secret', who.secret],
    ],
    php,
  ),
});

/** The gem `rgigya`. */
export const rgigya = (mode: Mode): ClientRow => ({
  client: 'rgigya',
  mode,
  send(method, params, who) {
    const headers = { Accept: '*/*', 'User-Agent': 'Ruby' };
    if (mode === 'secret') {
      const query = write(
        [['apiKey', who.apiKey], ['secret', who.secret], ['format', 'json'], ...given(params)],
        ruby,
      );
      return { method: 'GET', url: `${address('https', method)}?${query}`, headers };
    }
    const url = address('http', method);
    const pairs: Pairs = [
      ...given(params),
      ['format', 'json'],
      ['timestamp', seconds(who)],
      ['nonce', `${who.now}`],
      ['apiKey', who.apiKey],
    ];
    const sig = signature('POST', url, who.secret, pairs, ruby);
    const body = write([...pairs, ['sig', sig]], strict);
    return { method: 'POST', url, headers: { ...form, ...headers }, body };
  },
});
