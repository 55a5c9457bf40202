import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a command in a folder and gives what it said; what it said goes into the error, too. */
export const runIn = (folder: string, command: string, args: string[]): string => {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
};

/** Packs what is built, as it would be published, into a folder. */
export const packTarball = (folder: string): { tarball: string; files: string[] } => {
  const packed = runIn(root, 'npm', [
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]);
  const parsed = JSON.parse(packed) as
    | { filename: string; files: { path: string }[] }[]
    | Record<string, { filename: string; files: { path: string }[] }>;
  const [details] = Object.values(parsed);
  return {
    tarball: join(folder, details?.filename ?? ''),
    files: details?.files.map(({ path }) => path) ?? [],
  };
};
