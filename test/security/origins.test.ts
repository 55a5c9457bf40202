// CORS: exact match, and credentials only then.
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { device } from '../support/sessions.ts';

describe('an origin', () => {
  it.each([
    'null', 'https://evil.example', 'http://shop.example', 'https://shop.example.evil.example', 'https://evilshop.example', 'https://shop.example:8443',
    'https://SHOP.example', 'https://shop.example/', 'https://a.shop.example', 'https://shop.example, https://evil.example', 'https://shop.example@evil.example',
    '*', ' ', 'file://', 'https://shop.exampleé', 'https://shop%2eexample',
  ])('%j is not one of this site’s, however much it looks like one', async (origin) => {
    const house = await startHouse();
    const login_token = await device(house, 'u', 'facebook');
    const before = await house.rows();
    for (const path of ['socialize.getUserInfo', 'socialize.removeConnection', 'socialize.listen']) {
      const body = new URLSearchParams({ apiKey: house.apiKey, login_token });
      const headers = new Headers();
      try {
        headers.set('Origin', origin);
      } catch {
        return;
      }
      const response = await house.handler(new Request(`https://outro.example/${path}`, { method: 'POST', body, headers }));
      expect(response.headers.get('access-control-allow-origin'), path).toBeNull();
      expect(response.headers.get('access-control-allow-credentials'), path).toBeNull();
      // Blanks around a value are no part of it: then there is no origin, and no page.
      if (headers.get('origin') !== '') expect(await response.json(), path).toMatchObject({ errorCode: 400120 });
      else await response.body?.cancel();
    }
    if (origin.trim()) expect(await house.rows()).toEqual(before);
  }); // prettier-ignore

  it('of the site is named alone, with credentials, and caches are told', async () => {
    const house = await startHouse({
      origins: ['https://shop.example', 'https://www.shop.example'],
    });
    const body = new URLSearchParams({ apiKey: house.apiKey });
    const { headers } = await house.handler(
      new Request('https://outro.example/socialize.getUserInfo', {
        method: 'POST',
        body,
        headers: { Origin: 'https://www.shop.example' },
      }),
    );
    expect(headers.get('access-control-allow-origin')).toBe('https://www.shop.example');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toContain('Origin');
  });

  it('is not asked for by a preflight: nothing of ours needs one, so none is granted', async () => {
    const house = await startHouse();
    const headers = {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'x-a',
    };
    const response = await house.handler(
      new Request('https://outro.example/socialize.removeConnection', {
        method: 'OPTIONS',
        headers,
      }),
    );
    expect(response.headers.get('access-control-allow-methods')).toBeNull();
    expect(response.headers.get('access-control-allow-headers')).toBeNull();
  });
});
