// A signature stands for one request, once, for three minutes; what exists besides: contract/signatures, bad-input.
import { describe, expect, it, vi, afterEach } from 'vitest';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { signedBody, signText } from '../support/signed.ts';

const path = 'socialize.setUID';
const url = `https://outro.example/${path}`;

afterEach(() => vi.useRealTimers());

const open = async (): Promise<House> => {
  const house = await startHouse();
  for (const siteUID of ['u', 'v'])
    await house.signIn({ siteUID, providers: { facebook: { providerUID: siteUID } } });
  return house;
};

const send = async (house: House, body: BodyInit, to = url, init = {}): Promise<Answer> =>
  (await (
    await house.handler(new Request(to, { method: 'POST', body, ...init }))
  ).json()) as Answer;

const signed = (house: House, params: Record<string, string> = {}, to = url): URLSearchParams =>
  signedBody(to, secret, { apiKey: house.apiKey, UID: 'u', siteUID: 'w', ...params });

describe('a right signature in other clothes is refused, and nothing changes', () => {
  const spell = (sig: string): [string, string][] => [
    ['without its padding', sig.replace(/=+$/, '')],
    ['with more padding', `${sig}=`],
    ['with a blank before', ` ${sig}`],
    ['with a line break behind', `${sig}\n`],
    ['with a stray character', `${sig.slice(0, 5)}*${sig.slice(5)}`],
    [
      'with other trailing bits',
      sig.replace(
        /(.)=$/,
        (_, one: string) => `${one === 'A' ? 'B' : String.fromCharCode(one.charCodeAt(0) + 1)}=`,
      ),
    ],
    ['in hexadecimal', Buffer.from(sig, 'base64').toString('hex')],
    ['cut short', Buffer.from(sig, 'base64').subarray(0, 10).toString('base64')],
    [
      'with a byte more',
      Buffer.concat([Buffer.from(sig, 'base64'), Buffer.from([0])]).toString('base64'),
    ],
    ['empty', ''],
    ['in capitals', sig.toUpperCase()],
  ];

  it.each(spell('AAAAAAAAAAAAAAAAAAAAAAAAAAA=').map(([how], index) => [how, index] as const))(
    '%s',
    async (_, index) => {
      const house = await open();
      const before = await house.rows();
      const body = signed(house);
      body.set('sig', spell(body.get('sig') ?? '')[index]?.[1] ?? '');
      expect((await send(house, body)).errorCode).toBe(403003);
      expect(await house.rows()).toEqual(before);
    },
  );

  it.each<[string, (house: House) => Promise<Answer>]>([
    [
      'sent to another method',
      (house) => send(house, signed(house), url.replace('setUID', 'deleteAccount')),
    ],
    [
      'sent to an alias of the method',
      (house) => send(house, signed(house), url.replace('setUID', 'notifyRegistration')),
    ],
    [
      'sent by GET',
      async (house) => {
        const answer = await house.handler(new Request(`${url}?${signed(house)}`));
        return (await answer.json()) as Answer;
      },
    ],
    [
      'with a parameter spelled otherwise',
      (house) => {
        const body = signed(house);
        body.set('uid', 'u');
        body.delete('UID');
        return send(house, body);
      },
    ],
    [
      'with the boundary between name and value moved',
      (house) => {
        const body = signed(house, { cid: 'a', cidx: 'b' });
        body.delete('cidx');
        body.set('cid', 'a&cidx=b');
        return send(house, body);
      },
    ],
    [
      'for another person',
      (house) => {
        const body = signed(house);
        body.set('UID', 'v');
        return send(house, body);
      },
    ],
    [
      'with the address on another host',
      (house) => send(house, signed(house, {}, `https://other.example/${path}`)),
    ],
    [
      'with HMAC over the text as UTF-8 key instead of base64',
      (house) => {
        const params = Object.fromEntries(signed(house));
        delete params['sig'];
        const sig = signText('POST', url, Buffer.from(secret).toString('base64'), params);
        return send(house, new URLSearchParams({ ...params, sig }));
      },
    ],
    [
      'with an empty secret',
      (house) => {
        const params = Object.fromEntries(signed(house));
        delete params['sig'];
        return send(
          house,
          new URLSearchParams({ ...params, sig: signText('POST', url, '', params) }),
        );
      },
    ],
  ])('%s', async (_, attack) => {
    const house = await open();
    const before = await house.rows();
    expect((await attack(house)).errorCode).toBe(403003);
    expect(await house.rows()).toEqual(before);
  });

  it('of another site: its key with ours, and its secret with our key', async () => {
    const [house, other] = [await open(), await open()];
    const before = await house.rows();
    const body = signed(house);
    body.set('apiKey', other.apiKey);
    expect((await send(house, body)).errorCode).toBe(400093);
    const foreign = signedBody(url, Buffer.from('another secret').toString('base64'), {
      apiKey: house.apiKey,
      UID: 'u',
      siteUID: 'w',
    });
    expect((await send(house, foreign)).errorCode).toBe(403003);
    expect(await house.rows()).toEqual(before);
  });

  it('beside a session of somebody: the signature is judged, not the session', async () => {
    const house = await open();
    const { cookieValue } = await house.signIn({
      siteUID: 'v',
      providers: { facebook: { providerUID: 'v' } },
    });
    const params = { login_token: String(cookieValue), provider: 'facebook', sig: 'AAAA' };
    const more = { nonce: 'n', timestamp: String(Math.floor(Date.now() / 1000)) };
    const answer = await house.post('socialize.removeConnection', { ...params, ...more });
    expect(answer.errorCode).toBe(403003);
  });
});

it('a secret in an address is refused for reading too: addresses end up in logs', async () => {
  const house = await open();
  for (const name of ['secret', 'SECRET', 'client_secret']) {
    const query = new URLSearchParams({ apiKey: house.apiKey, UID: 'u', [name]: secret });
    const request = new Request(`https://outro.example/socialize.getUserInfo?${query}`);
    const answer = (await (await house.handler(request)).json()) as Answer;
    expect(answer.errorCode, name).toBe(400001);
  }
});

describe('replay', () => {
  it('twenty copies at once: one is taken', async () => {
    const house = await open();
    const body = signed(house).toString();
    const init = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(house, body, url, init)),
    );
    const codes = answers.map(({ errorCode }) => errorCode);
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === 403004)).toHaveLength(19);
  });

  it('not even when the nonce is forgotten: by then the time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const house = await open();
    // As far ahead as a clock may be: the longest that a signature lives.
    const timestamp = String(Math.floor(Date.now() / 1000) + 179);
    const body = signed(house, { timestamp }).toString();
    const init = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    expect((await send(house, body, url, init)).errorCode).toBe(0);
    let passed = 0;
    for (const seconds of [1, 178, 358, 362, 720, 86_400]) {
      vi.setSystemTime((Number(timestamp) - 179 + seconds) * 1000);
      // The database has a clock of its own.
      await house.database.query(
        `update outro.seen_once set expires_at = expires_at - $2 * interval '1 second'
         where id like $1 || ' %'`,
        [house.apiKey, seconds - passed],
      );
      passed = seconds;
      await house.database.store.exits.purge(1000);
      expect([403002, 403004], String(seconds)).toContain(
        (await send(house, body, url, init)).errorCode,
      );
    }
  });

  it('a nonce of one site says nothing to another', async () => {
    const [house, other] = [await open(), await open()];
    expect((await send(house, signed(house, { nonce: 'same' }))).errorCode).toBe(0);
    expect((await send(other, signed(other, { nonce: 'same' }))).errorCode).toBe(0);
  });
});

it.each([
  'NaN',
  'Infinity',
  '-1',
  '0x7fffffff',
  '1e99',
  '',
  ' ',
  '99999999999999999999',
  '2026-01-01',
])('clock: timestamp %j is refused though it is signed', async (timestamp) => {
  const house = await open();
  const before = await house.rows();
  expect([403002, 400002]).toContain((await send(house, signed(house, { timestamp }))).errorCode);
  expect(await house.rows()).toEqual(before);
});
