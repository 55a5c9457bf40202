// Removals and logouts on Postgres: outro, outro as it was, the same written by hand, and better-auth.
import type { DiskName } from './backend/disks.ts';
import { checkOut } from './backend/history.ts';
import { sampleLockWaits, type LockWaits } from './backend/lock-waits.ts';
import {
  compete,
  firstOf,
  inRing,
  runSlice,
  takePeople,
  type Contestant,
  type Entry,
  type Ring,
  type RingResult,
  type Rounds,
} from './backend/ring.ts';
import type { Recorded } from './backend/statements.ts';

/** The commit that outro is measured against. */
export const formerly = 'c365a3b';

/** What was measured on one disk. */
export interface DiskResult {
  disk: DiskName;
  /** Milliseconds of a small commit. */
  commit: number;
  /** By number of callers, most first. */
  rings: RingResult[];
  /** What Postgres waited for, with most callers, by contestant. */
  waits: Record<string, LockWaits>;
}

/** What came of all servers on all disks. */
export interface BackendResult {
  disks: DiskResult[];
  /** Statements of each request until it is answered, by path, by contestant. */
  statements: Record<string, Record<string, number>>;
}

/** How long it is measured. */
export interface Lengths {
  /** Most callers first, which warms up for the others. */
  callers: Rounds[];
  /** Looks at what Postgres waits for. */
  samples: number;
}

const recordOf = async (of: Contestant): Promise<Recorded[]> => {
  const person = await takePeople(of, 2);
  const persons: [number, number] = [person, person + 1];
  const recorded = await firstOf(of).ask<Recorded[]>({ do: 'statements', url: of.url, persons });
  of.answered += 2 * recorded.length;
  for (const { path, statements, afterwards } of recorded) {
    console.log(`\n${of.name} ${path}, ${statements.length} statements`);
    for (const statement of statements) console.log(`  ${statement}`);
    for (const statement of afterwards) console.log(`  afterwards: ${statement}`);
  }
  return recorded;
};

const countsOf = (recorded: Recorded[]): Record<string, number> =>
  Object.fromEntries(recorded.map(({ path, statements }) => [path, statements.length]));

const outrosOf = ({ contestants }: Ring): Contestant[] =>
  contestants.filter(({ name }) => ['outro', formerly].includes(name));

const measureDisk = async (ring: Ring, { callers, samples }: Lengths): Promise<DiskResult> => {
  const { name: disk, commit, url } = ring.disk;
  const rings: RingResult[] = [];
  for (const rounds of callers) {
    console.log(`\n${disk}, a commit takes ${commit} ms: ${rounds.callers} callers ...`);
    rings.push(await compete(ring, rounds));
  }
  const waits: DiskResult['waits'] = {};
  const [most] = callers;
  for (const one of most ? outrosOf(ring) : [])
    waits[one.name] = await sampleLockWaits(url, samples, async () => {
      if (most) await runSlice(ring, one, most);
    });
  return { disk, commit, rings, waits };
};

/** All contestants on both disks. */
export const measureBackend = async (lengths: Lengths): Promise<BackendResult> => {
  const former = checkOut(formerly);
  const entries: Entry[] = [
    { name: 'outro' },
    ...(former ? [{ name: formerly, root: former.root }] : []),
    { name: 'textbook', file: './textbook.ts' },
    { name: 'better-auth', file: '../better-auth.mjs' },
  ];
  const result: BackendResult = { disks: [], statements: {} };
  try {
    for (const name of ['disk as it is', 'syncs of 2 ms'] as const) {
      const found = await inRing(name, async (ring) => {
        for (const entry of entries) await ring.enter(entry);
        // They are the same on every disk.
        if (result.disks.length === 0)
          for (const one of outrosOf(ring))
            result.statements[one.name] = countsOf(await recordOf(one));
        return measureDisk(ring, lengths);
      });
      if (found) result.disks.push(found);
    }
  } finally {
    former?.remove();
  }
  return result;
};

/** One instance of outro, and several on one Postgres. */
export const measureInstances = async (rounds: Rounds, counts: number[]): Promise<RingResult> => {
  const found = await inRing('disk as it is', async (ring) => {
    for (const instances of counts) await ring.enter({ name: `${instances} instances`, instances });
    return compete(ring, rounds);
  });
  if (!found) throw new Error('expected a disk');
  return found;
};
