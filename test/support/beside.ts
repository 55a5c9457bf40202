import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Installs the libraries that outro stands beside, unless they are there: too heavy for everybody else's tests. */
export default (): void => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  // A copy of the tree, as mutants are tried in, brings them along.
  if (!existsSync(`${cwd}.ci/install`)) return;
  execFileSync('sh', ['.ci/install', 'test/beside/libraries'], { cwd, stdio: 'inherit' });
};
