// Random programs of all methods, from tabs and servers at once: every promise of design.md section 2 is looked at
// after every moment.
import { expect, inject, it } from 'vitest';
import { remoteMethods } from '../../src/server/methods/rows.ts';
import { openGround } from './ground.ts';
import { explore, seed, type Finding } from './explore.ts';
import { newTally } from './run.ts';

const isPostgres = inject('databaseUrl') !== '';
// Steps that are made at least: what a whole run of the tests has time for. `OUTRO_STEPS=10000` makes as many on each engine.
const wanted = Number(process.env['OUTRO_STEPS'] ?? (isPostgres ? 2500 : 1500));
// What the site of the model has not set up: keys to sign tokens with, a vendor that it moves from.
const apart = ['getJWT', 'getJWTPublicKey', 'exchangeIdToken', 'isLive'];
const timeout = Math.max(300_000, wanted * 100);

it(`keeps every promise through at least ${wanted} steps`, { timeout }, async () => {
  const ground = await openGround();
  const tally = newTally();
  const begun = Date.now();
  let found: Finding | undefined;
  // A program has 34 steps on average.
  for (let round = 0; !found && tally.steps < wanted; round += 1)
    found = await explore(ground, { tally, round, lanes: 4, runs: (wanted - tally.steps) / 33 });
  const kinds = [...tally.kinds].map(([kind, { done, refused }]) => `${kind} ${done}+${refused}`);
  console.log(
    `model on ${isPostgres ? 'Postgres' : 'PGlite'}: ${tally.steps} steps in ${Date.now() - begun} ms, seed ${seed}; done+refused: ${kinds.join(', ')}`,
  );
  if (found) expect.fail(found.text);
  expect(tally.steps).toBeGreaterThanOrEqual(wanted);
  const paths = [...tally.paths].map((path) => path.split('.')[1]?.toLowerCase());
  for (const name of Object.keys(remoteMethods))
    if (!apart.includes(name)) expect(paths).toContain(name.toLowerCase());
});
