import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Installs what the examples of frameworks need, unless it is there: too heavy for everybody else's tests. */
export default (): void => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  // A copy of the tree, as mutants are tried in, brings it along.
  if (!existsSync(`${cwd}.ci/install`)) return;
  execFileSync('sh', ['.ci/install', 'examples/frameworks'], { cwd, stdio: 'inherit' });
};
