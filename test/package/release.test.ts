// What a release carries: integrity values for script tags, and no dependency with a known hole.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('every browser file has its integrity value, and no other file has one', () => {
  const files = globSync('outro*.js', { cwd: `${root}dist` }).toSorted();
  expect(files).toContain('outro.js');
  const values = JSON.parse(readFileSync(`${root}dist/integrity.json`, 'utf8')) as object;
  const expected = files.map((file) => [
    file,
    `sha384-${createHash('sha384')
      .update(readFileSync(`${root}dist/${file}`))
      .digest('base64')}`,
  ]);
  expect(values).toEqual(Object.fromEntries(expected));
});

interface Audit {
  error?: { summary?: string; code?: string };
  message?: string;
  metadata?: { vulnerabilities: Record<string, number> };
}

it('no dependency of a user has a known hole (npm audit), where the registry answers', () => {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const audit = (stdout ? JSON.parse(stdout) : { message: 'no answer' }) as Audit;
  const { vulnerabilities } = audit.metadata ?? {};
  if (!vulnerabilities) {
    console.log(
      `npm audit: NOT CHECKED, the registry does not answer: ${audit.message ?? audit.error?.summary ?? ''}`,
    );
    return;
  }
  expect({ high: vulnerabilities['high'], critical: vulnerabilities['critical'] }).toEqual({
    high: 0,
    critical: 0,
  });
}, 90_000);
