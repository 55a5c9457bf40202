// Auth.js with sessions that are signed tokens: nothing can be deleted, so they end by a list that its `jwt` callback asks.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Answer } from '../support/house.ts';
import { libraries, type Library } from './schemas.ts';
import { openSite, stepsOf, type BesideSite } from './site.ts';

// As much of it as is used here; it is installed with the examples.
interface Core {
  Auth: (request: Request, config: object) => Promise<Response>;
}
interface Jwt {
  encode: (given: { secret: string; salt: string; token: object }) => Promise<string>;
  getToken: (given: object) => Promise<{ sub?: string; sid?: string } | null>;
}
const core = fileURLToPath(
  new URL('../../examples/frameworks/node_modules/@auth/core/', import.meta.url),
);
const load = async <Module>(file: string): Promise<Module> =>
  (await import(/* @vite-ignore */ core + file)) as Module;

const secret = 'the secret of the tokens';
const cookie = '__Secure-authjs.session-token';

const library: Library = {
  ...libraries.authjs,
  mapping: { ...libraries.authjs.mapping, sessions: { tokens: true } },
};

let site: BesideSite;
let auth: Core;
let jwt: Jwt;

beforeAll(async () => {
  [auth, jwt] = [await load<Core>('index.js'), await load<Jwt>('jwt.js')];
  const read = { secret, secureCookie: true };
  site = await openSite(library, {
    cookies: [{ name: cookie }],
    identify: async (request) => {
      const token = await jwt.getToken({ req: request, ...read });
      return token ? { uid: token.sub, session: token.sid } : undefined;
    },
  });
});
afterAll(() => site.close());

interface Person {
  uid: string;
  sid: string;
  cookie: string;
}

const encode = (uid: string, sid: string): Promise<string> =>
  jwt.encode({ secret, salt: cookie, token: { sub: uid, sid } });

/** Signs in on one more device; whether outro is told of it is the site's. */
const signIn = async (uid: string, isTold = true, provider = 'google'): Promise<Person> => {
  const sid = randomUUID();
  if (isTold)
    await site.handler.signedIn({
      uid,
      provider,
      subject: `${uid} there`,
      session: sid,
      beganAt: new Date(),
    });
  return { uid, sid, cookie: await encode(uid, sid) };
};

const newUser = async (name: string): Promise<string> => {
  const uid = await library.addUser(site.query, `${name}@shop.example`);
  for (const provider of ['google', 'github'])
    await library.link(site.query, uid, provider, `${uid} there`);
  return uid;
};

/** What the site itself says of a cookie: the library's own answer, and the cookie that it renews it with. */
const asksSite = async (of: Pick<Person, 'cookie'>) => {
  const config = {
    secret,
    trustHost: true,
    basePath: '/auth',
    providers: [],
    session: { strategy: 'jwt' },
    callbacks: {
      jwt: async ({ token }: { token: { sid: string } }) =>
        (await site.handler.isLive(token.sid)) ? token : null,
    },
  };
  const response = await auth.Auth(
    new Request('https://shop.example/auth/session', {
      headers: { Cookie: `${cookie}=${of.cookie}` },
    }),
    config,
  );
  const renewed = response.headers.getSetCookie().find((one) => one.startsWith(`${cookie}=ey`));
  return {
    isIn: (await response.json()) !== null,
    cookie: renewed?.slice(cookie.length + 1).split(';')[0] ?? '',
  };
};

const ask = async (
  of: Pick<Person, 'cookie'>,
  method: string,
  params: Record<string, string> = {},
) => {
  const response = await site.handler(
    new Request(`https://outro.example/socialize.${method}`, {
      method: 'POST',
      headers: { Origin: 'https://shop.example', 'X-Outro': '1', Cookie: `${cookie}=${of.cookie}` },
      body: new URLSearchParams({ apiKey: site.apiKey, ...params }),
    }),
  );
  return { answer: (await response.json()) as Answer, cookies: response.headers.getSetCookie() };
};

it('logout ends the token, and one that a request in flight has renewed', async () => {
  const person = await signIn(await newUser('ada'));
  const inFlight = await asksSite(person);
  expect(inFlight.isIn).toBe(true);
  const { answer, cookies } = await ask(person, 'logout');
  expect(stepsOf(answer)[0]).toBe('session done');
  expect(cookies.join()).toContain(`${cookie}=;`);
  for (const one of [person, inFlight]) {
    expect((await asksSite(one)).isIn).toBe(false);
    expect(stepsOf((await ask(one, 'logout')).answer)).toEqual(['session already']);
  }
});

it('the receipt names what the list does not reach', async () => {
  const { answer } = await ask(await signIn(await newUser('bob')), 'logout');
  expect(answer['receipt'] as Receipt).toContainEqual({
    step: 'site-session',
    status: 'kept',
    reason: expect.stringContaining('until they expire') as string,
  });
});

it('everywhere ends what was told of, and leaves other people alone', async () => {
  const uid = await newUser('cy');
  const all = [await signIn(uid), await signIn(uid), await signIn(uid)];
  const other = await signIn(await newUser('dee'));
  const { answer } = await ask(all[0]!, 'logout', { sessions: 'all' });
  expect(stepsOf(answer).slice(0, 2)).toEqual(['session done', 'sessions done']);
  for (const one of all) expect((await asksSite(one)).isIn).toBe(false);
  expect((await asksSite(other)).isIn).toBe(true);
});

it('a removal ends what the identity had opened, and the present one goes on', async () => {
  const uid = await newUser('eve');
  const [here, there, others] = [
    await signIn(uid),
    await signIn(uid),
    await signIn(uid, true, 'github'),
  ];
  const params = { provider: 'google', lastIdentityHandling: 'remove' };
  expect(stepsOf((await ask(here, 'removeConnection', params)).answer)).toContain('sessions done');
  const states = await Promise.all(
    [here, there, others].map(async (one) => (await asksSite(one)).isIn),
  );
  expect(states).toEqual([true, false, true]);
});

it('who signed in before anybody told is known, and ends all the same', async () => {
  const uid = await newUser('fay');
  const person = await signIn(uid, false);
  expect((await ask(person, 'getUserInfo')).answer).toMatchObject({
    UID: uid,
    providers: 'google,github',
  });
  expect(stepsOf((await ask(person, 'logout')).answer)[0]).toBe('session done');
  expect((await asksSite(person)).isIn).toBe(false);
});

it('a token that has ended changes nothing, and its ticket finishes what was not heard', async () => {
  const uid = await newUser('gus');
  const [person, other] = [await signIn(uid), await signIn(uid)];
  const ticket = String((await ask(person, 'getUserInfo')).answer['leaveTicket']);
  await ask(person, 'logout');
  expect((await ask(person, 'removeConnection', { provider: 'google' })).answer.errorCode).toBe(
    403005,
  );
  expect((await ask(person, 'getUserInfo')).answer.errorCode).toBe(403005);
  const { answer } = await ask({ cookie: '' }, 'redeemLeaveTicket', { ticket, sessions: 'all' });
  expect(stepsOf(answer)).toContain('sessions done');
  expect((await asksSite(other)).isIn).toBe(false);
});
