// A script tag can ask anything of us by GET; it gets nothing that it could use, and changes nothing.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { areLive, device } from '../support/sessions.ts';
import { remoteMethods } from '../../src/server/methods/rows.ts';

const get = async (house: House, path: string, params: Record<string, string>, headers = {}) => {
  const query = new URLSearchParams({ apiKey: house.apiKey, ...params });
  return house.handler(new Request(`https://outro.example/${path}?${query}`, { headers }));
};

describe('the callback', () => {
  it.each([
    'alert(1)//',
    'a;b',
    'a=b',
    'a b',
    'a\nb',
    '<script>',
    '"a"',
    "a'b",
    'a`b`',
    'a+b',
    'a(b)',
    'a{b}',
    '/*a',
    'a-b',
    'a,b',
    'fünf',
    'a\u2028b',
    'a'.repeat(101),
    '%3Cscript%3E',
  ])('%j is refused in JSON, and does not come back', async (callback) => {
    const house = await startHouse();
    const response = await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ errorCode: 400006 });
    expect(text).not.toContain(callback.slice(0, 50));
  });

  it('stands behind a comment, as script and nothing else, sniffed by nobody, stored by nobody', async () => {
    const house = await startHouse();
    for (const callback of ['CWS', 'gigya._.apiAdapters.web.callback', 'f[0]', '$']) {
      const response = await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback });
      const text = await response.text();
      // Flash files began with CWS: a name alone must never begin the file.
      expect(text.startsWith(`/**/${callback}({`)).toBe(true);
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('what comes back stays data: no tag, no line separator', async () => {
    const house = await startHouse();
    const context = '</script><script>alert(1)</script>\u2028\u2029';
    const response = await get(house, 'socialize.getUserInfo', {
      format: 'jsonp',
      callback: 'f',
      context,
    });
    const text = await response.text();
    expect(text).not.toMatch(/[<\u2028\u2029]/);
    const data = JSON.parse(text.slice('/**/f('.length, -2)) as { context: string };
    expect(data.context).toBe(context);
  });
});

it('every answer of every door says what it is, and that nobody may guess or keep it', async () => {
  const house = await startHouse({
    vhost: '1',
    actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
  });
  const paths = [
    ...Object.values<{ path?: string }>(remoteMethods).map(({ path = '' }) => path),
    'socialize.listen',
    'nothing',
    '',
    'action/v2/unlinkaccount?vhost=1&uid=1&redirectUrl=%2Fx',
    'action/v2/unlinkaccount?vhost=%3Cscript%3E',
    'leave/%3Cscript%3E',
    'leave/return?state=%3Cscript%3E',
    `inbound/${house.apiKey}/%3Cscript%3E/logout-token`,
    'inbound/deletion/%3Cscript%3E',
    'healthz',
    'readyz',
  ];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT']) {
      const request = new Request(`https://outro.example/${path}`, { method });
      const { headers, status } = await house.handler(request);
      const about = `${method} ${path} ${status}`;
      expect(headers.get('cache-control'), about).toBe('no-store');
      expect(headers.get('x-content-type-options'), about).toBe('nosniff');
      const type = headers.get('content-type') ?? '';
      if (/html/.test(type))
        expect(headers.get('content-security-policy'), about).toContain("default-src 'none'");
      else if (status !== 303)
        expect(type, about).toMatch(
          /^(application\/json|text\/plain|text\/javascript|text\/event-stream)/,
        );
    }
});

describe('by a script tag', () => {
  it('no method that changes anything, with a good session in the address', async () => {
    const house = await startHouse({ allowAccountDeletion: true });
    await house.signIn({ siteUID: 'u', providers: { linkedin: { providerUID: 'l' } } });
    const token = await device(house, 'u', 'facebook');
    const before = await house.rows();
    for (const { path = '', changes, aliases = [] } of Object.values<{
      path?: string;
      changes?: boolean;
      aliases?: readonly string[];
    }>(remoteMethods)) {
      if (!changes) continue;
      for (const one of [path, ...aliases]) {
        const params = { login_token: token, ticket: 't', siteUID: 'u', grant_type: 'none' };
        const response = await get(house, one, { ...params, format: 'jsonp', callback: 'f' });
        expect(await response.text(), one).toContain('"errorCode":400001');
      }
    }
    expect(await house.rows()).toEqual(before);
    expect(await areLive(house, token)).toEqual([true]);
  });

  it('reads nothing by the cookie alone', async () => {
    const house = await startHouse();
    const token = await device(house, 'u', 'facebook');
    const headers = { Cookie: `glt_${house.apiKey}=${token}` };
    const response = await get(
      house,
      'socialize.getUserInfo',
      { format: 'jsonp', callback: 'f' },
      headers,
    );
    const text = await response.text();
    expect(text).toContain('"errorCode":403005');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
