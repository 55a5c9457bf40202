// What outro costs a site beside whose own sign-in it stands, and what an unlink costs on tables that are another library's.
import { rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import install from '../support/frameworks.ts';
import { startPostgres } from '../support/postgres.ts';
import type { Length } from './beside/race.ts';
import type { TriggerRatios } from './beside/triggers.ts';
import type { Ratio } from './statistics.ts';

/** Time of the one as a share of the other's, round by round. */
export interface BesideResult {
  /** A whole sign-in at a site of Passport's, with `signedIn` and the guard: without outro. */
  signIn: Ratio;
  /** An unlink on better-auth's tables by outro, with the guard: by better-auth. */
  unlink: Ratio;
  /** What the library writes, with each trigger of the guard: without. */
  triggers: TriggerRatios;
}

/** Has the example find the package itself, as it was just built. */
const prepareExample = (): void => {
  install();
  const link = fileURLToPath(
    new URL('../../examples/frameworks/node_modules/outro', import.meta.url),
  );
  rmSync(link, { force: true });
  symlinkSync('../../..', link);
};

/** Measures all of it on a Postgres that waits for the disk. */
export const measureBeside = async (length: Length): Promise<BesideResult> => {
  prepareExample();
  // The example is found by what was just prepared.
  const { measureSignIn } = await import('./beside/sign-in.ts');
  const { measureUnlink } = await import('./beside/unlink.ts');
  const { measureTriggers } = await import('./beside/triggers.ts');
  const server = await startPostgres({ fsync: true, isOwn: true });
  try {
    return {
      signIn: await measureSignIn(server.url, length),
      unlink: await measureUnlink(server.url, length),
      triggers: await measureTriggers(server.url, length),
    };
  } finally {
    await server.stop();
  }
};
