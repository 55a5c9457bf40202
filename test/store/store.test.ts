// The stores that outro ships keep every promise of their port; a store that breaks one is found out, by name.
import { brokenStore, brokenStoreKinds, type BrokenStoreKind } from './broken-store.ts';
import { storeSuite } from './suite.ts';
import { afterAll, describe, expect, inject, it, test } from 'vitest';
import { looksInto } from './looks-into.ts';
import { openStore, openTestDatabase } from '../support/store.ts';

const isEmbedded = inject('databaseUrl') === '';

storeSuite(
  { open: async () => looksInto(await openStore()), isEmbedded },
  { test, after: afterAll },
);

const groupOf = (name: string): string => name.split(':')[0] ?? '';

// What each broken store fails, of the groups of tests that are about what it breaks.
const failures: Record<BrokenStoreKind, string[]> = {
  guardOutsideTransaction: [
    'race: two removals at once never take both of the last two ways in',
    'race: an identity and the password removed at once leave one of them',
    'race: of two calls with one session, the second finds it ended by the first',
  ],
  forgetsRollback: [
    'crash: an account that was made for a call goes with its refusal',
    'crash: a change that breaks at an identity of somebody else leaves nothing',
    'crash: a change that breaks at a login id of somebody else leaves nothing',
    'crash: a change that breaks at a uid of somebody else leaves nothing',
    'pages: nothing is heard of a refused change',
  ],
  mixesSites: [
    'isolation: two sites know the same uid, e-mail and identity as two people',
    'isolation: a session opens nothing at another site',
    'isolation: a worker gets the jobs of its own sites only',
  ],
  livesTooLong: [
    'clock: a session opens something until its time and nothing afterwards',
    'clock: a used value is remembered until its time',
    'clock: a trip can be gone until its time',
    'clock: a lease ends, and the job is somebody else’s',
    'trips: a trip is read as it was opened',
    'trips: a note is made on one stop of one living trip, and nowhere else',
  ],
  seesTwice: ['race: a value that is used twice at once is new to one'],
  softensNothing: [
    'changes: a soft removal leaves the mapping and nothing else; linked again it is whole',
  ],
  leavesLoginIds: ['changes: a removal takes identities and login ids, and only those'],
  leaseWithoutFence: ['outbox: an attempt that has outlived its lease has no say'],
  claimsTwice: ['outbox: workers at once never get the same job'],
  keepsTokens: [
    'outbox: a job that has ended is over, and its tokens are gone',
    'outbox: who is linked again keeps the new permission',
  ],
  revokesReconnected: ['outbox: who is linked again keeps the new permission'],
  forgetsRemovals: [
    'removals: a removal is remembered for whoever links the person again',
    'removals: each link of a person counts one up',
    'removals: only the people that are about to be linked are told of',
    'removals: a removal and an older sign-in at once never leave the person linked',
    'removals: a removal is forgotten after 400 days',
  ],
  forgetsKeys: [
    'answers: the receipt of a change is kept under its key, and the whole answer beside it',
    'answers: a second change under one key is refused, and undone',
    'answers: of requests with one key at once, one is carried out',
    'answers: keys are apart by site, caller and key',
    'answers: a key can be used again when its answer has served its time',
  ],
  tellsTwice: [
    'pages: every told change is heard once, as it was told, in order',
    'pages: nothing is heard of a refused change',
    'pages: changes at once are all heard, each once',
    'pages: whoever listens hears what other instances change; who has stopped hears nothing',
    'pages: a page that was away is told the same, oldest first',
    'pages: what an account was told survives it',
  ],
  tellsRefused: ['pages: nothing is heard of a refused change'],
  tellsNobody: [
    'pages: every told change is heard once, as it was told, in order',
    'pages: nothing is heard of a refused change',
    'pages: changes at once are all heard, each once',
    'pages: whoever listens hears what other instances change; who has stopped hears nothing',
    'pages: a page that was away is told the same, oldest first',
    'pages: what an account was told survives it',
  ],
  forgetsIssuer: ['provider sessions: the issuer says whose session it is, where one was told'],
  namesNobody: ['provider sessions: sessions that are over are not named again'],
  losesNotes: ['trips: a note stays, and notes at once are all kept'],
  rewritesAnswers: ['trips: the first answer to a deletion request stays'],
  neverPurges: [
    'purge: used values and trips go when they have run out',
    'purge: what pages were told goes after an hour',
    'purge: answers to deletion requests go after 400 days',
    'purge: a session that has run out goes after a month, its ID token after an hour',
    'purge: a session that has ended goes after a month, its ID token after an hour',
  ],
};

const notRun = { open: () => Promise.reject(new Error('only asked for its names')) };
const names: string[] = [];
storeSuite(notRun, { test: (name) => void names.push(name), after: () => {} });

/** Runs tests of the suite, each on a broken store of its own; what those say that fail. */
const failuresOf = async (
  kind: BrokenStoreKind,
  wanted: string[],
): Promise<Record<string, string>> => {
  const database = looksInto(await openTestDatabase());
  const open = async () => ({ ...database, store: brokenStore(kind, database.store) });
  const runs: Promise<[string, string] | undefined>[] = [];
  const judge = (name: string, run: () => Promise<void>) =>
    void runs.push(
      run().then(
        () => undefined,
        (error: Error) => [name, error.message],
      ),
    );
  for (const one of wanted) {
    const only = (name: string, run: () => Promise<void>) => name === one && judge(name, run);
    storeSuite({ open, isEmbedded }, { test: only, after: () => {} });
  }
  return Object.fromEntries((await Promise.all(runs)).filter((failure) => failure !== undefined));
};

describe('a broken store', () => {
  it.each(brokenStoreKinds)('that %s fails the tests that say so, and no other', async (kind) => {
    const groups = new Set(failures[kind].map(groupOf));
    // Whoever closes a store would close the one that all of these share.
    const wanted = names.filter((name) => groups.has(groupOf(name)) && !name.includes('closed'));
    const failed = await failuresOf(kind, wanted);
    expect(Object.keys(failed).toSorted()).toEqual(failures[kind].toSorted());
    for (const message of Object.values(failed))
      expect(message).toMatch(/^the store breaks a promise of its port\n {2}\w[\w.]+.*: \w/);
  });
});
