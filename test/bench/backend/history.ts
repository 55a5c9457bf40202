// outro as it was, to run beside outro as it is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
    symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
    return { root, remove };
  } catch (error) {
    console.log(`without outro at commit ${commit}, which git does not have: ${String(error)}`);
    remove();
    return undefined;
  }
};
