import { createHash } from 'node:crypto';
import { globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

// TypeScript through esbuild; packages only where a bundle takes them in.
const plugins = [
  nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
  esbuild({ target: 'es2022', tsconfig: false }),
];

const dependencies =
  /^(node:|@better-auth\/|@hono\/|@electric-sql\/|@node-saml\/|(better-auth|hono|jose|ky|mitt|pg|prom-client|react|undici|zod)(\/|$))/;

const terse = terser({
  ecma: 2020,
  // Terser's bundle is 0.6 kB smaller than esbuild's.
  compress: { passes: 5, inline: 1, pure_getters: true, unsafe: true, unsafe_arrows: true },
  mangle: { properties: { regex: /^_zod$/ } },
});

const sha384 = (text) => createHash('sha384').update(text);
const integrityOf = (text) => `sha384-${sha384(text).digest('base64')}`;

// A later file of the script is named by its content.
const named = {
  name: 'named',
  writeBundle(_, bundle) {
    const [{ fileName, code }] = Object.values(bundle);
    const hash = sha384(code).digest('hex').slice(0, 16);
    renameSync(`dist/${fileName}`, `dist/${fileName.replace('.js', `.${hash}.js`)}`);
  },
};

// A file of the script knows those that it loads by name and digest, so that who pins the first pins them all.
const pinning = (pattern) => ({
  name: 'pinned',
  load(id) {
    if (!id.endsWith('/facade/parts.ts')) return null;
    const parts = globSync(`outro.${pattern}.*.js`, { cwd: 'dist' }).map((file) => {
      const integrity = integrityOf(readFileSync(`dist/${file}`));
      return [file.split('.')[1], { file, integrity }];
    });
    return `export const parts = ${JSON.stringify(Object.fromEntries(parts))};`;
  },
  // For the `integrity` attribute of script tags, file by file.
  writeBundle() {
    const files = globSync('outro*.js', { cwd: 'dist' }).toSorted();
    const values = files.map((file) => [file, integrityOf(readFileSync(`dist/${file}`))]);
    writeFileSync(
      'dist/integrity.json',
      `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`,
    );
  },
});

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: {
      index: 'src/index.ts',
      connections: 'src/connections.ts',
      react: 'src/react.ts',
      server: 'src/server.ts',
      'better-auth': 'src/better-auth.ts',
      'better-auth-client': 'src/better-auth-client.ts',
      testing: 'src/testing.ts',
      cli: 'src/cli.ts',
      command: 'src/command.ts',
    },
    external: dependencies,
    // A dependency whose names were all shaken out leaves no bare import behind.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: plugins,
    output: {
      dir: 'dist',
      format: 'es',
      sourcemap: true,
      hoistTransitiveImports: false,
      // Frameworks that render on the server leave what is so marked to the browser.
      banner: ({ name, isEntry }) => (isEntry && name === 'react' ? "'use client';" : ''),
      chunkFileNames: 'chunks/[name].js',
      // A page that does not ask about providers leaves their table out, file and all.
      manualChunks: (id) => (/\/src\/providers\/[\w-]+\.ts$/.test(id) ? 'providers' : undefined),
      onlyExplicitManualChunks: true,
    },
  },
  // Classic scripts, so that a tag's integrity can pin them; each whole in itself.
  ...['connections', 'facade', 'calls'].map((part) => ({
    input: `src/facade/${part}-part.ts`,
    treeshake: 'smallest',
    plugins: [pinning('{connections,facade}'), ...plugins, terse, named],
    output: { file: `dist/outro.${part}.js`, format: 'iife', sourcemap: true },
  })),
  {
    input: 'src/global.ts',
    // Everything the script needs is reached by an import of a name, so unnamed modules may go.
    treeshake: 'smallest',
    plugins: [pinning('calls'), ...plugins, terse],
    output: { file: 'dist/outro.js', format: 'iife', sourcemap: true },
  },
];
