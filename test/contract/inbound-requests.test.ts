// What a provider sends is read by the same rules as what a page sends: nothing twice, nothing too much, nothing eaten.
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { House } from '../support/house.ts';
import {
  deliver,
  expectRefusal,
  identities,
  now,
  openHouse,
  signInWith,
} from '../support/inbound.ts';

const secret = 'an app secret';
const hookSecret = 'a-webhook-secret';
const issuer = 'https://login.example';
const flood = Array.from({ length: 11_000 }, (_, index) => `p${index}=1`).join('&');

let house: House;

beforeAll(async () => {
  house = await openHouse({
    facebook: { clientId: '1', clientSecret: secret },
    github: { inbound: { secret: hookSecret } },
    apple: { clientId: '3' },
    kakao: { clientSecret: secret, inbound: { appId: '77' } },
    'oidc-acme': { issuer, clientId: 'shop' },
  });
});

const signedRequest = (person: string): string => {
  const content = { algorithm: 'HMAC-SHA256', issued_at: now(), user_id: person };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${createHmac('sha256', secret).update(payload).digest('base64url')}.${payload}`;
};

const hook = (body: string) =>
  deliver(house, 'github/webhook', body, {
    headers: {
      'x-github-event': 'github_app_authorization',
      'x-hub-signature-256': `sha256=${createHmac('sha256', hookSecret).update(body).digest('hex')}`,
    },
  });

const doors = ['facebook/deauthorize', 'facebook/data-deletion', 'oidc-acme/logout-token'];

describe('a message of a provider', () => {
  it.each(doors)('4.13 of 11,000 parameters is refused unread: %s', async (door) => {
    const body = `${flood}&signed_request=${signedRequest('f')}&logout_token=a.b.c`;
    const words = /^body: |^parameters: expected at most 200/;
    await expectRefusal(house, () => deliver(house, door, body.slice(-60_000)), 400, words);
  });

  it.each([...doors.slice(0, 1), 'oidc-acme/front-channel', 'deletion/x'])(
    '4.13 in an address, too: %s',
    async (door) => {
      const at = door.startsWith('deletion') ? `../${door}` : door;
      const url = new URL(
        `https://outro.example/inbound/${house.apiKey}/${at}?${'a&'.repeat(300)}`,
      );
      const method = door.endsWith('deauthorize') ? 'POST' : 'GET';
      const response = await house.handler(new Request(url, { method }));
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('parameters: expected at most 200');
    },
  );

  it('1.9 in the address of a POST counts, and not beside one in the body', async () => {
    await signInWith(house, 'facebook', { providerUID: 'f-1' });
    const [one, other] = [signedRequest('f-1'), signedRequest('f-2')];
    const door = `facebook/deauthorize?signed_request=${one}`;
    const twice = new URLSearchParams({ Signed_Request: other });
    await expectRefusal(house, () => deliver(house, door, twice), 400, /given twice$/);
    const query = `facebook/deauthorize?iss=${issuer}`;
    const body = new URLSearchParams({ signed_request: one });
    expect((await deliver(house, query, body)).status).toBe(200);
    expect(await identities(house)).toEqual([]);
  });

  it('names nothing twice, however well it is signed', async () => {
    await signInWith(house, 'github', { providerUID: '7' }, { siteUID: 'v', loginIDs: [] });
    const twice = '{"action":"revoked","sender":{"id":8,"\\u0069d":7}}';
    await expectRefusal(house, () => hook(twice), 400, /^id: expected once, given twice$/);
    const query = `iss=${issuer}&sid=s&SID=t`;
    const sending = () => deliver(house, `oidc-acme/front-channel?${query}`);
    await expectRefusal(house, sending, 400, /^SID: expected once, given twice$/);
  });

  it('proves what its body says, and not its address', async () => {
    await signInWith(house, 'kakao', { providerUID: '42' }, { siteUID: 'w', loginIDs: [] });
    const headers = { Authorization: `KakaoAK ${secret}` };
    const sending = () => deliver(house, 'kakao/webhook?app_id=77&user_id=42', '', { headers });
    await expectRefusal(house, sending, 400, /^app_id: expected that of this site$/);
  });

  it.each([...doors, 'github/webhook', 'apple/security-event'])(
    'that the host has already read is an error, and no empty message: %s',
    async (door) => {
      const request = new Request(`https://outro.example/inbound/${house.apiKey}/${door}`, {
        method: 'POST',
        body: new URLSearchParams({ signed_request: signedRequest('f') }),
      });
      await request.text();
      await expectRefusal(house, () => house.handler(request), 400, /^body: it was already read/);
    },
  );
});
