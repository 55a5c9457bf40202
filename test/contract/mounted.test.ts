// A handler under a path of its host, and the script that it has to serve (fault 5.10).
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { signedBody } from '../support/signed.ts';

const publicUrl = 'https://shop.example/account/outro';
const open = async (): Promise<House> => {
  const house = await startHouse({
    publicUrl,
    vhost: '7',
    actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
  });
  // Signed for the whole address, as clients see it.
  await call(house, `${publicUrl}/socialize.notifyLogin`, {
    siteUID: '7',
    providerSessions: '{"facebook":{"providerUID":"f"}}',
  });
  return house;
};

const call = async (
  { handler, apiKey }: House,
  signedFor: string,
  params: Record<string, string>,
  sentTo = signedFor,
): Promise<Answer> => {
  const body = signedBody(signedFor, secret, { apiKey, UID: '7', ...params });
  return (await (await handler(new Request(sentTo, { method: 'POST', body }))).json()) as Answer;
};

describe('5.10 mounted under a path', () => {
  it.each([
    ['a host that hands on the whole address', `${publicUrl}/socialize.getUserInfo`],
    ['a host that takes its part away', 'https://shop.example/socialize.getUserInfo'],
    [
      'another name of the host',
      'https://socialize.shop.example/account/outro/socialize.getUserInfo',
    ],
  ])('%s', async (_, sentTo) => {
    const house = await open();
    const host = new URL(sentTo).host;
    const signedFor = `https://${host}/account/outro/socialize.getUserInfo`;
    expect(await call(house, signedFor, {}, sentTo)).toMatchObject({ errorCode: 0, UID: '7' });
  });

  it.each([
    '/account/outrox/socialize.getUserInfo',
    '/account/socialize.getUserInfo',
    '/account/outro',
  ])('%s is no path of ours', async (path) => {
    const house = await open();
    const sentTo = `https://shop.example${path}`;
    expect(await call(house, sentTo, {}, sentTo)).toMatchObject({ errorCode: 405001 });
  });

  it('a body that was read already is still no empty one', async () => {
    const house = await open();
    const body = signedBody(`${publicUrl}/socialize.logout`, secret, { apiKey: house.apiKey });
    const request = new Request(`${publicUrl}/socialize.logout`, { method: 'POST', body });
    await request.text();
    const answer = (await (await house.handler(request)).json()) as Answer;
    expect(answer).toMatchObject({ errorCode: 400001 });
    expect(answer.errorDetails).toMatch(/^body: it was already read/);
  });

  it('the streams, the probes and the unlink form are there too', async () => {
    const house = await open();
    expect((await house.handler(new Request(`${publicUrl}/healthz`))).status).toBe(200);
    const { cookieValue } = await call(house, `${publicUrl}/socialize.notifyLogin`, {
      siteUID: '7',
    });
    const body = new URLSearchParams({ apiKey: house.apiKey, login_token: String(cookieValue) });
    const abort = new AbortController();
    const stream = await house.handler(
      new Request(`${publicUrl}/socialize.listen`, { method: 'POST', body, signal: abort.signal }),
    );
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    abort.abort();
    await stream.body?.cancel().catch(() => {});
    const query = new URLSearchParams({ vhost: '7', uid: '7', redirectUrl: '/done' });
    const page = await house.handler(
      new Request(`${publicUrl}/action/v2/unlinkaccount?${query}`, {
        headers: { Cookie: `glt_${house.apiKey}=${String(cookieValue)}` },
      }),
    );
    expect(await page.text()).toContain('action="/account/outro/action/v2/unlinkaccount"');
  });
});

describe('5.10 the script', () => {
  it.runIf(existsSync(new URL('../../dist/outro.js', import.meta.url)))(
    'is served without a word about it, under a path too',
    async () => {
      const house = await open();
      for (const name of ['outro.js', 'gigya.js', 'socialize.js']) {
        const answer = await house.handler(new Request(`${publicUrl}/js/${name}?apiKey=k`));
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
        expect(await answer.text()).toContain('ssmi_unlink_user');
      }
    },
  );

  it('that was given is served instead', async () => {
    const house = await startHouse({}, undefined, { script: { 'outro.js': 'mine' } });
    const answer = await house.handler(new Request('https://outro.example/js/gigya.js'));
    expect(await answer.text()).toBe('mine');
  });
});
