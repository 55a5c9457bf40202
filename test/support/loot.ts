import { expect } from 'vitest';
import { startHouse, type House } from './house.ts';
import { device, ticketOf } from './sessions.ts';

export const origin = 'https://outro.example';

/** Kinds of tokens that can be stolen. */
export const kinds = [
  'session token',
  'leave ticket',
  'CSRF token',
  'trip token',
  "user's OAuth token",
  "site's OAuth token",
  'idempotency key',
] as const;
export type Kind = (typeof kinds)[number];

export const action = '/action/v2/unlinkaccount';
export const asked = { vhost: '1', uid: '7', redirectUrl: '/back' };

export interface Loot {
  house: House;
  vhost: string;
  session: string;
  tokens: Record<Kind, string>;
}

/** A person whose every token was stolen; the session is another device's, and alive. */
export const steal = async (): Promise<Loot> => {
  const vhost = '1';
  const house = await startHouse({
    vhost,
    actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
    allowAccountDeletion: true,
    providers: {
      facebook: {
        logout: { by: 'visit', url: 'https://login.example/out', parameters: {}, method: 'GET' },
      },
    },
  });
  await house.signIn({
    siteUID: '7',
    providers: { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } },
    loginIDs: [{ value: 'ada@shop.example', wayIn: 'password' }],
    elsewhere: true,
  });
  const session = await device(house, '7', 'facebook');
  const left = await house.post('socialize.logout', {
    login_token: await device(house, '7', 'facebook'),
  });
  const trip =
    /\/leave\/([\w-]+)/.exec(JSON.stringify(left))?.[1] ?? expect.fail(JSON.stringify(left));
  const getToken = async (params: Record<string, string>) => {
    const answer = await house.signed('socialize.getToken', params);
    return String(answer['access_token']);
  };
  const headers = { Cookie: `glt_${house.apiKey}=${session}` };
  const query = new URLSearchParams({ ...asked, vhost });
  const page = await house.handler(new Request(`${origin}${action}?${query}`, { headers }));
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? expect.fail('no page');
  const key = 'idempotency-key-of-ada';
  await house.post('socialize.removeConnection', {
    login_token: session,
    provider: 'linkedin',
    idempotencyKey: key,
  });
  return {
    house,
    vhost,
    session,
    tokens: {
      'session token': session,
      'leave ticket': ticketOf(session),
      'CSRF token': csrf,
      'trip token': trip,
      "user's OAuth token": await getToken({ grant_type: 'none', x_siteUID: '7' }),
      "site's OAuth token": await getToken({ grant_type: 'client_credentials' }),
      'idempotency key': key,
    },
  };
};
