// What a process takes, and a process that holds nothing but PGlite: what `outro serve` is measured against.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Memory of a process, in MB. */
export interface Memory {
  resident: number;
  /** What it shares with others counted in parts. */
  proportional: number;
  /** The most that was resident at once. */
  peak: number;
}

/**
 * Reads what a process takes now.
 *
 * @throws Error where there is no `/proc`, and when the process is gone
 */
export const memoryOf = (pid: number): Memory => {
  const read = (file: string, name: string): number => {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    if (kilobytes === undefined) throw new Error(`no ${name} in /proc/${pid}/${file}`);
    return Math.round(Number(kilobytes) / 1024);
  };
  return {
    resident: read('smaps_rollup', 'Rss'),
    proportional: read('smaps_rollup', 'Pss'),
    peak: read('status', 'VmHWM'),
  };
};

/** Milliseconds of a processor that a process has spent: unlike a clock, it does not see what else the machine does. */
export const processorTimeOf = (pid: number): number => {
  // The name of the command, in brackets, may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // In hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const program = `
  import { PGlite } from '@electric-sql/pglite';
  const pglite = await PGlite.create(process.argv[1]);
  await pglite.query('select 1');
  console.log('answered');
  setInterval(() => {}, 1000);
`;

/** Opens a folder with PGlite as it comes, in a process of its own; settles with the first answer. */
export const startBare = async (folder: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, folder], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`PGlite ended with ${code}`)));
  });
  return child;
};
