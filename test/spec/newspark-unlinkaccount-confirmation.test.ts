// newspark-unlinkaccount, design.md sections 4 and 6: the page that asks, and the token without which nothing happens.
import { createHandler, type Store } from 'outro/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { secret } from '../support/house.ts';
import { action, required, startNewspark } from '../support/newspark.ts';

const names = { external_id_provider_name: 'facebook', sub_provider_name: 'none' };

afterEach(() => {
  vi.useRealTimers();
});

describe('no ambient cookie alone authorises a change', () => {
  it('GET never changes anything, not even with a good token', async () => {
    const { send, read, house } = await startNewspark();
    const before = await house.rows();
    const { fields } = await read(await send('GET', { ...required, ...names }));
    expect((await read(await send('GET', fields))).fields).toMatchObject({ ...required, ...names });
    expect(await house.rows()).toEqual(before);
  });

  it('a token that is forged, changed or sealed for something else asks again and changes nothing', async () => {
    const { send, read, house } = await startNewspark();
    const { fields } = await read(await send('GET', { ...required, ...names }));
    const before = await house.rows();
    const token = String(fields['csrf']);
    const forged = [
      '',
      'x',
      'v1.test.AAAA.AAAA',
      'v1.other.a.b',
      token.slice(1),
      token.replace(/.....$/, 'AAAAA'),
    ];
    for (const csrf of forged) {
      const page = await read(await send('POST', { ...fields, csrf }));
      expect(page.status).toBe(403);
      expect(page.text).toContain('role="alert"');
      // That page works.
      expect(page.fields).toMatchObject({ ...required, ...names });
    }
    expect(await house.rows()).toEqual(before);
  });

  it('a token for other parameters, another session or another site asks again', async () => {
    const { send, read, signIn, links, house } = await startNewspark(['facebook', 'gigya']);
    const { fields } = await read(await send('GET', { ...required, ...names }));
    const again = async (params: Record<string, string>, cookie?: string) =>
      (await read(await send('POST', params, cookie))).status;
    const { vhost = '', uid = '', redirectUrl = '', csrf = '' } = fields;
    expect(await again({ vhost, uid, redirectUrl, csrf })).toBe(403);
    expect(await again({ ...fields, external_id_provider_name: 'gigya' })).toBe(403);
    expect(await again({ ...fields, redirectUrl: '/elsewhere' })).toBe(403);
    // The same person in another browser.
    const second = await signIn('42', 'facebook');
    expect(await again(fields, second)).toBe(403);
    const other = await startNewspark();
    expect((await read(await other.send('POST', fields))).status).toBe(403);
    expect(await links()).toEqual(['facebook', 'gigya']);
    expect(await other.links()).toEqual(['facebook']);
    expect(house.apiKey).not.toBe(other.house.apiKey);
  });

  it('a token counts once, however it is spelled the second time', async () => {
    const { send, read, signIn, links } = await startNewspark(['facebook', 'gigya']);
    const { fields } = await read(await send('GET', { ...required, ...names }));
    const token = String(fields['csrf']);
    const { headers } = await send('POST', fields);
    expect(headers.get('location')).toBe('/userprofile?unlinkaccount=unlinked');
    await signIn('42', 'facebook');
    for (const csrf of [token, `${token}.x`, `${token}=`, `${token} `]) {
      const { status } = await read(await send('POST', { ...fields, csrf }));
      expect(status).toBe(403);
    }
    expect(await links()).toEqual(['facebook', 'gigya']);
  });

  it('a token counts for ten minutes', async () => {
    const { send, read, links } = await startNewspark(['facebook', 'gigya']);
    const { fields } = await read(await send('GET', { ...required, ...names }));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect((await read(await send('POST', fields))).status).toBe(403);
    expect(await links()).toEqual(['facebook', 'gigya']);
    vi.setSystemTime(Date.now() - 11_000);
    expect((await send('POST', fields)).status).toBe(303);
    expect(await links()).toEqual(['gigya']);
  });

  it('after a logout the token is worth nothing', async () => {
    const { send, read, links, house, cookie } = await startNewspark();
    const { fields } = await read(await send('GET', { ...required, ...names }));
    const login_token = cookie.split('=').at(-1) ?? '';
    await house.post('socialize.logout', { login_token });
    const location = (await send('POST', fields)).headers.get('location');
    expect(location).toContain('errorCode=403005');
    expect(await links()).toEqual(['facebook']);
  });
});

describe('the page', () => {
  it('is strict, unframeable, not stored, and runs nothing', async () => {
    const { send } = await startNewspark();
    const { headers } = await send('GET', required);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self' https:\/\/shop\.example https:\/\/account\.example; frame-ancestors 'none'; base-uri 'none'$/,
    );
    for (const { headers: any } of [
      await send('GET', required),
      await send('GET', { ...required, uid: '1' }),
    ])
      expect(Object.fromEntries(any)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    expect(Object.fromEntries(headers)).not.toHaveProperty('access-control-allow-origin');
  });

  it('has a language, a title, one main, one heading, and a way out that changes nothing', async () => {
    const { send, house } = await startNewspark();
    const text = await (
      await send('GET', { ...required, redirectUrl: '/a"><script>&x=\'y' })
    ).text();
    expect(text).toMatch(/^<!doctype html>\s*<html lang="en" dir="ltr">/);
    expect(text).not.toContain('<script');
    const page = new house.window.DOMParser().parseFromString(text, 'text/html');
    expect(page.title).toBe('Disconnect Facebook? · shop.example');
    expect(page.querySelectorAll('main')).toHaveLength(1);
    expect(page.querySelectorAll('h1')).toHaveLength(1);
    expect(page.querySelector('button')?.textContent.trim()).toBe('Disconnect');
    expect(page.querySelector('form')?.getAttribute('method')).toBe('post');
    expect(page.querySelector('a')?.getAttribute('href')).toBe("/a%22%3E%3Cscript%3E&x='y");
  });

  it('finds the session in a cookie that is encoded or carries more behind a bar', async () => {
    const { send, cookie, house } = await startNewspark();
    const token = cookie.split('=').at(-1) ?? '';
    const encoded = `glt_${house.apiKey}=${encodeURIComponent(`${token}|UUID=1`)}`;
    for (const from of [encoded, `glt_${house.apiKey}=${token}|UUID=1; a=b`, `x=%zz; ${cookie}`])
      expect((await send('GET', required, from)).status).toBe(200);
    const broken = await send('GET', required, `glt_${house.apiKey}=%zz`);
    expect(broken.headers.get('location')).toContain('403005');
  });

  it('when the database is gone: back with an honest error, the cause in the log only', async () => {
    const logError = vi.fn();
    const broken = () => Promise.reject(new Error('connection lost'));
    // Whatever of a store it asks for, it gets no answer.
    const store = new Proxy({} as Store, { get: () => broken });
    const handler = createHandler({
      sites: [
        {
          apiKey: 'a',
          secret,
          publicUrl: 'https://a.example',
          vhost: '1',
          actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
        },
      ],
      encryptionKeys: [{ id: 'test', key: secret }],
      store,
      logError,
    });
    const query = new URLSearchParams(required).toString();
    const response = await handler(new Request(`${action}?${query}`));
    expect(response.headers.get('location')).toBe(
      '/userprofile?unlinkaccount=error&errorCode=500001&reason=General+Server+Error',
    );
    expect(logError).toHaveBeenCalledOnce();
  });
});
