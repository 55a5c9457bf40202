// Streams of a transmitter: fetched (RFC 8936), set up, verified and looked at by whoever runs the backend.
import {
  createHandler,
  connectTransmitter,
  disconnectTransmitter,
  examine,
  listTransmitters,
  verifyTransmitter,
} from 'outro/server';
import { expect, it, describe, vi } from 'vitest';
import { secret, type House } from '../support/house.ts';
import { identities, liveSessions, signInWith } from '../support/inbound.ts';
import {
  caep,
  issSub,
  issuer,
  loginIssuer,
  opaque,
  openHeard,
  openTransmitter,
  risc,
  ssf,
  push,
  type Transmitter,
} from '../support/transmitter.ts';

const token = {
  url: 'https://signals.example/token',
  clientId: 'receiver',
  clientSecret: 'a secret',
};
const polling = { delivery: 'poll', token, pollEvery: 1 };

/** What whoever runs the backend of a house is given. */
const operating = (house: House, transmitter: Transmitter, settings: object) => ({
  sites: [
    {
      apiKey: house.apiKey,
      secret,
      publicUrl: 'https://outro.example',
      providers: {
        'oidc-acme': {
          clientId: 'shop',
          issuer: loginIssuer,
          transmitter: { issuer, ...settings },
        },
        github: {},
      },
    },
  ],
  encryptionKeys: [{ id: 'test', key: secret }],
  allowPrivateProviders: true,
  store: house.database.store,
  fetch: transmitter.fetch,
});

const open = async (settings: object) => {
  const transmitter = await openTransmitter();
  const house = await openHeard(transmitter, settings);
  const options = operating(house, transmitter, settings);
  const which = { site: house.apiKey, provider: 'oidc-acme' };
  return { transmitter, house, options, which };
};

const person = (house: House, sub: string, siteUID = sub) =>
  signInWith(
    house,
    'oidc-acme',
    { providerUID: sub },
    { siteUID, loginIDs: [{ value: siteUID, kind: 'username', wayIn: 'password' }] },
  );

describe('a stream that is fetched', () => {
  it('its events come and are taken; what was taken or refused is said, and comes no more', async () => {
    const { transmitter, house, options, which } = await open(polling);
    await connectTransmitter(options, which);
    await person(house, 'p');
    await person(house, 'q');
    const good = await transmitter.token(caep('session-revoked'), issSub('p'));
    const purged = await transmitter.token(risc('account-purged'), issSub('q'));
    transmitter.wait(good, 'good');
    transmitter.wait(await transmitter.token(caep('session-revoked'), 'p'), 'no subject');
    transmitter.wait(
      await transmitter.token(caep('session-revoked'), issSub('p'), {}, { aud: 'x' }),
      'foreign',
    );
    transmitter.wait('x', 'garbage');
    transmitter.wait(purged, 'purged');
    await house.work();
    expect(await liveSessions(house)).toBe(0);
    expect(await identities(house)).toMatchObject([{ provider_uid: 'p', state: 'linked' }]);
    expect(transmitter.waiting.size).toBe(0);
    expect(transmitter.polls.at(-1)).toMatchObject({
      returnImmediately: true,
      ack: ['good', 'purged'],
      setErrs: {
        'no subject': { err: 'invalid_request' },
        foreign: { err: 'invalid_audience' },
        garbage: { err: 'invalid_request' },
      },
    });
  });

  it('all that wait come, some at a time; a token that comes again changes nothing', async () => {
    const { transmitter, house, options, which } = await open(polling);
    await connectTransmitter(options, which);
    await person(house, 'p');
    const again = await transmitter.token(caep('session-revoked'), issSub('p'));
    transmitter.wait(again, 'first');
    for (let count = 0; count < 45; count += 1)
      transmitter.wait(await transmitter.token(caep('session-revoked'), issSub(`x${count}`)));
    await house.work();
    expect(transmitter.waiting.size).toBe(0);
    expect(transmitter.polls).toHaveLength(4);
    await person(house, 'p');
    transmitter.wait(again, 'once more');
    await vi.waitFor(async () => {
      await house.work();
      expect(transmitter.waiting.size).toBe(0);
    }, 5000);
    expect(await liveSessions(house)).toBe(1);
  });

  it('what our store fails at is not said to be taken, and comes again', async () => {
    const { transmitter, house, options, which } = await open(polling);
    await connectTransmitter(options, which);
    await person(house, 'p');
    transmitter.wait(await transmitter.token(caep('session-revoked'), issSub('p')));
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValueOnce(new Error('connection lost'));
    await house.work();
    failing.mockRestore();
    expect([transmitter.waiting.size, await liveSessions(house)]).toEqual([1, 1]);
    await vi.waitFor(async () => {
      await house.work();
      expect(await liveSessions(house)).toBe(0);
    }, 5000);
    expect(transmitter.mends).toEqual(['connection lost']);
  });

  it('is fetched by one instance at a time', async () => {
    const { transmitter, house, options, which } = await open({ ...polling, pollEvery: 600 });
    await connectTransmitter(options, which);
    const others = Array.from({ length: 3 }, () =>
      createHandler({ ...options, logMend: () => {} }),
    );
    await Promise.all([house.work(), ...others.map((one) => one.work())]);
    await Promise.all([house.work(), ...others.map((one) => one.work())]);
    expect(transmitter.polls).toHaveLength(1);
  });

  it.each<[string, () => Response | Promise<Response>, string]>([
    ['answers 500', () => new Response('', { status: 500 }), 'the transmitter answered 500'],
    [
      'answers garbage',
      () => new Response('<html>'),
      'the transmitter answered what is no list of tokens',
    ],
    [
      'does not answer',
      () => Promise.reject(new Error('connection refused')),
      'connection refused',
    ],
  ])(
    'a transmitter that %s: somebody is told, once, and nothing else suffers',
    async (_what, answer, said) => {
      const { transmitter, house, options, which } = await open(polling);
      const connected = await connectTransmitter(options, which);
      transmitter.instead.set(new URL(connected.stream?.endpointUrl ?? '').pathname, answer);
      expect(await house.work()).toBe(0);
      expect(await house.work()).toBe(0);
      expect(transmitter.mends).toEqual([said]);
    },
  );

  it('the token that opens it is renewed when it is taken back before its time', async () => {
    const { transmitter, house, options, which } = await open(polling);
    await connectTransmitter(options, which);
    transmitter.opens.token = 'another';
    await house.work();
    const { given } = transmitter.opens;
    transmitter.opens.token = 'yet another';
    await vi.waitFor(async () => {
      await house.work();
      expect([transmitter.opens.given, transmitter.polls.length]).toEqual([given + 1, 2]);
    }, 5000);
  });
});

describe('whoever runs it', () => {
  it.each(['push', 'poll'])(
    'sets a stream up for %s, has it verified, and ends it',
    async (delivery) => {
      const authorization = 'Bearer agreed with the transmitter';
      const settings = {
        token,
        delivery,
        ...(delivery === 'push' ? { authorization } : { pollEvery: 1 }),
      };
      const { transmitter, options, which, house } = await open(settings);
      expect(await listTransmitters(options)).toMatchObject([
        {
          stream: undefined,
          faults: ['no stream is set up: outro transmitters connect oidc-acme'],
        },
      ]);
      const connected = await connectTransmitter(options, which);
      expect(connected).toMatchObject({ delivery, status: 'enabled', faults: [] });
      const [stream] = transmitter.streams.values();
      expect(stream).toMatchObject({
        description: `outro ${house.apiKey} oidc-acme`,
        delivery:
          delivery === 'push'
            ? {
                endpoint_url: `https://outro.example/inbound/${house.apiKey}/oidc-acme/security-event`,
                authorization_header: authorization,
              }
            : { method: 'urn:ietf:rfc:8936' },
      });
      expect(stream?.events_requested).toContain(caep('session-revoked'));
      // Once more: the same stream.
      await connectTransmitter(options, which);
      expect(transmitter.streams.size).toBe(1);
      const verified = verifyTransmitter(options, which, 5000);
      const working = setInterval(() => void house.work(), 100);
      expect(await verified).toBe(true);
      clearInterval(working);
      await disconnectTransmitter(options, which);
      expect(transmitter.streams.size).toBe(0);
      await expect(verifyTransmitter(options, which)).rejects.toThrow('no stream is set up');
    },
  );

  it('does not take a stream of another issuer, nor one that pushes elsewhere, for its own', async () => {
    const { transmitter, options, which } = await open({ token });
    await connectTransmitter(options, which);
    const [stream] = transmitter.streams.values();
    if (stream) stream.iss = 'https://other.example';
    const listed = async () => (await listTransmitters(options))[0]?.faults;
    expect(await listed()).toEqual([
      `the stream's iss: expected ${issuer}, which the transmitter is`,
    ]);
    if (stream) Object.assign(stream, { iss: issuer, description: 'another receiver' });
    if (stream) stream.delivery.endpoint_url = 'https://other.example/events';
    expect(await listed()).toEqual(['no stream is set up: outro transmitters connect oidc-acme']);
  });

  it('hears that nothing has come, where the transmitter does not reach the backend', async () => {
    const { transmitter, options, which } = await open({ token });
    await connectTransmitter(options, which);
    transmitter.house = undefined;
    expect(await verifyTransmitter(options, which, 300)).toBe(false);
  });

  it('is told by the log when the transmitter has paused the stream', async () => {
    const { transmitter, house } = await open({});
    const updated = (status: string) =>
      transmitter.token(ssf('stream-updated'), opaque('stream'), { status });
    for (const status of ['enabled', 'paused', 'disabled'])
      expect((await push(house, await updated(status))).status).toBe(202);
    expect(transmitter.mends).toEqual([
      'the transmitter has set the stream to paused',
      'the transmitter has set the stream to disabled',
    ]);
  });

  const about = async (options: Parameters<typeof examine>[0]) =>
    (await examine(options))
      .filter((one) => one.about.startsWith('transmitter'))
      .map(({ level, found, advice }) => ({ level, found, advice }));

  it('finds in the doctor how each transmitter stands, with what to do', async () => {
    const { transmitter, options, which, house } = await open({ token });
    expect(await about(options)).toEqual([
      { level: 'fine', found: 'its document and 1 key(s) are there', advice: undefined },
      {
        level: 'fault',
        found: 'no stream is set up: outro transmitters connect oidc-acme',
        advice: expect.stringContaining(
          'outro transmitters connect oidc-acme sets it up',
        ) as string,
      },
    ]);
    await connectTransmitter(options, which);
    expect(await about(options)).toMatchObject([
      { level: 'fine' },
      { level: 'fine', found: 'its stream is set up as the site wants it' },
    ]);
    transmitter.status = { status: 'paused', reason: 'maintenance' };
    const [stream] = transmitter.streams.values();
    if (stream)
      Object.assign(stream, { aud: 'somebody', events_delivered: [caep('session-revoked')] });
    expect(await about(options)).toMatchObject([
      { level: 'fine' },
      { level: 'fault', found: 'its events are for somebody: set transmitter.audience to that' },
      { level: 'fault', found: expect.stringContaining('it does not tell of') as string },
      { level: 'fault', found: 'the transmitter has set it to paused: maintenance' },
    ]);
    const addresses = (await examine(options)).map(({ found }) => found);
    expect(addresses).toContain(
      `security-event: https://outro.example/inbound/${house.apiKey}/oidc-acme/security-event`,
    );
  });

  it.each<[string, string, () => Response, string]>([
    [
      'a document that is not there',
      '/.well-known/ssf-configuration/tenant',
      () => new Response('', { status: 404 }),
      'document https://signals.example/.well-known/ssf-configuration/tenant: expected status 200, got 404',
    ],
    [
      'another issuer',
      '/.well-known/ssf-configuration/tenant',
      () => Response.json({ issuer: 'https://x.example', jwks_uri: 'https://x.example/keys' }),
      `issuer: expected ${issuer}`,
    ],
    [
      'no keys',
      '/keys',
      () => Response.json({ keys: [] }),
      'its keys at https://signals.example/keys',
    ],
    [
      'a token that opens nothing',
      '/token',
      () => new Response('', { status: 401 }),
      "the transmitter's token endpoint answered 401",
    ],
  ])('finds %s', async (_what, path, answer, said) => {
    const { transmitter, options } = await open({ token });
    transmitter.instead.set(path, answer);
    expect(await about(options)).toContainEqual({
      level: 'fault',
      found: expect.stringContaining(said) as string,
      advice: expect.anything() as unknown,
    });
  });
});
