// Library × method × backend up or down: what a receipt says is what the next request to the site itself shows, and still
// shows when everything that was pending has ended.
import { Window } from 'happy-dom';
import { createClient, type Receipt } from 'outro';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../src/core/receipt.ts';
import { giveDatabases } from '../support/tickets.ts';
import { libraries } from './schemas.ts';
import { openSite, type BesideSite } from './site.ts';

// Here at once; else the first call loads it, within its own limit.
await import('../../src/browser/calls/create-calls.ts');

/** What is there of a person, as a request to the site would find it. */
interface Truth {
  session: boolean;
  others: number;
  identities: number;
}

const origin = 'https://shop.example';
const both = ['google', 'github'];

describe.each(Object.entries(libraries))('%s', (_name, library) => {
  let site: BesideSite;
  beforeAll(async () => {
    site = await openSite(library, { allowAccountDeletion: true });
  });
  afterAll(() => site.close());

  const countOf = async (table: string, text: string): Promise<number> =>
    (await site.query(`select 1 from ${table} as t where t::text like $1`, [`%${text}%`])).length;

  /** A person with a page open here and one elsewhere, and a backend that can be taken away from it. */
  const open = async (name: string, providers = both) => {
    const { uid, key } = await site.enter(name, providers);
    const elsewhere = library.newKey();
    await library.openSession(site.query, uid, elsewhere);
    const window = new Window({ url: `${origin}/` });
    giveDatabases(window);
    const backend = { isUp: true };
    const client = createClient({
      apiKey: site.apiKey,
      apiDomain: 'outro.example',
      credentials: true,
      live: false,
      document: window.document as unknown as Document,
      fetch: async (input, init) => {
        if (!backend.isUp) throw new TypeError('no network');
        const request = new Request(input, init);
        request.headers.set('Origin', origin);
        request.headers.set('Cookie', `key=${key}`);
        return site.handler(request);
      },
    });
    const truth = async (): Promise<Truth> => ({
      session: (await countOf(library.sessions, key)) > 0,
      others: await countOf(library.sessions, elsewhere),
      identities: await countOf(library.identities, `${name} there`),
    });
    return { client, backend, truth, close: () => client.close() };
  };

  const statusOf = (receipt: Receipt, step: Step['step']): string | undefined =>
    receipt.find((one) => one.step === step)?.status;

  /** Whether a receipt and what is there agree. */
  const agree = (receipt: Receipt, before: Truth, now: Truth): void => {
    const isOver = ['done', 'already'];
    const session = statusOf(receipt, 'session');
    if (session === undefined || session === 'kept') expect(now.session).toBe(before.session);
    else expect([session, isOver.includes(session)]).toEqual([session, !now.session]);
    const others = statusOf(receipt, 'sessions');
    if (others === undefined) expect(now.others).toBe(before.others);
    else expect([others, isOver.includes(others)]).toEqual([others, now.others === 0]);
    const gone = receipt.filter(({ step, status }) => step === 'identity' && status === 'done');
    expect(before.identities - now.identities).toBe(gone.length);
  };

  it.each([
    ['logout', {}],
    ['logout', { sessions: 'all' }],
    ['logout', { sessions: 'others' }],
    ['removeConnection', { provider: 'google' }],
    ['removeConnection', { lastIdentityHandling: 'remove' }],
    ['removeConnection', { lastIdentityHandling: 'soft' }],
  ] as const)('%s %o, backend up', async (method, params) => {
    const page = await open(`${method} ${Object.values(params).join(' ')}`.trim());
    await page.client.getUserInfo();
    const before = await page.truth();
    const call = page.client[method] as (given: object) => Promise<{ receipt: Receipt }>;
    const { receipt } = await call(params);
    agree(receipt, before, await page.truth());
    await site.handler.work();
    agree(receipt, before, await page.truth());
    page.close();
  });

  it('a refused removal says nothing is over, and nothing is', async () => {
    const page = await open('refused', ['google']);
    const before = await page.truth();
    const refused = page.client.removeConnection({ lastIdentityHandling: 'fail' });
    await expect(refused).rejects.toMatchObject({ failure: 'operationNotAllowed' });
    expect(await page.truth()).toEqual(before);
    page.close();
  });

  it('a logout while the backend is down promises no end, and is finished when it is back', async () => {
    const page = await open('down');
    await page.client.getUserInfo();
    const before = await page.truth();
    page.backend.isUp = false;
    const { receipt } = await page.client.logout({ sessions: 'all' });
    expect(statusOf(receipt, 'session')).toBe('pending');
    agree(receipt, before, await page.truth());
    await expect(page.client.removeConnection({ provider: 'google' })).rejects.toThrow();
    expect(await page.truth()).toEqual(before);
    page.backend.isUp = true;
    // The next call takes the ticket along.
    await page.client.getUserInfo().catch(() => {});
    await expect
      .poll(page.truth, { timeout: 15_000 })
      .toEqual({ ...before, session: false, others: 0 });
    page.close();
  });
});
