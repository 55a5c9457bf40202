import { readdirSync, readFileSync } from 'node:fs';

// Microseconds; Linux counts a hundred ticks a second for every program, whatever its own clock.
const tick = 10_000;

// Fields behind the name in parentheses, which may hold anything.
const readStat = (pid: string | number): number[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text
    .slice(text.lastIndexOf(')') + 4)
    .split(' ')
    .map(Number);
};

/** Microseconds of processor time that a Postgres server and its processes have taken; 0 where nobody can know. */
export const readPostgresCpu = (pid: number | undefined): number => {
  if (pid === undefined || process.platform !== 'linux') return 0;
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
    try {
      const stat = readStat(name);
      const isServer = Number(name) === pid;
      if (!isServer && stat[0] !== pid) continue;
      // utime and stime; of the server also those of its processes that have ended.
      ticks += stat.slice(10, isServer ? 14 : 12).reduce((sum, value) => sum + value, 0);
    } catch {
      // It has ended meanwhile.
    }
  return ticks * tick;
};
