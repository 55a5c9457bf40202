// Every sample of the docs and of the README, as a reader would copy it: TypeScript compiles against the built types, JSON
// can be read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { samples, samplesIn } from '../docs/samples.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
// Within the checkout, so that imports find what is installed.
const folder = join(root, 'node_modules/.cache/outro/samples');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What a sample takes from the site around it, as loosely as it is used.
const surroundings = readFileSync(join(root, 'test/package/surroundings.d.ts'), 'utf8');

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2024', 'dom', 'dom.iterable'],
  types: ['node'],
  jsx: 'react-jsx',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    outro: [join(root, 'dist/types/index.d.ts')],
    'outro/better-auth/client': [join(root, 'dist/types/better-auth-client.d.ts')],
    'outro/*': [join(root, 'dist/types/*.d.ts')],
  },
};

it('compiles, whatever is TypeScript', () => {
  const written = samplesIn('ts', 'tsx');
  expect(written.length).toBeGreaterThan(5);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'surroundings.d.ts'), surroundings);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const [index, { page, language, code }] of written.entries())
    writeFileSync(
      join(folder, `${page.replaceAll(/\W/g, '-')}-${index}.${language}`),
      `${code}\nexport {};\n`,
    );
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(String((error as { stdout: Buffer }).stdout), { cause: error });
  }
}, 120_000);

it('can be read, whatever is JSON', () => {
  expect(samplesIn('json').length).toBeGreaterThan(2);
  for (const { page, code } of samplesIn('json'))
    // A part of a file begins with the name of its field.
    expect(
      () => JSON.parse(/^\s*"/.test(code) ? `{${code}}` : code) as unknown,
      page,
    ).not.toThrow();
});

it('is of a kind that is looked at, or of none that can be', () => {
  const known = ['ts', 'tsx', 'json', 'sh', 'html', 'mermaid', 'sql', 'ini', 'yaml', 'nginx'];
  expect(samples.filter(({ language }) => !known.includes(language))).toEqual([]);
});
