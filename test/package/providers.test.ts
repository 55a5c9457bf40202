// The provider table as an operator and a bundler meet it: the built command, the built module.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { listProviders } from '../../src/server/operate/provider-list.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const ask = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [`${root}dist/cli.js`, 'providers', ...args], { encoding: 'utf8' });

describe('outro providers', () => {
  it.each([
    ['', 'table'],
    ['--summary', 'summary'],
    ['--json', 'json'],
  ] as const)('%s prints the %s', (option, form) => {
    const { status, stdout, stderr } = ask(...(option ? [option] : []));
    expect([status, stdout, stderr]).toEqual([0, `${listProviders(form)}\n`, '']);
  });

  it.each([
    [['--json', '--summary'], '--json'],
    [['facebook'], "'facebook'"],
    [['--yaml'], "'--yaml'"],
  ])('refuses %j by name', (args, name) => {
    const { status, stdout, stderr } = ask(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^outro: .+\n$/);
    expect(stderr).toContain(name);
  });
});

describe('supports', () => {
  const bundle = async (name: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents: `export { ${name} } from './dist/index.js'`, resolveDir: root },
      bundle: true,
      format: 'esm',
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  };

  it('brings the provider table along, which createClient does not', async () => {
    expect(await bundle('supports')).toContain('graph.facebook.com');
    expect(await bundle('createClient')).not.toMatch(/graph\.facebook\.com|endsSession/);
  });
});
