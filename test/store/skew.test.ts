// An instance whose own clock is an hour fast: times are the database's, so everything ends when it should.
import { afterAll, afterEach, inject, test, vi } from 'vitest';
import { openEngine } from './engine.ts';
import { hour } from './scene.ts';
import { storeSuite } from './suite.ts';

const { isEmbedded, open, openBeside } = await openEngine(inject('databaseUrl'));

// The end of a used value is given as a time.
const isAbout = (name: string): boolean =>
  /^(clock|tickets):|when it was read/.test(name) && !name.includes('used value');

afterEach(() => void vi.useRealTimers());

storeSuite(
  { open, openSlow: (wait) => openBeside({ wait }), isEmbedded },
  {
    test(name, run) {
      if (!isAbout(name)) return;
      test(name, async () => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hour, shouldAdvanceTime: true });
        await run();
      });
    },
    after: afterAll,
  },
);
