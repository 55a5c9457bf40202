// The ports' promises on the tables of every library, as the store suite has them, through pgbouncer where there is one.
import { fromTables, type Mapping } from 'outro/server';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { postgresEngine } from '../store/engine.ts';
import { storeSuite } from '../store/suite.ts';
import { findProgram } from '../support/installed.ts';
import { startPgbouncer } from '../support/pooler.ts';
import { asLibrary } from './as-library.ts';
import { libraries, type Library } from './schemas.ts';
import { openDatabase } from './site.ts';

// A few of them; the whole suite, with and without a pooler, by the environment.
const isWhole = process.env['OUTRO_RUNS'] !== undefined;
const isMeant = (title: string): boolean =>
  isWhole || /^(race: (two|of two)|tickets: .*(used up|for a day))/.test(title);

/** TABLE: what the suite asks of outro's own tables, and is somebody else's here. */
const notOurs: Record<string, string[]> = {
  'people are made and named by the library, with whatever it keeps of them': [
    'accounts: update hands decide the account as it is, and its answer through',
    'accounts: update makes an account only where it may, and else gives decide nobody',
    'accounts: whoever made an account knows it, and when it was read',
    'changes: a profile grows, and what is not said stays',
    'changes: a way in stays until it is taken back',
    'changes: a login id is the person’s own once somebody has seen it',
    'changes: a removal takes identities and login ids, and only those',
    'changes: an account takes another uid, and keeps what it has',
    'changes: a deleted account leaves nothing that finds anybody',
    'race: a change that keeps meeting others looks again each time, and comes through',
    'race: first sign-ins at once make one account',
    'race: calls that make one uid at once make one account',
    'race: an identity and the password removed at once leave one of them',
    'crash: an account that was made for a sign-in goes with its refusal',
    'crash: a change that breaks at a login id of somebody else leaves nothing',
    'crash: a change that breaks at a uid of somebody else leaves nothing',
    'answers: a second change under one key is refused, and undone',
    'answers: a second sign-in under one key is refused, and undone',
    'answers: of requests with one key at once, one is carried out',
    'answers: a change that is undone leaves its key free',
    'pages: nothing is heard of a refused change',
    'journal: what changes nothing about the person leaves no row',
    'isolation: a change to one person leaves the others as they were',
    'sealed: what is sealed is counted by its key, and written anew where it still is',
  ],
  'identities are linked by the library, which says whose they are; what came too late is undone by signedIn':
    [
      'changes: a soft removal leaves the mapping and nothing else; linked again it is whole',
      'race: an identity that two accounts link at once has one of them',
      'race: a refused call holds nobody up, and many at once all come back',
      'crash: a change that breaks at an identity of somebody else leaves nothing',
      'crash: what one account was refused, the other keeps',
      'removals: each link of a person counts one up, and so does each removal',
      'removals: a removal that comes in between is seen by the older sign-in',
      'removals: a removal and an older sign-in at once never leave the person linked',
      'removals: calls that link the same people in another order do not wait for each other',
      'removals: tokens that came with a refused sign-in are taken back',
    ],
  'no identity has one behind it': [
    'errands: an errand is written with its change and belongs to the call that wrote it',
    'errands: who is linked again is somebody else than a mapping, or the same person elsewhere',
    'removals: only the people that are about to be linked are told of',
  ],
  'sessions are opened, counted and cleared away by the library; their ticket is sealed, and kept nowhere':
    [
      'changes: the oldest sessions end where a person has as many as the site allows',
      'tickets: a leave ticket stands for its session, and for nothing else',
      'purge: a session that has run out goes after a month, its ID token after an hour',
      'purge: a session that has ended goes after a month, its ID token after an hour',
    ],
  'the lock of the user’s row stands in for a count': [
    'accounts: whatever changes a row of an account moves its rev',
  ],
  'whoever is in the tables is known to every site that has them': [
    'accounts: read finds a person by the site’s own session, and by the uid that comes with one',
    'removals: a removal is remembered for whoever links the person again',
    'isolation: two sites know the same uid, e-mail and identity as two people',
    'isolation: a session opens nothing at another site',
    'isolation: a change at one site leaves the other as it was',
    'isolation: a worker gets the errands of its own sites only',
    'isolation: a provider that ends a session ends it at the site that it tells',
    'isolation: pages are told of their own person only',
    'answers: keys are apart by site, caller and key',
  ],
};
const others = new Set(Object.values(notOurs).flat());

const isLeftOut = (title: string, { mapping }: Library): boolean =>
  others.has(title) || (title.includes('e-mail') && mapping.users.email === undefined);

/** As `signedIn` tells of it where the rows have no tokens, or only the first. */
const handed = (mapping: Mapping): Mapping => ({
  ...mapping,
  identities: [mapping.identities].flat().map((one) => ({ ...one, newest: 'handed' })),
});

const pooler = findProgram('pgbouncer') ? await startPgbouncer(inject('databaseUrl')) : undefined;
afterAll(async () => {
  await pooler?.stop();
});

const pooled = (url: string): string => {
  if (!pooler) return url;
  const { host, username, password } = new URL(pooler.url);
  return Object.assign(new URL(url), { host, username, password }).href;
};

const declare = async (library: Library, isPooled: boolean): Promise<Set<string>> => {
  const { url, query, close } = await openDatabase(library.schema);
  const { dress, reset, sites } = asLibrary(library, query);
  const { open, openBeside } = postgresEngine(isPooled ? pooled(url) : url, {
    open: async (pool) => dress(await fromTables(pool, handed(library.mapping))),
    tables: sites,
  });
  const titles = new Set<string>();
  storeSuite(
    { open, openSlow: (wait) => openBeside({ wait }) },
    {
      test(title, run) {
        titles.add(title);
        if (!isMeant(title) || isLeftOut(title, library)) return;
        it(title, async () => {
          await reset();
          await run();
        });
      },
      after: (end) =>
        afterAll(async () => {
          await end();
          await close();
        }),
    },
  );
  return titles;
};

describe.each(isWhole ? [false, true] : [true])('through a pooler: %s', (isPooled) => {
  describe.each(Object.entries<Library>(libraries))(
    'on the tables of %s',
    async (_name, library) => {
      const titles = await declare(library, isPooled);

      it('whatever is left out is a test of the suite', () => {
        expect([...others].filter((one) => !titles.has(one))).toEqual([]);
      });
    },
  );
});
