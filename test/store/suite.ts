import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/server/exits/store.ts';
import { accounts } from './accounts.ts';
import { answers } from './answers.ts';
import { bringing } from './bringing.ts';
import { changes } from './changes.ts';
import { clock } from './clock.ts';
import { crash } from './crash.ts';
import { destinations } from './destinations.ts';
import { errands } from './errands.ts';
import { feed } from './feed.ts';
import { instances } from './instances.ts';
import { isolation } from './isolation.ts';
import { journal } from './journal.ts';
import { pages } from './pages.ts';
import { providerSessions } from './provider-sessions.ts';
import { purge } from './purge.ts';
import { race } from './race.ts';
import { records } from './records.ts';
import { removals } from './removals.ts';
import type { OpenedStore, Scene, StoreTests, Wait } from './scene.ts';
import { sealed } from './sealed.ts';
import { tickets } from './tickets.ts';
import { trips } from './trips.ts';

/** The functions of a test runner that the suite needs: those of node:test, vitest and jest fit. */
export interface Runner {
  /** Declares a test, which fails when `run` rejects. */
  test: (name: string, run: () => Promise<void>) => unknown;
  /** Declares what is done when all tests have run: `after` of node:test, `afterAll` elsewhere. */
  after: (run: () => Promise<void>) => unknown;
}

/** How stores come about. */
export interface StoreSource {
  /** Opens a store; called for the first test, and again for each further instance that tests need. */
  open: () => Promise<OpenedStore>;
  /** Opens one more instance on the data of the first, which lets others come in between; the test closes it. */
  openSlow: (wait: Wait) => Promise<Store>;
  /** Each store has data of its own, as an embedded database: there are no other instances. Default false. */
  isEmbedded?: boolean | undefined;
}

const groups = {
  accounts,
  changes,
  race,
  crash,
  clock,
  isolation,
  tickets,
  errands,
  destinations,
  removals,
  journal,
  answers,
  pages,
  feed,
  records,
  sealed,
  'provider sessions': providerSessions,
  trips,
  purge,
  bringing,
  instances,
} satisfies Record<string, StoreTests>;

/**
 * Declares the tests that every implementation of the two ports, people and exits, must pass: one for each promise of
 * their comments. A failure quotes the promise that is broken. Every test has a site of its own, so a shared database
 * will do.
 *
 * @see design.md section 2
 */
export const storeSuite = (
  { open, openSlow, isEmbedded = false }: StoreSource,
  { test, after }: Runner,
): void => {
  const opened: Promise<OpenedStore>[] = [];
  const openOne = (): Promise<OpenedStore> => {
    const one = open();
    opened.push(one);
    return one;
  };
  let main: Promise<OpenedStore> | undefined;
  let second: Promise<Store> | undefined;
  const setScene = async (): Promise<Scene> => {
    const first = await (main ??= openOne());
    return {
      ...first,
      people: first.store.people,
      exits: first.store.exits,
      site: `suite-${randomUUID()}`,
      another: () =>
        (second ??= isEmbedded
          ? Promise.resolve(first.store)
          : openOne().then(({ store }) => store)),
      // The test that asks for it closes it.
      open: async () => (await open()).store,
      openSlow,
    };
  };
  const { instances: _several, ...ofOne } = groups;
  for (const [group, tests] of Object.entries(isEmbedded ? ofOne : groups))
    for (const [name, run] of Object.entries(tests))
      test(`${group}: ${name}`, async () => run(await setScene()));
  after(async () => {
    for (const one of await Promise.all(opened)) await one.store.close();
  });
};
