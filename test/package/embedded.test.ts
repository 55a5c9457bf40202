// The embedded database of the built command: who gets into its folder, and how much memory it takes.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryOf, startBare } from '../support/embedded.ts';
import { openFolder } from '../support/served.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = openFolder();
afterAll(folder.close, 60_000);

const modeOf = (name: string): string =>
  (statSync(join(folder.path, name)).mode & 0o777).toString(8);

const make = (name: string, mode: number): string => {
  const path = join(folder.path, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
};

/** `outro migrate`, after a module that stands for circumstances a test cannot make. */
const migrate = (to: string, circumstances = '') => {
  const before = `data:text/javascript,${encodeURIComponent(circumstances)}`;
  const args = ['--import', before, cli, 'migrate', '--data', to];
  const env = { PATH: process.env['PATH'] };
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder.path,
    encoding: 'utf8',
    env,
  });
  return { status, stderr };
};

const data = 'made/data';
const done = { status: 0, stderr: '' };

// Made once: that takes longer than all the rest.
beforeAll(() => {
  expect(migrate(data)).toEqual(done);
}, 60_000);

describe('4.3 the data folder', () => {
  it('is made for its user alone, and so are those on the way to it', () => {
    expect(modeOf('made')).toBe('700');
    expect(modeOf(data)).toBe('700');
  });

  it('is closed to other users at the next start, on a disk of its own too', () => {
    mkdirSync(join(folder.path, data, 'lost+found'));
    chmodSync(join(folder.path, data), 0o755);
    expect(migrate(data)).toEqual(done);
    expect(modeOf(data)).toBe('700');
  });

  it('is refused, and left as it is, where other things lie open', () => {
    writeFileSync(join(make('site', 0o755), 'index.html'), '');
    const { status, stderr } = migrate('site');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'other users can get into the folder site, which holds other things than data of outro; ' +
        'give a folder of its own as --data, or run chmod 700 site',
    );
    expect(modeOf('site')).toBe('755');
  });

  it('is refused when it is not the own user’s', () => {
    const { uid } = statSync(make('theirs', 0o755));
    const { status, stderr } = migrate('theirs', `process.geteuid = () => ${uid + 1};`);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `the data folder theirs belongs to user ${uid}, and outro runs as user ${uid + 1}; ` +
        `run it as the folder's owner, or chown -R ${uid + 1} theirs, or give another --data`,
    );
    expect(modeOf('theirs')).toBe('755');
  });

  it('may be another user’s for root, who finds volumes so; it is closed to the rest', () => {
    const path = join(folder.path, data);
    chmodSync(path, 0o755);
    // Who is not root can give nothing away, but be taken for root.
    if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
    expect(migrate(data, 'process.geteuid = () => 0;')).toEqual(done);
    expect(modeOf(data)).toBe('700');
  });

  it.each([
    ['refuses', 'async () => { throw new Error("EPERM"); }'],
    ['forgets', 'async () => {}'],
  ])('is refused on a file system that %s modes', (verb, chmod) => {
    make(verb, 0o777);
    const { status, stderr } = migrate(
      verb,
      `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
       fs.promises.chmod = ${chmod}; syncBuiltinESMExports();`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain(
      `other users can get into the data folder ${verb}, and its mode cannot be changed; ` +
        'give another --data, on a file system that keeps modes',
    );
  });
});

describe('memory', () => {
  // Milliseconds. Within them PGlite as it comes has given back what its start took.
  const idleTime = 15_000;

  it('outro serve takes at most 0.8 of what a bare PGlite does, and at its start 0.6', async () => {
    // In a folder that PGlite itself has prepared.
    const first = await startBare(join(folder.path, 'bare'));
    first.kill('SIGKILL');
    await once(first, 'exit');
    const bare = await startBare(join(folder.path, 'bare'));
    try {
      const { child, ready } = folder.run(
        'serve',
        '--config',
        'outro.json',
        '--port',
        '0',
        '--data',
        data,
      );
      expect((await fetch(`${await ready}/readyz`)).status).toBe(200);
      await wait(idleTime);
      const [served, alone] = [memoryOf(child.pid ?? 0), memoryOf(bare.pid ?? 0)];
      expect(served.resident / alone.resident).toBeLessThan(0.8);
      expect(served.peak / alone.peak).toBeLessThan(0.6);
    } finally {
      bare.kill('SIGKILL');
    }
  });
});
