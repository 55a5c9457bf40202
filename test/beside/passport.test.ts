// The commonest site there is: passport, express-session, Postgres and a real OpenID provider. Each of the answers that
// were false beside it is true.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNetwork } from '../../examples/frameworks/passport/network.js';
import { createOutro } from '../../examples/frameworks/passport/outro.js';
import { createSite } from '../../examples/frameworks/passport/site.js';
import type { Receipt } from '../../src/core/receipt.ts';
import { runGuard } from '../../src/server/operate/guard.ts';
import { secret as siteSecret, type Answer } from '../support/house.ts';
import { freePort } from '../support/port.ts';
import { createWalker, type Walker } from '../support/walker.ts';
import { libraries } from './schemas.ts';
import { openDatabase, stepsOf } from './site.ts';

const closing: (() => Promise<unknown>)[] = [];

type Listener = (...given: Parameters<RequestListener>) => unknown;

const listen = async (): Promise<{ origin: string; serve: (app: Listener) => void }> => {
  let app: Listener | undefined;
  const server = createServer((request, response) => app?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, serve: (given) => void (app = given) };
};

let database: Awaited<ReturnType<typeof openDatabase>>;
let shop: Awaited<ReturnType<typeof listen>>;
let issuer: string;
let handler: Handler | undefined;

const clientSecret = 'the secret of the shop';

const place = () => ({
  pool: database.pool,
  issuer,
  clientSecret,
  origin: shop.origin,
  secret: 'the secret of the session middleware',
});

/** Puts outro beside the site, which has gone on without it until now. */
const addOutro = async (): Promise<void> => {
  const keys = { site: siteSecret, sealing: siteSecret };
  const pool = new pg.Pool({ connectionString: database.url, max: 10 });
  const publicUrl = `${shop.origin}/outro`;
  const outro = await createOutro({ ...place(), pool, publicUrl, keys });
  ({ handler } = outro);
  closing.push(async () => {
    await outro.handler.close();
    await outro.store.close();
  });
  shop.serve(createSite({ ...place(), outro: outro.handler }));
};

beforeAll(async () => {
  database = await openDatabase(libraries.passport.schema);
  shop = await listen();
  issuer = `http://127.0.0.1:${await freePort()}`;
  const redirect_uris = [`${shop.origin}/login/return`];
  const client = { client_id: 'shop', client_secret: clientSecret, redirect_uris };
  const network = await startNetwork({ issuer, client });
  closing.push(async () => {
    network.closeAllConnections();
    network.close();
  });
  shop.serve(createSite(place()));
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await database.close();
});

/** A browser; it sends what the page's script would. */
interface Browser {
  walker: Walker;
  /** Who the site says that this is, by a request of its own. */
  who: () => Promise<{ id: number; sessionID: string } | undefined>;
  ask: (method: string, params?: Record<string, string>) => Promise<Answer>;
}

const open = (): Browser => {
  const walker = createWalker({});
  return {
    walker,
    async who() {
      const { status, text } = await walker.go(`${shop.origin}/me`);
      return status === 200 ? (JSON.parse(text) as { id: number; sessionID: string }) : undefined;
    },
    async ask(method, params = {}) {
      const { text } = await walker.go(`${shop.origin}/outro/socialize.${method}`, {
        method: 'POST',
        headers: { Origin: shop.origin, 'X-Outro': '1' },
        body: new URLSearchParams({ apiKey: 'shop', ...params }),
      });
      return JSON.parse(text) as Answer;
    },
  };
};

const signIn = async (name: string): Promise<Browser> => {
  const browser = open();
  await browser.walker.go(`${shop.origin}/login/${name}`);
  expect(await browser.who()).toBeDefined();
  return browser;
};

const userOf = async (browser: Browser): Promise<string> => String((await browser.who())?.id);

it('people who signed in before outro came are known, and can leave', async () => {
  const browser = await signIn('ada');
  const uid = await userOf(browser);
  await addOutro();
  expect(await browser.ask('getUserInfo')).toMatchObject({ UID: uid, providers: 'oidc-acme' });
  expect(stepsOf(await browser.ask('logout'))[0]).toBe('session done');
  expect(await browser.who()).toBeUndefined();
});

it('logout says done of the session by which the site knows the person, and it is', async () => {
  const browser = await signIn('bob');
  const before = (await browser.who())?.sessionID;
  const answer = await browser.ask('logout');
  expect(stepsOf(answer)[0]).toBe('session done');
  expect(await browser.who()).toBeUndefined();
  // Whoever kept the cookie has nothing in hand.
  expect(await database.query('select 1 from session where sid = $1', [before])).toEqual([]);
});

it('everywhere is everywhere', async () => {
  const browsers = [await signIn('cy'), await signIn('cy'), await signIn('cy')];
  const answer = await browsers[0]!.ask('logout', { sessions: 'all' });
  expect(stepsOf(answer).slice(0, 2)).toEqual(['session done', 'sessions done']);
  for (const browser of browsers) expect(await browser.who()).toBeUndefined();
});

it('a removed identity signs in to the account no more', async () => {
  const browser = await signIn('dee');
  const uid = await userOf(browser);
  const answer = await browser.ask('removeConnection', { lastIdentityHandling: 'remove' });
  expect(stepsOf(answer)).toContain('identity done');
  expect(await userOf(await signIn('dee'))).not.toBe(uid);
});

it('the permission that a removal takes back is the newest that the provider gave', async () => {
  await signIn('eve');
  const browser = await signIn('eve');
  const answer = await browser.ask('removeConnection', { lastIdentityHandling: 'remove' });
  expect(stepsOf(answer)).toContain('token done');
});

it('a removal ends what the identity had opened, elsewhere', async () => {
  const [here, there] = [await signIn('fay'), await signIn('fay')];
  const answer = await here.ask('removeConnection', { lastIdentityHandling: 'remove' });
  expect(stepsOf(answer)).toContain('sessions done');
  expect([(await here.who()) !== undefined, await there.who()]).toEqual([true, undefined]);
});

// Last but one: from here on the guard is there.
it('a session that a request in flight writes again is told, and with the guard it stays away', async () => {
  if (!handler) await addOutro();
  const slow = async (): Promise<{ receipt: Receipt; isBack: boolean }> => {
    const browser = await signIn('hal');
    const cookie = (await browser.who())?.sessionID;
    let isOver = false;
    const inFlight = browser.walker.go(`${shop.origin}/slow`).then(() => (isOver = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { receipt } = await browser.ask('logout');
    // The logout came too late to be in its way.
    if (isOver) return slow();
    await inFlight;
    const back = await database.query('select 1 from session where sid = $1', [cookie]);
    return { receipt: receipt as Receipt, isBack: back.length > 0 };
  };
  const without = await slow();
  expect(without.isBack).toBe(true);
  expect(without.receipt).toContainEqual({
    step: 'site-session',
    status: 'kept',
    reason: expect.stringContaining('outro guard') as string,
  });
  for (const isPrinted of [true, false, false])
    expect(await runGuard(database.url, 'Passport', { isPrinted })).toHaveLength(4);
  const guarded = await slow();
  expect(guarded.isBack).toBe(false);
  expect(guarded.receipt.map(({ step }) => step)).not.toContain('site-session');
  // Whoever signs in again has a session of another name.
  expect(await (await signIn('hal')).who()).toBeDefined();
  await database.query('alter table session disable trigger outro_guard');
  const gone = await slow();
  expect([gone.isBack, gone.receipt.some(({ step }) => step === 'site-session')]).toEqual([
    true,
    true,
  ]);
});

it('the guard says what it needs', async () => {
  await expect(runGuard(database.url, 'nobody')).rejects.toThrow('--preset: expected one of');
  await expect(runGuard(database.url, 'passport', { mode: 'report' })).rejects.toThrow('--mode');
  await expect(runGuard(undefined, 'passport')).rejects.toThrow('DATABASE_URL');
  await expect(runGuard(database.url, 'authjs')).rejects.toThrow('identities.table');
});

it('a forged, cut or foreign cookie is nobody’s', async () => {
  const browser = await signIn('gus');
  const sid = (await browser.who())?.sessionID ?? '';
  for (const cookie of [
    `s:${sid}.forged`,
    sid,
    `s:${sid}`,
    `s:${sid}.`,
    '%E0%A4%A',
    `s:.${'A'.repeat(43)}`,
  ]) {
    const response = await fetch(`${shop.origin}/outro/socialize.logout`, {
      method: 'POST',
      headers: { Origin: shop.origin, 'X-Outro': '1', Cookie: `connect.sid=${cookie}` },
      body: new URLSearchParams({ apiKey: 'shop' }),
    });
    expect(stepsOf((await response.json()) as Answer), cookie).toEqual(['session already']);
  }
  expect(await browser.who()).toBeDefined();
});
