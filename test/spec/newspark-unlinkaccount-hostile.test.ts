// newspark-unlinkaccount, design.md section 6: what people send who mean harm, and what must not happen then.
import { describe, expect, it } from 'vitest';
import { action, required, startNewspark } from '../support/newspark.ts';

const names = { external_id_provider_name: 'facebook', sub_provider_name: 'none' };

describe('redirectUrl: a path on the site or an allowed origin, whatever it pretends', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/%2e//evil.example',
    '/a/../..//evil.example',
    '/\t/evil.example',
    '/a\nLocation: https://evil.example',
    '/\u0085',
    '/\u0000',
    ' /userprofile',
    'userprofile',
    '?a=b',
    'https://evil.example/',
    'https:evil.example',
    'https:/\\evil.example',
    'https://shop.example.evil.example/',
    'https://shop.example:444/',
    'https://shop.example@evil.example/',
    'https://me:word@shop.example/',
    'http://shop.example/',
    '//shop.example/',
    'blob:https://shop.example/1',
    'javascript:alert(1)',
    'data:text/html,hello',
    '',
    `/${'a'.repeat(100)}`,
  ])('%j is refused in a page', async (redirectUrl) => {
    const { send, read, links } = await startNewspark();
    const { fields } = await read(await send('GET', { ...required, ...names }));
    const posted = await send('POST', { ...fields, redirectUrl });
    expect(posted.status).toBe(400);
    expect(posted.headers.get('location')).toBeNull();
    const response = await send('GET', { ...required, redirectUrl });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<p>redirectUrl: expected ');
    expect(await links()).toEqual(['facebook']);
  });
});

describe('values and names that no page sends', () => {
  const integers = [
    '',
    '0x1',
    '1.0',
    '-1',
    '1e3',
    ' 1',
    '1\n',
    '1\u0000',
    '١',
    '123456789012',
    'null',
    '__proto__',
  ];
  it.each(integers)('vhost %j: a page, and nothing is changed', async (vhost) => {
    const { send } = await startNewspark();
    const response = await send('GET', { ...required, vhost });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<p>vhost: expected ');
  });

  it.each(integers)('uid %j: back with the error', async (uid) => {
    const { send } = await startNewspark();
    const response = await send('POST', { ...required, uid });
    expect(response.headers.get('location')).toBe(
      '/userprofile?unlinkaccount=error&errorCode=400006&reason=Invalid+parameter+value&parameter=uid',
    );
  });

  const words = [
    '',
    'null ',
    'FACEBOOK',
    'ｆacebook',
    'facebook\u0000',
    '__proto__',
    'constructor',
    'a b',
    '<b>',
  ];
  it.each(words)('external_id_provider_name %j: never means all of them', async (name) => {
    const { send, links } = await startNewspark();
    const params = { ...required, external_id_provider_name: name, sub_provider_name: 'none' };
    const location = (await send('POST', params)).headers.get('location');
    expect(location).toContain('errorCode=400006');
    expect(location).toContain('parameter=external_id_provider_name');
    expect(await links()).toEqual(['facebook']);
  });

  it.each(words)('sub_provider_name %j: never means all of them', async (name) => {
    const { send, links } = await startNewspark(['janrain/yahoo']);
    const params = { ...required, external_id_provider_name: 'janrain', sub_provider_name: name };
    const location = (await send('POST', params)).headers.get('location');
    // Spelled like a name it is one, which the person does not have.
    expect(location).toMatch(/errorCode=(400006&.*sub_provider_name|400106)/);
    expect(await links()).toEqual(['janrain/yahoo']);
  });

  it.each([
    ['uid[]', '1'],
    ['__proto__', 'x'],
    ['external_id_provider_nam', 'facebook'],
    ['', 'facebook'],
    ['<img src=x>', '1'],
  ])('parameter %j: refused by name, since a misspelt one would mean all', async (name, value) => {
    const { send } = await startNewspark();
    const response = await send('GET', [...Object.entries(required), [name, value]]);
    expect(response.status).toBe(403);
    const shown = name.replace('<', '&lt;').replace('>', '&gt;');
    expect(await response.text()).toContain(`<p>${shown}: expected only parameters enabled`);
  });

  it.each(Object.entries({ ...required, ...names }))(
    '%s twice: refused in a page',
    async (name, value) => {
      const { send } = await startNewspark();
      for (const second of [name, name.toUpperCase()]) {
        const pairs: [string, string][] = [
          ...Object.entries({ ...required, ...names }),
          [second, value],
        ];
        const response = await send('POST', pairs);
        expect(response.status).toBe(400);
        expect(await response.text()).toContain('expected once, given twice');
      }
    },
  );

  it('a body that is no form, too long, or already read; a method that no page uses', async () => {
    const { house, cookie } = await startNewspark();
    const post = (body: string, type: string) =>
      house.handler(
        new Request(action, {
          method: 'POST',
          body,
          headers: { Cookie: cookie, 'Content-Type': type },
        }),
      );
    expect((await post('{}', 'application/json')).status).toBe(400);
    const form = 'application/x-www-form-urlencoded';
    expect((await post('a'.repeat(65_537), form)).status).toBe(413);
    const read = new Request(action, { method: 'POST', body: new URLSearchParams(required) });
    await read.text();
    expect(await (await house.handler(read)).text()).toContain('it was already read');
    const put = await house.handler(new Request(action, { method: 'PUT' }));
    expect(put.status).toBe(405);
    expect(put.headers.get('allow')).toBe('GET, POST');
    const elsewhere = await house.handler(new Request(`${action}/more`));
    expect(elsewhere.headers.get('content-type')).toContain('application/json');
  });
});
