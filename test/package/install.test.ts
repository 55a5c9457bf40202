// What comes onto a machine: of somebody who installs the package, and of somebody who starts a clone.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, createLogger } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sample } from '../docs/configuration.ts';
import { packTarball, runIn } from '../support/tarball.ts';

type Lock = { packages: Record<string, { dependencies?: object; optionalDependencies?: object }> };

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'outro-install-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readLock = (file: string): Lock => JSON.parse(readFileSync(file, 'utf8')) as Lock;

const run = (program: string, args: string[], cwd = folder) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
};

/** What npm would bring, as the lock file knows it: what is reached from the dependencies, no peer. */
const reached = (): string[] => {
  const { packages } = readLock(join(root, 'package-lock.json'));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (found.has(name)) continue;
      found.add(name);
      visit(`node_modules/${name}`);
    }
  };
  visit('');
  return [...found];
};

// Where no registry can be reached, the same packages stand beside it as this clone has them.
const layOut = (tarball: string): void => {
  const target = join(folder, 'node_modules/outro');
  mkdirSync(target, { recursive: true });
  runIn(folder, 'tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
  for (const name of reached()) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), place);
  }
};

describe('npm install outro, in a plain Node project', () => {
  let names: string[] = [];
  let told = '';

  beforeAll(() => {
    const { tarball } = packTarball(folder);
    writeFileSync(join(folder, 'package.json'), '{ "name": "site", "type": "module" }');
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--fetch-retries=0'];
    const { status, stderr } = run('npm', ['install', tarball, ...flags]);
    told = stderr;
    if (status === 0) {
      const { packages } = readLock(join(folder, 'node_modules/.package-lock.json'));
      names = Object.keys(packages).map((path) => path.replace('node_modules/', ''));
    } else {
      expect(stderr).toMatch(
        /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENOTCACHED|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|\bE(408|429|5\d\d)\b/,
      );
      told = '';
      layOut(tarball);
      names = ['outro', ...reached()];
    }
  }, 300_000);

  it('adds at most 15 packages, no file over 2,000,000 bytes, and warns of nothing', () => {
    expect(names).toContain('outro');
    expect(names.length).toBeLessThanOrEqual(15);
    expect(names).toEqual(expect.arrayContaining(reached()));
    const large = names.flatMap((name) =>
      globSync(`node_modules/${name}/**/*`, { cwd: folder }).filter(
        (file) => statSync(join(folder, file)).size > 2_000_000,
      ),
    );
    expect(large).toEqual([]);
    expect(told).toBe('');
  });

  it('a fresh Vite project builds with it, and is warned of nothing; the rest of the client is a file of its own', async () => {
    const site = join(folder, 'site');
    mkdirSync(site);
    writeFileSync(join(site, 'index.html'), '<script type="module" src="/main.ts"></script>');
    const page = `import { createClient, supports } from 'outro';
      import { defineConnections } from 'outro/connections';
      const outro = createClient({ apiKey: 'k', apiDomain: 'outro.example' });
      defineConnections(outro);
      const name: string = supports('facebook').name;
      document.title = name;
      void outro.logout();`;
    writeFileSync(join(site, 'main.ts'), page);
    const warnings: string[] = [];
    const warn = (text: string): void => void warnings.push(text);
    const customLogger = { ...createLogger('silent'), warn, warnOnce: warn, error: warn };
    await build({ root: site, configFile: false, customLogger });
    expect(warnings).toEqual([]);
    const files = globSync('dist/assets/*.js', { cwd: site });
    expect(files.length).toBeGreaterThan(3);
    // Nobody's page brings the server along.
    for (const file of files)
      expect(readFileSync(join(site, file), 'utf8')).not.toMatch(/sealed_tokens|createHandler/);
  });

  it('leaves what is optional to the machine, also where a framework bundles the server', () => {
    const loads = globSync('node_modules/outro/dist/**/*.js', { cwd: folder })
      .filter((file) => !/(cli|command)\.js$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(folder, file), 'utf8').matchAll(
          /import\(([^()]*)'(prom-client|@node-saml\/node-saml)'/g,
        ),
      ]);
    expect(new Set(loads.map(([, , name]) => name))).toEqual(
      new Set(['@node-saml/node-saml', 'prom-client']),
    );
    for (const [, before] of loads)
      expect(before).toMatch(/webpackIgnore: true.*turbopackIgnore: true/s);
  });

  it('the doors open without a database, and the command says what is missing and how to add it', () => {
    const code =
      "for (const door of ['', '/connections', '/server', '/testing']) await import('outro' + door)";
    expect(run(process.execPath, ['--input-type=module', '-e', code])).toMatchObject({
      status: 0,
      stderr: '',
    });
    const migrate = (...args: string[]) =>
      run(process.execPath, ['node_modules/outro/dist/cli.js', 'migrate', ...args]);
    expect(migrate()).toMatchObject({
      status: 1,
      stderr:
        'outro: @electric-sql/pglite is not installed; run npm install @electric-sql/pglite, or give the address of a Postgres as --database-url or DATABASE_URL\n',
    });
    expect(migrate('--database-url', 'postgres://localhost/site')).toMatchObject({
      status: 1,
      stderr: 'outro: pg is not installed; run npm install pg\n',
    });
    const config = join(folder, 'outro.json');
    writeFileSync(config, JSON.stringify(sample).replaceAll(/\$\{\w+\}/g, 'x'));
    const serve = ['serve', '--config', config, '--metrics-port', '0'];
    expect(run(process.execPath, ['node_modules/outro/dist/cli.js', ...serve])).toMatchObject({
      status: 1,
      stderr: 'outro: prom-client is not installed; run npm install prom-client\n',
    });
  });
});

describe('a clone on a machine whose Node is not ours', () => {
  // A package that wants another Node, as the tools of this repository want a newer one.
  const openClone = ({ isLocked }: { isLocked: boolean }): string => {
    const clone = mkdtempSync(join(folder, 'clone-'));
    cpSync(join(root, '.ci'), join(clone, '.ci'), { recursive: true });
    mkdirSync(join(clone, 'tool'));
    writeFileSync(
      join(clone, 'tool/package.json'),
      '{ "name": "tool", "version": "1.0.0", "engines": { "node": ">=99" } }',
    );
    const dependencies = { tool: 'file:tool' };
    writeFileSync(join(clone, 'package.json'), JSON.stringify({ dependencies }));
    const packages = {
      '': { dependencies },
      'node_modules/tool': { resolved: 'tool', link: true },
      tool: { version: '1.0.0', engines: { node: '>=99' } },
    };
    const lock = { lockfileVersion: 3, requires: true, packages: isLocked ? packages : {} };
    writeFileSync(join(clone, 'package-lock.json'), JSON.stringify(lock, null, 2));
    return clone;
  };

  it('begins with one line of ours, without warnings, and not again', () => {
    const clone = openClone({ isLocked: true });
    const first = run('sh', ['.ci/install'], clone);
    expect(first.stderr).toMatch(
      /^outro: installing the 1 packages of package-lock.json, once.*\n/,
    );
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).not.toMatch(/warn|EBADENGINE/i);
    expect(run('sh', ['.ci/install'], clone)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('an error is told', () => {
    const { status, stderr } = run('sh', ['.ci/install'], openClone({ isLocked: false }));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/npm (error|ERR!)/);
  });
});
