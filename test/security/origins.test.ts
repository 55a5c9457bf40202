// CORS: exact match, and credentials only then.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
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

  const preflight = (house: House, origin: string, headers: Record<string, string>) =>
    house.handler(
      new Request('https://outro.example/socialize.removeConnection', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', ...headers },
      }),
    );

  it('5.9 of a site is answered beforehand, whatever headers its page adds', async () => {
    const house = await startHouse({ origins: ['https://shop.example', 'capacitor://localhost'] });
    const asked = 'sentry-trace, traceparent,x-datadog-trace-id';
    for (const origin of [
      'https://shop.example',
      'capacitor://localhost',
      'https://outro.example',
    ]) {
      const response = await preflight(house, origin, { 'Access-Control-Request-Headers': asked });
      expect(response.status).toBe(204);
      const { headers } = response;
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-allow-headers')).toBe(asked);
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  it('5.9 of a site is given no header name that is none, and no endless list', async () => {
    const house = await startHouse();
    for (const asked of ['*', 'a b', 'x-a, , x-b', 'x-é', '"x"', 'x-a,'.repeat(50) + 'x-a'])
      expect(
        (
          await preflight(house, 'https://shop.example', {
            'Access-Control-Request-Headers': asked,
          })
        ).headers.get('access-control-allow-headers'),
        asked,
      ).toBeNull();
  });

  it('5.9 of no site is granted nothing beforehand', async () => {
    const house = await startHouse();
    for (const origin of ['null', 'https://evil.example', 'https://shop.example.evil.example']) {
      const response = await preflight(house, origin, { 'Access-Control-Request-Headers': 'x-a' });
      expect(await response.json()).toMatchObject({ errorCode: 400120 });
      for (const name of ['origin', 'credentials', 'methods', 'headers'])
        expect(response.headers.get(`access-control-allow-${name}`)).toBeNull();
    }
  });

  it.each<[string, RequestInit, number]>([
    ['a wrong key', { body: new URLSearchParams({ apiKey: '3_typo' }) }, 400093],
    ['no key', { body: new URLSearchParams() }, 400093],
    ['JSON instead of a form', { body: '{}', headers: { 'Content-Type': 'text/json' } }, 400001],
    ['a parameter twice', { body: new URLSearchParams('apiKey=a&APIKEY=b') }, 400006],
    ['a large body', { body: new URLSearchParams({ cid: 'x'.repeat(70_000) }) }, 413001],
  ])('5.9 of a site reads why its page was refused: %s', async (_, init, errorCode) => {
    const house = await startHouse();
    const send = (origin: string) => {
      const headers = { ...(init.headers as Record<string, string>), Origin: origin };
      const url = 'https://outro.example/socialize.logout';
      return house.handler(new Request(url, { ...init, method: 'POST', headers }));
    };
    const refused = await send('https://shop.example');
    expect(await refused.json()).toMatchObject({ errorCode });
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(refused.headers.get('access-control-allow-credentials')).toBe('true');
    const stranger = await send('https://evil.example');
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });
});
