// The doors that are no methods: each is limited, and none keeps out whoever proves who they are.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { device } from '../support/sessions.ts';

const limits = { key: 1000, session: 5, address: 6, refusals: 4 };

const repeat = async <One>(times: number, one: () => Promise<One>): Promise<One[]> => {
  const all: One[] = [];
  for (let time = 0; time < times; time += 1) all.push(await one());
  return all;
};

const at = (house: House, path: string, init?: RequestInit, address = '203.0.113.7') =>
  house.handler(new Request(`https://outro.example${path}`, init), { address });

describe('/action', () => {
  const form = '/action/v2/unlinkaccount?vhost=7&uid=42&redirectUrl=/back';
  const open = (rateLimits = limits) =>
    startHouse({
      rateLimits,
      vhost: '7',
      actions: { unlinkaccount: ['vhost', 'uid', 'redirectUrl'] },
    });
  const codeOf = (response: Response) =>
    /errorCode=(\d+)/.exec(response.headers.get('location') ?? '')?.[1];

  it('back with the error, by refusals; whoever has the cookie is asked, however many were refused', async () => {
    const house = await open();
    const answers = await repeat(6, async () => codeOf(await at(house, form)));
    expect(answers).toEqual(['403005', '403005', '403005', '403005', '403048', '403048']);
    const headers = { Cookie: `glt_${house.apiKey}=${await device(house, '42', 'facebook')}` };
    const asked = await repeat(9, () => at(house, form, { headers }));
    expect(asked.map(({ status }) => status)).toEqual(Array<number>(9).fill(200));
    const page = (await asked[0]?.text()) ?? '';
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const fields = { vhost: '7', uid: '42', redirectUrl: '/back', csrf };
    const body = new URLSearchParams(fields);
    const done = await at(house, '/action/v2/unlinkaccount', { method: 'POST', headers, body });
    expect(done.headers.get('location')).toBe('/back?unlinkaccount=unlinked');
  });

  it('4.5 a session that asks for somebody else is refused, and not counted', async () => {
    const house = await open();
    const headers = { Cookie: `glt_${house.apiKey}=${await device(house, '43', 'facebook')}` };
    const answers = await repeat(9, async () => codeOf(await at(house, form, { headers })));
    expect(new Set(answers)).toEqual(new Set(['403005']));
  });
});

describe('/leave', () => {
  it('trips that nobody knows, 120 a minute; then a page that says when to come again', async () => {
    const house = await startHouse();
    const answers = await repeat(121, () => at(house, `/leave/${crypto.randomUUID()}`));
    expect(answers.map(({ status }) => status).lastIndexOf(404)).toBe(119);
    expect(answers.at(-1)?.status).toBe(403);
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('the page without a trip, 600 a minute', async () => {
    const house = await startHouse();
    const answers = await repeat(601, () => at(house, '/leave/next'));
    expect(answers.map(({ status }) => status).lastIndexOf(200)).toBe(599);
    expect(answers.at(-1)?.status).toBe(403);
  });
});

describe('/inbound', () => {
  it('forged messages, then 429; good ones are not counted, nor refused for forged ones', async () => {
    const facebook = { clientId: '1', clientSecret: 'an app secret' };
    const house = await startHouse({ rateLimits: limits, providers: { facebook } });
    const told = { algorithm: 'HMAC-SHA256', issued_at: Date.now() / 1000, user_id: 'nobody' };
    const payload = Buffer.from(JSON.stringify(told)).toString('base64url');
    const mac = createHmac('sha256', 'an app secret').update(payload).digest('base64url');
    const tell = (signature: string) => {
      const body = new URLSearchParams({ signed_request: `${signature}.${payload}` });
      return at(house, `/inbound/${house.apiKey}/facebook/deauthorize`, { method: 'POST', body });
    };
    const good = await repeat(10, () => tell(mac));
    expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]));
    const forged = await repeat(5, () => tell('forged'));
    expect(forged.map(({ status }) => status)).toEqual([400, 400, 400, 400, 429]);
    expect(forged.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await tell(mac)).status).toBe(200);
  });

  it('4.16 /inbound/deletion: codes that nobody was given, 120 a minute; a right one is shown beyond that', async () => {
    const house = await startHouse();
    const code = crypto.randomUUID().replaceAll('-', '');
    const kept = { code, site: house.apiKey, provider: 'facebook', receipt: [] };
    await house.database.store.exits.keepDeletion(kept);
    const guess = () => crypto.randomUUID().replaceAll('-', '');
    const answers = await repeat(122, () => at(house, `/inbound/deletion/${guess()}`));
    expect(answers.map(({ status }) => status).lastIndexOf(404)).toBe(119);
    expect(answers.at(-1)?.status).toBe(429);
    expect(await answers.at(-1)?.text()).toContain('This was tried too often.');
    expect((await at(house, `/inbound/deletion/${code}`)).status).toBe(200);
  });
});

describe('4.16 /readyz', () => {
  it('4.16 asks the database once a second, however many ask, and says so to all', async () => {
    const house = await startHouse();
    const { people } = house.database.store;
    const read = people.read.bind(people);
    let looks = 0;
    people.read = (who) => {
      looks += 1;
      return read(who);
    };
    const answers = await repeat(300, () => at(house, '/readyz'));
    people.read = read;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(looks).toBeLessThanOrEqual(3);
  });
});

describe('4.16 the script', () => {
  const script = { 'outro.js': `/* ${'outro '.repeat(2000)} */` };
  const open = () => startHouse({}, undefined, { script });
  const load = (house: House, headers: Record<string, string> = {}, address?: string) =>
    at(house, '/js/outro.js', { headers }, address);

  it('4.16 6,000 a minute and network, then 429; a page of the site has its own, and who has it is told so', async () => {
    const house = await open();
    const etag = (await load(house)).headers.get('etag') ?? '';
    await repeat(5999, () => load(house));
    const late = await load(house);
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await load(house, { Referer: 'https://evil.example/' })).status).toBe(429);
    expect((await load(house, { Referer: 'https://shop.example/cart' })).status).toBe(200);
    expect((await load(house, { 'If-None-Match': etag })).status).toBe(304);
    expect((await load(house, {}, '203.0.113.8')).status).toBe(200);
  });

  it('is compressed for whoever takes it, and the same', async () => {
    const house = await open();
    const zipped = await load(house, { 'Accept-Encoding': 'br, gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(zipped.headers.get('vary')).toBe('Accept-Encoding');
    expect(zipped.headers.get('etag')).toMatch(/^W\/"/);
    const bytes = zipped.body?.pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(bytes).text()).toBe(script['outro.js']);
    for (const accepted of ['', 'br', 'gzip;q=0', 'br, gzip; q=0.0']) {
      const plain = await load(house, { 'Accept-Encoding': accepted });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(await plain.text()).toBe(script['outro.js']);
    }
  });
});
