// The tables of the libraries behind a pooler that hands each transaction another connection.
import { createHandler, fromTables } from 'outro/server';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { secret, type Answer } from '../support/house.ts';
import { findProgram } from '../support/installed.ts';
import { startPgbouncer } from '../support/pooler.ts';
import { libraries } from './schemas.ts';
import { openSite, stepsOf, type BesideSite } from './site.ts';

describe.runIf(findProgram('pgbouncer')).each(Object.entries(libraries))(
  '%s through pgbouncer',
  (_name, library) => {
    const closing: (() => Promise<unknown>)[] = [];
    let site: BesideSite;
    let ask: (method: string, key: string, params?: Record<string, string>) => Promise<Answer>;

    beforeAll(async () => {
      site = await openSite(library);
      const pooler = await startPgbouncer(inject('databaseUrl'));
      const url = new URL(pooler.url);
      url.pathname = new URL(site.url).pathname;
      const store = await fromTables(
        new pg.Pool({ connectionString: url.href, max: 20 }),
        library.mapping,
      );
      const handler = createHandler({
        encryptionKeys: [{ id: 'test', key: secret }],
        sites: [
          {
            apiKey: site.apiKey,
            secret,
            publicUrl: 'https://outro.example',
            origins: ['https://shop.example'],
            identify: ({ headers }) => ({ session: headers.get('cookie')?.slice('key='.length) }),
          },
        ],
        store,
      });
      ask = async (method, key, params = {}) => {
        const response = await handler(
          new Request(`https://outro.example/socialize.${method}`, {
            method: 'POST',
            headers: { Origin: 'https://shop.example', 'X-Outro': '1', Cookie: `key=${key}` },
            body: new URLSearchParams({ apiKey: site.apiKey, ...params }),
          }),
        );
        return (await response.json()) as Answer;
      };
      closing.push(
        () => handler.close(),
        () => store.close(),
        pooler.stop,
        () => site.close(),
      );
    });
    afterAll(async () => {
      for (const close of closing) await close();
    });

    it('of two removals at once of the last two ways in one is refused, and logouts end what they say', async () => {
      const people = await Promise.all(
        Array.from({ length: 20 }, (_, index) => site.enter(`pair ${index}`)),
      );
      const answers = await Promise.all(
        people.flatMap(({ key }) =>
          ['google', 'github'].map((provider) =>
            ask('removeConnection', key, { provider, lastIdentityHandling: 'fail' }),
          ),
        ),
      );
      const codes = answers.map(({ errorCode }) => errorCode);
      expect(codes.filter((code) => code === 0)).toHaveLength(people.length);
      expect(codes.filter((code) => code === 400030)).toHaveLength(people.length);
      const ended = await Promise.all(people.map(({ key }) => ask('logout', key)));
      expect(new Set(ended.map((one) => stepsOf(one)[0]))).toEqual(new Set(['session done']));
      expect(await site.query(`select 1 from ${library.sessions}`)).toEqual([]);
    });
  },
);
