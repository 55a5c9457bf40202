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
    '1a',
    '.a',
    'a.',
    'a..b',
    'a[b]',
    'a[]',
    'a[0',
    '[0]',
  ])('%j is refused in JSON, and does not come back', async (callback) => {
    const house = await startHouse({ jsonp: true });
    const response = await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const text = await response.text();
    const answer = JSON.parse(text) as { callId: string };
    expect(answer).toMatchObject({ errorCode: 400006 });
    // A call's id is random digits, with `1a` among them now and then.
    expect(text.replace(answer.callId, '')).not.toContain(callback.slice(0, 50));
  });

  it('stands behind a comment, as script and nothing else, sniffed by nobody, stored by nobody', async () => {
    const house = await startHouse({ jsonp: true });
    for (const callback of [
      'CWS',
      'page._.apiAdapters.web.callback',
      'f[0]',
      '$',
      'gigyaDone',
      'a[0].b',
    ]) {
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
    const house = await startHouse({ jsonp: true });
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

describe('4.9 jsonp', () => {
  it('4.9 is off until the site says otherwise, and the refusal says what to set', async () => {
    for (const site of [{}, { jsonp: false }]) {
      const house = await startHouse(site);
      for (const path of ['socialize.getUserInfo', 'socialize.removeConnection', 'nothing'])
        for (const format of ['jsonp', 'JSONP']) {
          const response = await get(house, path, { format, callback: 'f' });
          expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
          expect(await response.json()).toMatchObject({
            errorCode: 400006,
            errorDetails: expect.stringContaining('`jsonp: true`') as string,
          });
        }
    }
  });

  it.each([
    'gigya.socialize.removeConnection',
    'gigya.accounts.logout',
    'gigya',
    'outro.client.logout',
    'ss_mi.ssmi_unlink_user',
    'window.gigya.socialize.removeConnection',
    'self.window.outro.client.logout',
    'document.defaultView.ss_mi.ssmi_unlink_user',
    'frames[0].gigya.socialize.logout',
    '__gigyaConf.onGigyaServiceReady',
    'onGigyaServiceReady',
    'ssmi_user_unlink_success',
    'top.ssmi_user_unlink_failure',
  ])('4.9 %s is ours, and no callback', async (callback) => {
    const house = await startHouse({ jsonp: true });
    const response = await get(house, 'socialize.getUserInfo', { format: 'jsonp', callback });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringMatching(
        /^callback: expected a function of the page's own/,
      ) as string,
    });
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
    const house = await startHouse({ allowAccountDeletion: true, jsonp: true });
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
        const session = { login_token: token, siteUID: 'u', grant_type: 'none' };
        const params = { ...session, ticket: 't', id_token: 'a.b.c' };
        const response = await get(house, one, { ...params, format: 'jsonp', callback: 'f' });
        expect(await response.text(), one).toContain('"errorCode":400001');
      }
    }
    expect(await house.rows()).toEqual(before);
    expect(await areLive(house, token)).toEqual([true]);
  });

  it('reads nothing by the cookie alone', async () => {
    const house = await startHouse({ jsonp: true });
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
