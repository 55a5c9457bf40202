// outro as it was, to run beside outro as it is.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of outro's package. */
export const here = fileURLToPath(new URL('../../../', import.meta.url));

/** A package of outro in a folder of its own. */
export interface CheckedOut {
  root: string;
  remove(): void;
}

// What it had and outro has no more: kysely, which better-auth brings along.
const linkPackages = (root: string): void => {
  const [now, peers] = [join(here, 'node_modules'), join(here, 'test/bench/node_modules')];
  mkdirSync(join(root, 'node_modules'));
  for (const name of readdirSync(now))
    symlinkSync(join(now, name), join(root, 'node_modules', name));
  if (!existsSync(join(now, 'kysely')))
    symlinkSync(join(peers, 'kysely'), join(root, 'node_modules/kysely'));
};

/**
 * The source at a commit, on the packages that are installed now; Node runs it as it is.
 *
 * @returns undefined where there is no history; it says so.
 */
export const checkOut = (commit: string): CheckedOut | undefined => {
  const root = mkdtempSync(join(tmpdir(), `outro-${commit}-`));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    const archive = execFileSync('git', ['archive', commit, 'src', 'package.json'], {
      cwd: here,
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    linkPackages(root);
    return { root, remove };
  } catch (error) {
    console.log(`without outro at commit ${commit}, which git does not have: ${String(error)}`);
    remove();
    return undefined;
  }
};
