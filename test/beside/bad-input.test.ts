// What a site does to its own tables, and to ours, while outro stands on them: refused, or told; never a half.
import { fromTables, type Mapping } from 'outro/server';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { libraries, type Library } from './schemas.ts';
import { openSite, stepsOf, type BesideSite } from './site.ts';

const { authjs, passport } = libraries;

const open: BesideSite[] = [];
const start = async (...given: Parameters<typeof openSite>): Promise<BesideSite> => {
  const site = await openSite(...given);
  open.push(site);
  return site;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((site) => site.close()));
});

const quiet = { logError: () => {} };
const leave = { provider: 'google', lastIdentityHandling: 'remove' };

describe('an id that is a number here and text there', () => {
  const mixed: Library = {
    ...authjs,
    schema: authjs.schema.replaceAll('"userId" integer', '"userId" text'),
  };

  it('finds everything of the person, and nothing of anybody whose id merely begins so', async () => {
    const site = await start(mixed, { allowAccountDeletion: true });
    const people = [];
    // Ten of them, so that one id begins with another's.
    for (let index = 0; index < 11; index += 1) people.push(await site.enter(`person ${index}`));
    const [one, ten] = [people[0]!, people[9]!];
    expect([one.uid, ten.uid]).toEqual(['1', '10']);
    expect(stepsOf(await site.ask('removeConnection', one.key, leave))).toContain('identity done');
    expect(
      await site.query('select distinct "userId" from accounts where provider = $1', ['google']),
    ).toHaveLength(10);
    expect((await site.ask('deleteAccount', one.key)).errorCode).toBe(0);
    expect(await site.ask('getUserInfo', ten.key)).toMatchObject({
      UID: '10',
      providers: 'google,github',
    });
  });

  it('that no number can be is nobody’s', async () => {
    const site = await start(mixed);
    const { key } = await site.enter('ada');
    await site.query(
      `update sessions set "userId" = '1; drop table users' where "sessionToken" = $1`,
      [key],
    );
    expect(await site.ask('getUserInfo', key)).toMatchObject({ errorCode: 403005 });
    await site.query(`update sessions set "userId" = '01' where "sessionToken" = $1`, [key]);
    expect(await site.ask('getUserInfo', key)).toMatchObject({ errorCode: 403005 });
  });
});

describe('a schema tool that dropped our tables', () => {
  it('a removal is an error and changes nothing; the next start makes them again', async () => {
    const site = await start(passport, {}, quiet);
    const { uid, key } = await site.enter('ada');
    await site.query('drop schema outro cascade');
    const rows = async () => [
      await site.query('select * from federated_credentials order by id'),
      await site.query('select sid from session order by sid'),
    ];
    const before = await rows();
    for (const method of ['removeConnection', 'logout', 'deleteAccount'])
      expect((await site.ask(method, key, leave)).errorCode, method).not.toBe(0);
    await expect(site.handler.signedIn({ uid, session: key })).rejects.toThrow();
    expect(await rows()).toEqual(before);
    const pool = new pg.Pool({ connectionString: site.url, max: 2 });
    const again = await fromTables(pool, passport.mapping);
    expect((await again.people.read({ site: site.apiKey, uid }))?.identities).toHaveLength(2);
    await again.close();
    expect(stepsOf(await site.ask('removeConnection', key, leave))).toContain('identity done');
  });

  it('a column of the site’s that went is an error, and a half is not written', async () => {
    const site = await start(authjs, {}, quiet);
    const { key } = await site.enter('ada');
    await site.query('alter table accounts rename column "providerAccountId" to subject');
    expect((await site.ask('removeConnection', key, leave)).errorCode).toBe(500001);
    expect(await site.query('select provider from accounts')).toHaveLength(2);
    expect(await site.query('select 1 from outro.journal')).toEqual([]);
  });
});

// One that hangs is given up as well: test/contract/identify.test.ts.
describe('an identify that throws, or answers nonsense', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('the site’s database is away'))],
    ['answers nonsense', () => ({ session: 7 }) as never],
    ['answers a key that is none', () => ({ session: '' })],
  ])(
    '%s: nobody knows, so nothing is said to be over, and nothing changes',
    async (_title, identify) => {
      const site = await start(passport, { identify }, quiet);
      const { key } = await site.enter('ada');
      const answer = await site.ask('logout', key);
      expect(answer.errorCode).not.toBe(0);
      expect(answer['receipt']).toBeUndefined();
      expect((await site.ask('removeConnection', key, leave)).errorCode).not.toBe(0);
      expect(await site.query('select sid from session')).toHaveLength(1);
      expect(await site.query('select 1 from federated_credentials')).toHaveLength(2);
    },
  );
});

describe('tokens that the site seals with another key than it says', () => {
  it('a mapping whose `open` throws, gives nothing, or gives no text: told, and the removal goes on', async () => {
    const opens = [
      () => {
        throw new Error('another key');
      },
      () => '',
      () => Promise.reject(new Error('another key')),
      () => undefined as never,
    ];
    let give = opens[0]!;
    const mapping: Mapping = {
      ...authjs.mapping,
      identities: { ...(authjs.mapping.identities as object), open: () => give() } as never,
    };
    const providers = { google: { clientId: 'c', clientSecret: 's' } };
    const site = await start({ ...authjs, mapping }, { providers });
    for (const [index, one] of opens.entries()) {
      give = one;
      const { key } = await site.enter(`person ${index}`);
      const answer = await site.ask('removeConnection', key, leave);
      expect(stepsOf(answer)).toContain('identity done');
      expect(answer['receipt']).toContainEqual(
        expect.objectContaining({ step: 'grant', status: 'needs-user' }),
      );
    }
  });
});
