// deleteAccount: all of it in one transaction, each step said; works with providers down, and goes on after a crash.
import { createHandler } from 'outro/server';
import { describe, expect, it } from 'vitest';
import { secret, startHouse, type House } from '../support/house.ts';
import { journalOf, toldOf } from '../support/journal.ts';
import {
  credentials,
  errands,
  listen,
  makeDue,
  openHouse,
  revoke,
  signIn,
} from '../support/revocation.ts';
import { areLive, device, stepsOf } from '../support/sessions.ts';
import { signedBody } from '../support/signed.ts';

const method = 'socialize.deleteAccount';

/** Everything of a site that is about people, but for what it is to leave behind. */
const leftOf = async (house: House): Promise<string[]> => {
  const { journal: _record, errands: _owed, ...rows } = await house.rows();
  return Object.entries(rows).flatMap(([table, found]) => (found.length > 0 ? table : []));
};

/** A provider whose revocation call answers as told. */
const openProvider = async (statuses: number[]) => {
  let asked = 0;
  const { origin } = await listen((request, response) => {
    request.resume();
    response.writeHead(statuses[asked] ?? statuses.at(-1) ?? 200).end();
    asked += 1;
  });
  return { origin, asked: () => asked };
};

describe('by a server', () => {
  it('takes everything of one account, nothing of others, and says each step', async () => {
    const { origin } = await openProvider([200]);
    const house = await openHouse(origin);
    const own = String((await signIn(house))['cookieValue']);
    const stranger = await device(house, 'v', 'twitter');
    const answer = await house.signed(method, { UID: 'u' });
    const gone = 'identity done, data done';
    expect(stepsOf(answer).slice(0, 7).join(', ')).toBe(
      `${gone}, grant done, ${gone}, grant unsupported, sessions done`,
    );
    expect(await areLive(house, own, stranger)).toEqual([false, true]);
    expect(await house.signed('socialize.getUserInfo', { UID: 'v' })).toMatchObject({
      identities: [{ provider: 'twitter' }],
    });
    const tables = {
      accounts: 'id',
      identities: 'account_id',
      sessions: 'account_id',
      login_ids: 'account_id',
      provider_sessions: 'account',
    };
    for (const [table, key] of Object.entries(tables)) {
      const rows = await house.database.query(
        `select 1 from outro.${table} t where site = $1 and not exists
           (select from outro.accounts a where a.id::text = t.${key}::text and a.uid = 'v')`,
        [house.apiKey],
      );
      expect(rows, table).toEqual([]);
    }
  });

  it('a mapping goes too, and the same sign-in afterwards opens a new account', async () => {
    const house = await startHouse();
    await device(house, 'u', 'facebook');
    await house.signed('socialize.removeConnection', { UID: 'u' });
    expect(stepsOf(await house.signed(method, { UID: 'u' }))).toEqual([
      'identity done',
      'data already',
      'grant unsupported',
      'sessions already',
    ]);
    expect(await leftOf(house)).toEqual([]);
    const providers = { facebook: { providerUID: 'u facebook' } };
    expect((await house.signIn({ providers }))['UID']).not.toBe('u');
  });

  it('names the providers to leave, with what the store knew of the sessions there', async () => {
    const logout = {
      by: 'visit',
      url: 'https://op.example/end',
      parameters: {},
      needs: ['idToken'],
    };
    for (const leaves of ['connected', 'signed-in-here'] as const) {
      const house = await startHouse({ leaves, providers: { facebook: { logout } as never } });
      await house.signIn({
        siteUID: 'u',
        providers: { facebook: { providerUID: 'f', idToken: 'e30.e30.e30' } },
      });
      const answer = await house.signed(method, { UID: 'u' });
      expect(answer).toMatchObject({
        departures: [{ provider: 'facebook', ways: [{ by: 'popup' }, { by: 'page' }, {}] }],
      });
      const [{ ways = [] } = {}] = answer['departures'] as { ways?: { trip?: string }[] }[];
      const departure = String(ways[0]?.trip);
      const trip = await house.post('socialize.getDeparture', { departure });
      expect(trip).toMatchObject({ errorCode: 0, isComplete: false });
    }
  });
});

describe('a provider that is down', () => {
  it('holds nothing up: pending, tried again without the account, done in the end', async () => {
    const provider = await openProvider([503, 200]);
    const house = await openHouse(provider.origin);
    await signIn(house);
    const answer = await house.signed(method, { UID: 'u' });
    expect(answer.errorCode).toBe(0);
    expect(stepsOf(answer)).toContain('grant pending');
    expect(await leftOf(house)).toEqual([]);
    expect(await errands(house)).toMatchObject([{ state: 'pending' }]);
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([{ state: 'done', sealed_payload: null }]);
    expect(provider.asked()).toBe(2);
  });
});

describe('a crash', () => {
  const open = async (statuses: number[], dies: 'before' | 'after') => {
    const provider = await openProvider(statuses);
    const house = await openHouse(provider.origin);
    await signIn(house);
    const { store } = house.database;
    let isDying = true;
    const update: typeof store.people.update = async (...asked) => {
      const updated =
        isDying && dies === 'before' ? undefined : await store.people.update(...asked);
      if (isDying || !updated) throw new Error('the process died');
      return updated;
    };
    const crashing = { ...store, people: { ...store.people, update } };
    const url = `${provider.origin}/token/revocation`;
    const facebook = { ...credentials, revoke: { ...revoke, url } };
    const handler = createHandler({
      sites: [
        {
          apiKey: house.apiKey,
          secret,
          publicUrl: 'https://outro.example',
          providers: { facebook },
        },
      ],
      encryptionKeys: [{ id: 'test', key: secret }],
      allowPrivateProviders: true,
      store: crashing,
      logError: () => {},
    });
    const ask = async (): Promise<Record<string, unknown>> => {
      const address = `https://outro.example/${method}`;
      const body = signedBody(address, secret, { apiKey: house.apiKey, UID: 'u' });
      const response = await handler(new Request(address, { method: 'POST', body }));
      return (await response.json()) as Record<string, unknown>;
    };
    return { house, ask, provider, heal: () => (isDying = false) };
  };

  it('before it was written: everything is there, and the second call deletes it', async () => {
    const { house, ask, heal, provider } = await open([200], 'before');
    const before = await house.rows();
    expect(await ask()).toMatchObject({ errorCode: 500001 });
    expect(await house.rows()).toEqual(before);
    expect([provider.asked(), await errands(house)]).toEqual([0, []]);
    heal();
    expect(await ask()).toMatchObject({ errorCode: 0 });
    expect(await leftOf(house)).toEqual([]);
  });

  it('after it was written: the second call finds nobody, and the permission is taken back all the same', async () => {
    const { house, ask, heal, provider } = await open([200], 'after');
    expect(await ask()).toMatchObject({ errorCode: 500001 });
    expect(await leftOf(house)).toEqual([]);
    expect(provider.asked()).toBe(0);
    heal();
    expect(await ask()).toMatchObject({
      errorCode: 403005,
      errorDetails: 'UID: no user of this site has it',
    });
    // The lease of the call that died has run out.
    await house.database.query(
      "update outro.errands set lease_until = now() - interval '1 second' where site = $1",
      [house.apiKey],
    );
    await makeDue(house);
    await house.work();
    expect(await errands(house)).toMatchObject([{ state: 'done', sealed_payload: null }]);
    expect(provider.asked()).toBe(1);
  });
});

describe('by a session', () => {
  it('only where the site allows it', async () => {
    const refusing = await startHouse();
    const token = await device(refusing, 'u', 'facebook');
    const before = await refusing.rows();
    expect(await refusing.post(method, { login_token: token })).toMatchObject({
      errorCode: 403007,
      errorDetails: expect.stringMatching(/allowAccountDeletion/) as string,
    });
    expect(await refusing.rows()).toEqual(before);
  });

  it('deletes the account it belongs to, this session first; a UID beside it must be its own', async () => {
    const house = await startHouse({ allowAccountDeletion: true });
    const [own, other] = [await device(house, 'u', 'facebook'), await device(house, 'u')];
    const stranger = await device(house, 'v', 'github');
    expect(await house.post(method, { login_token: own, UID: 'v' })).toMatchObject({
      errorCode: 403005,
    });
    const answer = await house.post(method, { login_token: own, UID: 'u' });
    expect(stepsOf(answer).filter((one) => one.startsWith('session'))).toEqual([
      'session done',
      'sessions done',
    ]);
    expect(await areLive(house, own, other, stranger)).toEqual([false, false, true]);
    expect(await toldOf(house)).toEqual([
      { name: 'logout', exceptSession: expect.any(String) as string },
    ]);
    expect((await journalOf(house)).at(-1)).toMatchObject({
      method: 'deleteAccount',
      actor: 'user',
    });
    expect(await house.post(method, { login_token: own })).toMatchObject({ errorCode: 403005 });
  });

  it('twice at once: one deletes, the other finds nobody', async () => {
    const house = await startHouse({ allowAccountDeletion: true });
    for (let round = 0; round < 10; round += 1) {
      const login_token = await device(house, `u${round}`, 'facebook');
      const answers = await Promise.all([1, 2].map(() => house.post(method, { login_token })));
      const codes = answers.map(({ errorCode }) => errorCode).toSorted((a, b) => a - b);
      expect(codes).toEqual([0, 403005]);
    }
    expect(await leftOf(house)).toEqual([]);
  });
});
