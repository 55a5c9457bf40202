// The site hears of everything by signed messages, whoever caused it, each until it is taken.
import { createHandler, listErrands, verifyWebhook } from 'outro/server';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';
import { answering, makeDue, revoke } from '../support/revocation.ts';
import {
  deliveries,
  enter,
  newSecret,
  openTold,
  startReceiver,
  type Receiver,
} from '../support/receiver.ts';

const remove = (house: House, provider: string, UID = 'u', more: Record<string, string> = {}) =>
  house.signed('socialize.removeConnection', { UID, provider, ...more });

const typesOf = ({ arrived }: Receiver) => arrived.map(({ event }) => event.type.slice(6));

describe('a message', () => {
  it('is a CloudEvent, signed as Standard Webhooks says: their library and ours take it', async () => {
    const receiver = await startReceiver();
    const own = newSecret();
    const house = await openTold([receiver], [own]);
    await enter(house);
    const { callId, receipt } = await remove(house, 'github', 'u', { cid: 'settings page' });
    await house.work();
    const [message] = receiver.arrived;
    const { headers = {}, body = '' } = message ?? {};
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    const event = verifyWebhook(body, headers, own);
    expect(new Webhook(own).verify(body, headers)).toEqual(event);
    expect(event).toEqual({
      specversion: '1.0',
      id: headers['webhook-id'],
      source: `https://outro.example/${house.apiKey}`,
      type: 'outro.connection.removed',
      subject: 'u',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      datacontenttype: 'application/json',
      cursor: expect.stringMatching(/^\d+-[0-9a-f]{10}$/) as string,
      data: {
        uid: 'u',
        actor: 'app',
        callId,
        provider: 'github',
        cid: 'settings page',
        receipt: (receipt as { step: string }[]).filter(({ step }) => step !== 'provider-session'),
        connections: [{ provider: 'github', providerUID: 'g-u' }],
      },
    });
  });

  it('is of four types, and each webhook gets those that it wants', async () => {
    const [all, some] = [await startReceiver(), await startReceiver('/some')];
    const { origin } = await answering({ status: 200 });
    const secrets = [newSecret()];
    const house = await openTold([all], secrets, {
      providers: { facebook: { revoke: { ...revoke, authorization: undefined, url: origin } } },
      webhooks: [
        { url: all.url, secrets },
        { url: some.url, secrets, types: ['outro.account.deleted'] },
      ],
    });
    const facebook = { providerUID: 'f', refreshToken: 'token' };
    const providerSessions = JSON.stringify({ facebook });
    await enter(house, 'u', { providerSessions, siteSession: 'site-1' });
    await enter(house, 'u', { providerSessions, siteSession: 'site-2' });
    await remove(house, 'facebook');
    await enter(house, 'u', { siteSession: 'site-3' });
    await house.signed('socialize.logout', { UID: 'u' });
    await enter(house, 'u', { siteSession: 'site-4' });
    await house.signed('socialize.deleteAccount', { UID: 'u' });
    while ((await house.work()) > 0);
    expect(typesOf(all)).toEqual([
      'connection.removed',
      'session.ended',
      'receipt.finished',
      'session.ended',
      'account.deleted',
    ]);
    expect(all.arrived.map(({ event }) => event.data.siteSessions?.toSorted())).toEqual([
      undefined,
      ['site-1', 'site-2'],
      undefined,
      ['site-3'],
      ['site-4'],
    ]);
    expect(typesOf(some)).toEqual(['account.deleted']);
    expect(new Set(all.arrived.map(({ event }) => event.id)).size).toBe(5);
    const finished = all.arrived[2]?.event.data;
    expect(finished?.callId).toBe(all.arrived[0]?.event.data.callId);
    expect(finished?.receipt).toContainEqual(
      expect.objectContaining({ step: 'grant', status: 'done' }),
    );
  });

  it('is not sent of what was refused, of a sign-in, or to another site', async () => {
    const receiver = await startReceiver();
    const house = await openTold([receiver], [newSecret()]);
    await enter(house);
    await remove(house, 'linkedin');
    await remove(house, 'github', 'u', { lastIdentityHandling: 'never' });
    const stranger = await startHouse();
    await enter(stranger);
    await remove(stranger, 'github');
    await Promise.all([house.work(), stranger.work()]);
    expect(receiver.arrived).toEqual([]);
    expect(await deliveries(stranger)).toEqual([]);
  });

  it('is signed with each secret while they rotate; one that is no more signs nothing', async () => {
    const receiver = await startReceiver();
    const [old, next, gone] = [newSecret(), newSecret(), newSecret()];
    const house = await openTold([receiver], [next, old]);
    await enter(house);
    await remove(house, 'github');
    await house.work();
    const { headers = {}, body = '' } = receiver.arrived[0] ?? {};
    for (const one of [old, next]) new Webhook(one).verify(body, headers);
    expect(verifyWebhook(body, headers, [gone, old]).subject).toBe('u');
    expect(() => new Webhook(gone).verify(body, headers)).toThrow();
    expect(() => verifyWebhook(body, headers, gone)).toThrow('webhook-signature: expected');
  });
});

describe('verifyWebhook', () => {
  const own = newSecret();
  const body = JSON.stringify({ type: 'outro.session.ended' });
  const signed = (at = new Date(), text = body) => ({
    'webhook-id': 'one',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(own).sign('one', at, text),
  });

  it('takes what others sign, among signatures of other kinds, headers of any host', () => {
    const headers = signed();
    const signature = `v1a,AAAA v1,AAAA ${headers['webhook-signature']}`;
    const given = { ...headers, 'webhook-signature': signature };
    expect(verifyWebhook(body, new Headers(given), own).type).toBe('outro.session.ended');
    const upper = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(verifyWebhook(body, upper, own).type).toBe('outro.session.ended');
  });

  it.each([
    ['a body that was changed', () => verifyWebhook(`${body} `, signed(), own), 403003],
    ['another id', () => verifyWebhook(body, { ...signed(), 'webhook-id': 'two' }, own), 403003],
    [
      'six minutes old',
      () => verifyWebhook(body, signed(new Date(Date.now() - 360_000)), own),
      403002,
    ],
    [
      'six minutes ahead',
      () => verifyWebhook(body, signed(new Date(Date.now() + 360_000)), own),
      403002,
    ],
    [
      'a time that is none',
      () => verifyWebhook(body, { ...signed(), 'webhook-timestamp': '1e9' }, own),
      403002,
    ],
    ['no signature', () => verifyWebhook(body, { 'webhook-id': 'one' }, own), 400002],
    ['a secret that is none', () => verifyWebhook(body, signed(), 'secret'), 400006],
    ['no secret', () => verifyWebhook(body, signed(), []), 400006],
    ['no JSON', () => verifyWebhook('{', signed(new Date(), '{'), own), 400006],
  ])('refuses %s', (_what, verify, code) => {
    expect(verify).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('a receiver that does not take it', () => {
  const house = async () => {
    const receiver = await startReceiver();
    const opened = await openTold([receiver], [newSecret()]);
    await enter(opened);
    await enter(opened, 'v');
    return { house: opened, receiver };
  };

  it.each([
    ['answers 500', (response) => void response.writeHead(500).end(), 'the receiver answered 500'],
    [
      'redirects',
      (response) => void response.writeHead(302, { location: 'https://x.example/' }).end(),
      'the receiver answered 302; redirects are not followed',
    ],
    ['answers 404', (response) => void response.writeHead(404).end(), 'the receiver answered 404'],
    ['hangs up', (response) => void response.socket?.destroy(), 'no answer from the receiver'],
    [
      'answers what is no HTTP',
      (response) => void response.socket?.end('garbage\r\n\r\n'),
      'no answer from the receiver',
    ],
  ] satisfies [string, Receiver['answer'], string][])(
    '%s: the message waits, visibly, nothing else goes there meanwhile, and then it is sent again with the same id',
    async (_what, answer, reason) => {
      const { house: told, receiver } = await house();
      const taken = receiver.answer;
      receiver.answer = answer;
      await remove(told, 'github');
      await told.work();
      expect(await deliveries(told)).toMatchObject([{ state: 'pending', attempts: 1, reason }]);
      // However long the next lines take, the pause does not end in between.
      await told.database.query(
        "update outro.destinations set paused_until = paused_until + interval '1 hour' where site = $1",
        [told.apiKey],
      );
      await remove(told, 'github', 'v');
      await told.work();
      expect(receiver.arrived).toHaveLength(1);
      receiver.answer = taken;
      await makeDue(told);
      await told.work();
      expect(await deliveries(told)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
      const [first, second, third] = receiver.arrived.map(({ event }) => event.id);
      expect([first === third || first === second, receiver.arrived.length]).toEqual([true, 3]);
    },
  );

  it.each([
    ['never answers', () => {}],
    [
      'sends the head of its answer a letter at a time, without end',
      (response) => {
        const { socket } = response;
        socket?.write('HTTP/1.1 200 OK\r\nX-Letters: ');
        const drip = setInterval(() => socket?.write('a'), 5);
        socket?.on('close', () => clearInterval(drip)).on('error', () => {});
      },
    ],
  ] satisfies [string, Receiver['answer']][])(
    '%s: after ten seconds the message waits and says so, and others are served meanwhile',
    async (_what, answer) => {
      const limits: number[] = [];
      const clocks: AbortController[] = [];
      vi.spyOn(AbortSignal, 'timeout').mockImplementation((limit) => {
        limits.push(limit);
        const clock = new AbortController();
        clocks.push(clock);
        return clock.signal;
      });
      onTestFinished(() => void vi.restoreAllMocks());
      const [silent, other] = [await startReceiver('/silent'), await startReceiver('/other')];
      silent.answer = answer;
      const told = await openTold([silent, other], [newSecret()]);
      await enter(told);
      await remove(told, 'github');
      const working = told.work();
      await expect
        .poll(async () => (await deliveries(told)).map(({ state }) => state))
        .toContain('done');
      // The ten seconds are over.
      for (const clock of clocks) clock.abort();
      await working;
      const list = await listErrands({ store: told.database.store }, { site: told.apiKey });
      expect(Object.fromEntries(list.map(({ state, reason }) => [state, reason]))).toEqual({
        done: undefined,
        pending: 'no answer from the receiver in 10000 ms',
      });
      expect([limits, other.arrived.length]).toEqual([[10_000, 10_000], 1]);
    },
  );

  it('answers 429: it waits for as long as the receiver asks', async () => {
    const { house: told, receiver } = await house();
    receiver.answer = (response) => void response.writeHead(429, { 'retry-after': '900' }).end();
    await remove(told, 'github');
    await told.work();
    const [delivery] = await deliveries(told);
    expect(delivery).toMatchObject({ state: 'pending', reason: 'the receiver answered 429' });
    const wait = (Number(delivery?.['next_at']) - Date.now()) / 1000;
    expect(wait).toBeGreaterThan(880);
    expect(wait).toBeLessThan(920);
  });

  it('answers 410: that is final', async () => {
    const { house: told, receiver } = await house();
    receiver.answer = (response) => void response.writeHead(410).end();
    await remove(told, 'github');
    await told.work();
    expect(await deliveries(told)).toMatchObject([
      { state: 'failed', reason: 'the receiver answered 410: it is gone for good' },
    ]);
  });

  it('answers 200 with a body that never ends: it has taken it', async () => {
    const { house: told, receiver } = await house();
    receiver.answer = (response) => {
      response.writeHead(200);
      response.write('I am');
    };
    await remove(told, 'github');
    const begun = performance.now();
    await told.work();
    expect(await deliveries(told)).toMatchObject([{ state: 'done' }]);
    // Whoever waits for its end gives up after ten seconds.
    expect(performance.now() - begun).toBeLessThan(9000);
  });

  it('has not taken it for three days: it is given up, visibly', async () => {
    const { house: told, receiver } = await house();
    receiver.answer = (response) => void response.writeHead(500).end();
    await remove(told, 'github');
    await told.work();
    await told.database.query(
      "update outro.errands set created_at = created_at - interval '3 days' where site = $1",
      [told.apiKey],
    );
    await makeDue(told);
    await told.work();
    expect(await deliveries(told)).toMatchObject([
      { state: 'failed', attempts: 2, reason: 'the receiver answered 500' },
    ]);
  });

  it('stands at a private address: it is not reached', async () => {
    const url = 'https://127.0.0.1/hooks';
    const guarded = await startHouse({ webhooks: [{ url, secrets: [newSecret()] }] });
    await enter(guarded);
    await remove(guarded, 'github');
    await guarded.work();
    expect(await deliveries(guarded)).toMatchObject([
      { state: 'pending', reason: 'refused: a private address' },
    ]);
  });
});

describe('the order of messages', () => {
  it('is that of a person’s changes: what comes later waits, and nobody else does', async () => {
    const receiver = await startReceiver();
    const house = await openTold([receiver], [newSecret()]);
    await enter(house, 'ada');
    await enter(house, 'bob');
    const taken = receiver.answer;
    receiver.answer = (response, arrived) =>
      arrived.event.subject === 'ada'
        ? void response.writeHead(500).end()
        : taken(response, arrived);
    await remove(house, 'github', 'ada');
    await remove(house, 'facebook', 'ada');
    await remove(house, 'github', 'bob');
    const unpause = () =>
      house.database.query('update outro.destinations set paused_until = null where site = $1', [
        house.apiKey,
      ]);
    for (let round = 0; round < 3; round += 1) {
      await house.work();
      await unpause();
      // What has failed is not due again within the rounds, however long they take.
      await house.database.query(
        "update outro.errands set next_at = next_at + interval '1 hour' where site = $1 and state = 'pending' and attempts > 0",
        [house.apiKey],
      );
    }
    const seen = () =>
      receiver.arrived.map(
        ({ event }) => `${event.subject} ${event.data.connections?.[0]?.provider ?? event.type}`,
      );
    // Sent at the same time.
    expect(seen().toSorted()).toEqual(['ada github', 'bob github']);
    receiver.answer = taken;
    await house.database.query('update outro.errands set next_at = now() where site = $1', [
      house.apiKey,
    ]);
    while ((await house.work()) > 0);
    expect(seen().slice(2)).toEqual(['ada github', 'ada facebook', 'ada outro.session.ended']);
  });
});

describe('what is not configured any more', () => {
  it('a webhook: its messages wait and say so; put back, they are delivered', async () => {
    const receiver = await startReceiver();
    const secrets = [newSecret()];
    const house = await openTold([receiver], secrets);
    await enter(house);
    await remove(house, 'github');
    const other = await startReceiver('/other');
    const without = reopened(house, [other.url], secrets);
    await without.work();
    expect(await deliveries(house)).toMatchObject([
      { state: 'pending', reason: 'this webhook is not configured any more' },
    ]);
    await makeDue(house);
    await house.work();
    expect(await deliveries(house)).toMatchObject([{ state: 'done', attempts: 2 }]);
    expect([receiver.arrived.length, other.arrived.length]).toEqual([1, 0]);
  });
});

const reopened = (house: House, urls: string[], secrets: string[]) => {
  const webhooks = urls.map((url) => ({ url, secrets }));
  const { apiKey } = house;
  return createHandler({
    sites: [{ apiKey, secret, publicUrl: 'https://outro.example', webhooks }],
    encryptionKeys: [{ id: 'test', key: secret }],
    allowPrivateProviders: true,
    store: house.database.store,
  });
};

it('a configuration that is wrong is refused by the path of what is wrong', async () => {
  const url = 'https://shop.example/hooks';
  const secrets = [newSecret()];
  const open = (webhooks: object[]) =>
    startHouse({ webhooks: webhooks as never }).then(
      () => 'taken',
      (error: unknown) => (error as Error).message,
    );
  expect(await open([{ url, secrets: ['whsec_short'] }])).toContain(
    'sites[0].webhooks[0].secrets[0]: expected whsec_ and base64 of 24 to 64 bytes',
  );
  expect(await open([{ url: 'http://shop.example', secrets }])).toContain('webhooks[0].url');
  expect(await open([{ url, secrets, types: ['outro.removed'] }])).toContain('types[0]');
  expect(await open([{ url, secrets: [] }])).toContain('webhooks[0].secrets');
  expect(
    await open([
      { url, secrets },
      { url, secrets },
    ]),
  ).toContain('expected each url once');
});

it('a receiver that takes it while this process dies is told again, with the same id', async () => {
  const receiver = await startReceiver();
  const house = await openTold([receiver], [newSecret()]);
  await enter(house);
  await remove(house, 'github');
  const { exits } = house.database.store;
  const finish = exits.finishErrand;
  exits.finishErrand = async () => undefined;
  await house.work();
  exits.finishErrand = finish;
  await house.database.query(
    "update outro.errands set lease_until = now() - interval '1 second' where site = $1",
    [house.apiKey],
  );
  await house.work();
  const ids = receiver.arrived.map(({ headers }) => headers['webhook-id']);
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});
