// What single webhooks ask for besides: challenges, forms, several people, spellings.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { House } from '../support/house.ts';
import { deliver, expectRefusal, identities, openHouse, signInWith } from '../support/inbound.ts';
import {
  providerOf,
  send,
  senders,
  signDiscord,
  signSlack,
  signZoom,
  type Message,
} from '../support/webhooks.ts';

const openFor = (provider: string): Promise<House> =>
  openHouse({ [provider]: (senders[provider] ?? senders[`${provider} as JSON`])?.settings ?? {} });

describe('what each provider asks for besides', () => {
  it("GitHub: the signature of its own documentation's example is taken, and no other", async () => {
    const house = await openHouse({
      github: { inbound: { secret: "It's a Secret to Everybody" } },
    });
    const digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const ping = (signature: string): Message => ({
      path: 'github/webhook',
      body: 'Hello, World!',
      headers: { 'x-github-event': 'ping', 'x-hub-signature-256': signature },
    });
    expect((await send(house, ping(`sha256=${digest}`))).status).toBe(204);
    for (const wrong of [digest, `sha1=${digest}`, `sha256=${digest.slice(1)}`, 'sha256=', ''])
      await expectRefusal(house, () => send(house, ping(wrong)), 401, /^proof: /);
  });

  it('GitHub: five copies at once, and one removal', async () => {
    const house = await openFor('github');
    await signInWith(house, 'github', { providerUID: '583231' });
    const message = senders['github']?.make() ?? expect.fail();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send(house, message)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    const { journal = [] } = await house.rows();
    const removals = (journal as { method: string }[]).filter(
      ({ method }) => method === 'removeConnection',
    );
    expect(removals).toHaveLength(1);
  });

  it('GitHub: sent as a form it is refused, not taken for something that means nothing', async () => {
    const house = await openFor('github');
    const body = 'payload=%7B%22action%22%3A%22revoked%22%7D';
    const digest = createHmac('sha256', 'a-webhook-secret').update(body).digest('hex');
    const headers = {
      'x-github-event': 'github_app_authorization',
      'x-hub-signature-256': `sha256=${digest}`,
    };
    const sending = () => send(house, { path: 'github/webhook', body, headers });
    await expectRefusal(house, sending, 400, /^body: expected json$/);
  });

  it('Slack: the challenge is answered when it is signed; an event that names nobody is heard', async () => {
    const house = await openFor('slack');
    const body = JSON.stringify({
      type: 'url_verification',
      challenge: '3eZbrw1a{setting.secret}',
    });
    const response = await send(house, signSlack(body));
    expect(await response.json()).toEqual({ challenge: '3eZbrw1a{setting.secret}' });
    const forged = signSlack(body, { secret: 'another-secret' });
    await expectRefusal(house, () => send(house, forged), 401, /^proof: /);
    const event = { type: 'tokens_revoked', tokens: { bot: ['UBOT'] } };
    const bots = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event });
    expect((await send(house, signSlack(bots))).status).toBe(200);
  });

  it('Slack: names several people, and each is heard of', async () => {
    const house = await openFor('slack');
    for (const person of ['U1', 'U2', 'U3'])
      await signInWith(house, 'slack', { providerUID: person }, { siteUID: person, loginIDs: [] });
    const event = { type: 'tokens_revoked', tokens: { oauth: ['U1', 'U3'] } };
    const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev2', event });
    expect((await send(house, signSlack(body))).status).toBe(200);
    const states = (await identities(house)).map(({ state }) => state);
    expect(states).toEqual(['mapping', 'linked', 'mapping']);
  });

  it('Discord: PING is answered 204, when it is signed', async () => {
    const house = await openFor('discord');
    const ping = (wish = {}) =>
      signDiscord(JSON.stringify({ application_id: 'd1', type: 0 }), wish);
    expect((await send(house, ping())).status).toBe(204);
    await expectRefusal(house, () => send(house, ping({ secret: 'x' })), 401, /^proof: /);
    const broken = { ...ping().headers, 'x-signature-ed25519': 'x' };
    const sending = () => send(house, { ...ping(), headers: broken });
    await expectRefusal(house, sending, 401, /^proof: /);
  });

  it.each([
    [
      'naver as JSON',
      ({ body = '', ...rest }: Message) => ({ ...rest, body: body.replace('"}', '="}') }),
    ],
    [
      'discord',
      ({ headers, ...rest }: Message) => {
        const signature = headers?.['x-signature-ed25519']?.toUpperCase() ?? '';
        return { ...rest, headers: { ...headers, 'x-signature-ed25519': signature } };
      },
    ],
  ])(
    '%s: a signature in another spelling is right, and still the same message',
    async (name, respell) => {
      const sender = senders[name] ?? expect.fail();
      const provider = providerOf(name);
      const house = await openFor(provider);
      const message = sender.make();
      expect((await send(house, respell(message))).status).toBe(sender.status);
      await signInWith(house, provider, { providerUID: sender.person });
      expect((await send(house, message)).status).toBe(sender.status);
      expect(await identities(house)).toMatchObject([{ state: 'linked' }]);
    },
  );

  it('Zoom: the validation of the address is answered with the HMAC of its token', async () => {
    const house = await openFor('zoom');
    const content = { event: 'endpoint.url_validation', payload: { plainToken: 'q3A' } };
    const encryptedToken = createHmac('sha256', 'a-webhook-secret').update('q3A').digest('hex');
    const response = await send(house, signZoom(content));
    expect(await response.json()).toEqual({ plainToken: 'q3A', encryptedToken });
    const forged = signZoom(content, { secret: 'another-secret' });
    await expectRefusal(house, () => send(house, forged), 401, /^proof: /);
  });

  it('Strava: the subscription is confirmed at the secret address, with the verify token', async () => {
    const house = await openFor('strava');
    const query = (token: string) =>
      `?hub.mode=subscribe&hub.challenge=15f7&hub.verify_token=${token}`;
    const right = `strava/webhook/a-webhook-secret${query('a-webhook-secret')}`;
    expect(await (await deliver(house, right)).json()).toEqual({ 'hub.challenge': '15f7' });
    for (const path of [
      `strava/webhook/a-webhook-secret${query('x')}`,
      `strava/webhook${query('a-webhook-secret')}`,
    ])
      await expectRefusal(house, () => deliver(house, path), 401, /^proof: /);
  });

  it('WeChat: the address is confirmed; other withdrawn data changes nothing; a closed account does', async () => {
    const house = await openFor('wechat');
    await signInWith(house, 'wechat', { providerUID: 'o1' });
    const make = senders['wechat as JSON']?.make ?? expect.fail();
    const path = `${make().path}&echostr=8362`;
    expect(await (await deliver(house, path)).text()).toBe('8362');
    const change = (fields: object): Message => {
      const message = make();
      const given = JSON.parse(message.body ?? '') as object;
      return { ...message, body: JSON.stringify({ ...given, ...fields }) };
    };
    for (const RevokeInfo of ['201', '2056', '16', ''])
      expect((await send(house, change({ RevokeInfo }))).status).toBe(200);
    expect(await identities(house)).toHaveLength(1);
    await send(house, change({ Event: 'user_authorization_cancellation', RevokeInfo: undefined }));
    expect(await identities(house)).toEqual([]);
  });

  it('WeChat: an encrypted message is refused, not taken for something that means nothing', async () => {
    const house = await openFor('wechat');
    const { path } = senders['wechat as XML']?.make() ?? expect.fail();
    const body = '<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[x]]></Encrypt></xml>';
    await expectRefusal(
      house,
      () => send(house, { path, body }),
      400,
      /^body: expected plain mode/,
    );
  });

  it.each([
    '<xml><OpenID>o1</OpenID><Encrypt><![CDATA[x]]></Encrypt><a><b>c</b></a></xml>',
    '<!DOCTYPE xml [<!ENTITY e "x">]><xml><OpenID>&e;</OpenID></xml>',
    '<xml><OpenID>&e;</OpenID></xml>',
    '<xml>',
  ])('WeChat: XML that is more than texts is refused: %s', async (body) => {
    const house = await openFor('wechat');
    const { path } = senders['wechat as XML']?.make() ?? expect.fail();
    await expectRefusal(house, () => send(house, { path, body }), 400, /^body: expected <xml>/);
  });

  it.each(['{', '[]', 'null', '{"type":{"a":1}}', '{"event":null}'])(
    'a body %j breaks nothing',
    async (body) => {
      const house = await openFor('slack');
      const { status } = await send(house, signSlack(body));
      expect([200, 400]).toContain(status);
    },
  );
});

it('4.12 GitHub: the same message under another delivery id counts no more, since that is not signed', async () => {
  const house = await openFor('github');
  const person = { providerUID: '583231' };
  await signInWith(house, 'github', person);
  const message = senders['github']?.make() as Message;
  const again = { ...message, headers: { ...message.headers, 'x-github-delivery': 'another' } };
  expect((await send(house, message)).status).toBe(204);
  expect(await identities(house)).toEqual([]);
  await signInWith(house, 'github', person);
  expect((await send(house, again)).status).toBe(204);
  expect(await identities(house)).toHaveLength(1);
});
