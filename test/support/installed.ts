import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** A program of this machine that tests may use. */
export interface InstalledProgram {
  path: string;
  /** As it says itself. */
  version: string;
}

// Debian's names first, since .ci/run installs those; a variable names any other.
const programs = {
  chromium: [process.env['FULL_CHROMIUM_PATH'], 'chromium', 'google-chrome'],
  firefox: [process.env['FIREFOX_PATH'], 'firefox-esr', 'firefox'],
  // Debian puts it where only root looks.
  pgbouncer: [process.env['PGBOUNCER_PATH'], 'pgbouncer', '/usr/sbin/pgbouncer'],
};

/** Finds a program that this machine has, by asking each of its names for the version. */
export const findProgram = (kind: keyof typeof programs): InstalledProgram | undefined => {
  const folders = process.env['PATH']?.split(delimiter) ?? [];
  for (const program of programs[kind]) {
    const path = program && folders.map((folder) => resolve(folder, program)).find(existsSync);
    if (!path) continue;
    // A program that cannot even say its version is as good as none.
    const { status, stdout } = spawnSync(path, ['--version'], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (status === 0) return { path, version: stdout.trim() };
  }
  return undefined;
};

/** One line for each part of the tests that this machine cannot run, and how it could. */
export const listMissing = (): string[] => [
  ...(findProgram('firefox')
    ? []
    : ['matrix: Firefox was not run: no firefox-esr found (or set FIREFOX_PATH)']),
  ...(findProgram('chromium')
    ? []
    : [
        'matrix: Chromium with third-party cookies blocked was not run: no full chromium found (or set FULL_CHROMIUM_PATH); the packaged one cannot block them',
      ]),
  ...(findProgram('pgbouncer')
    ? []
    : [
        'portable: the contract was not run behind a pooler: no pgbouncer found (or set PGBOUNCER_PATH)',
      ]),
];
