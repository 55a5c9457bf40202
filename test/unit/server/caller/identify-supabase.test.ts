import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { identifyBy } from 'outro/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const url = 'https://projectref.supabase.co';
const secret = 'a secret that a project of some years still signs with';
const identify = identifyBy.supabase({ url, secret });

interface Claims {
  audience?: string;
  expires?: string;
  session?: unknown;
}

const sign = (key: Uint8Array | CryptoKey, alg: string, claims: Claims = {}): Promise<string> =>
  new SignJWT({ session_id: 'session' in claims ? claims.session : 's1', role: 'authenticated' })
    .setProtectedHeader({ alg, kid: 'one' })
    .setSubject('u1')
    .setAudience(claims.audience ?? 'authenticated')
    .setExpirationTime(claims.expires ?? '1h')
    .sign(key);
const signed = (claims?: Claims, by = secret): Promise<string> =>
  sign(Buffer.from(by), 'HS256', claims);

const stored = (token: string): string =>
  `base64-${Buffer.from(JSON.stringify({ access_token: token, refresh_token: 'r' })).toString('base64url')}`;

const requestWith = (cookie: string): Request =>
  new Request('https://shop.example/outro', { headers: { Cookie: `a=b; ${cookie}` } });
const name = 'sb-projectref-auth-token';
const person = { uid: 'u1', session: 's1' };

describe('identifyBy.supabase', () => {
  it('knows who is there by the cookie of its clients, whole, in chunks, or as JSON', async () => {
    const token = await signed();
    const value = stored(token);
    const half = Math.ceil(value.length / 2);
    const json = encodeURIComponent(JSON.stringify({ access_token: token }));
    for (const cookie of [
      `${name}=${value}`,
      `${name}.0=${value.slice(0, half)}; ${name}.1=${value.slice(half)}`,
      `${name}=${json}`,
    ])
      expect(await identify(requestWith(cookie))).toEqual(person);
    expect(identify.cookies).toEqual([{ name }]);
    const own = identifyBy.supabase({ url, secret, name: 'own' });
    expect(await own(requestWith(`own=${value}`))).toEqual(person);
  });

  it('a token of somebody else’s making, or none, is nobody’s', async () => {
    const unsigned = [{ alg: 'none' }, { sub: 'u1', session_id: 's1', aud: 'authenticated' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    for (const token of [
      await signed({}, 'another secret, with which anybody may sign'),
      await signed({ audience: 'anon' }),
      await signed({ session: undefined }),
      await signed({ session: 7 }),
      `${unsigned}.`,
      'nonsense',
      '',
    ])
      expect(await identify(requestWith(`${name}=${stored(token)}`)), token).toBeUndefined();
    for (const value of ['base64-%%%', 'base64-bm9uc2Vuc2U', '{', '7', 'null', ''])
      expect(await identify(requestWith(`${name}=${value}`)), value).toBeUndefined();
  });

  it('a token that has run out says nothing about its session: nobody is told that it is over', async () => {
    const late = stored(await signed({ expires: '-1 minute' }));
    await expect(identify(requestWith(`${name}=${late}`))).rejects.toThrow('exp');
  });

  describe('with keys that the project publishes', () => {
    let keys: CryptoKey;
    let isUp = true;
    let published: object;
    const server = createServer((_request, response) => {
      response.statusCode = isUp ? 200 : 503;
      response.end(JSON.stringify(published));
    });
    let own: ReturnType<typeof identifyBy.supabase>;
    beforeAll(async () => {
      const pair = await generateKeyPair('ES256');
      keys = pair.privateKey;
      published = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] };
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      own = identifyBy.supabase({ url: `http://127.0.0.1:${port}`, name });
    });
    afterAll(() => void server.close());

    it('while they cannot be had nobody knows; then theirs are taken, and no secret is', async () => {
      const request = requestWith(`${name}=${stored(await sign(keys, 'ES256'))}`);
      isUp = false;
      await expect(own(request)).rejects.toThrow('200');
      isUp = true;
      expect(await own(request)).toEqual(person);
      expect(await own(requestWith(`${name}=${stored(await signed())}`))).toBeUndefined();
      const another = await generateKeyPair('ES256');
      const forged = stored(await sign(another.privateKey, 'ES256'));
      expect(await own(requestWith(`${name}=${forged}`))).toBeUndefined();
    });
  });
});
