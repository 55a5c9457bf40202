import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

// TypeScript through esbuild; packages only where a bundle takes them in.
const plugins = [
  nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
  esbuild({ target: 'es2022', tsconfig: false }),
];

const dependencies =
  /^(node:|@hono\/|@electric-sql\/|@node-saml\/|(hono|jose|ky|mitt|pg|react|undici|zod)(\/|$))/;

const terse = terser({
  ecma: 2020,
  // Terser's bundle is 0.6 kB smaller than esbuild's.
  compress: { passes: 5, inline: 1, pure_getters: true, unsafe: true, unsafe_arrows: true },
  mangle: { properties: { regex: /^_zod$/ } },
});

// A script of one file cannot hold parts that load later: they are files beside it.
const later = {
  name: 'later',
  resolveDynamicImport: (specifier) => ({
    id: specifier.replace('./', './outro.').replace('.ts', '.js'),
    external: true,
  }),
};

const laterInScript = {
  ...later,
  renderDynamicImport: () => ({ left: 'importPart(', right: ')' }),
};

// A script of another origin has no address of its own in the eyes of `import()`, unless its tag says `crossorigin`.
// And what failed to load once, `import()` asks for again under another name only.
const intro = `
const scriptAddress = document.currentScript?.src;
let failures = '';
const importPart = async (name) => {
  try {
    return await import(new URL(name + failures, scriptAddress));
  } catch (error) {
    failures += '#';
    throw error;
  }
};`;

const digest = (file) =>
  createHash('sha384')
    .update(readFileSync(`dist/${file}`))
    .digest('base64');

// For the `integrity` attribute of script tags, file by file.
const integrity = {
  name: 'integrity',
  writeBundle() {
    const files = globSync('outro*.js', { cwd: 'dist' }).toSorted();
    const values = Object.fromEntries(files.map((file) => [file, `sha384-${digest(file)}`]));
    writeFileSync('dist/integrity.json', `${JSON.stringify(values, null, 2)}\n`);
  },
};

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: {
      index: 'src/index.ts',
      connect: 'src/browser/calls/client.ts',
      connections: 'src/connections.ts',
      react: 'src/react.ts',
      server: 'src/server.ts',
      testing: 'src/testing.ts',
      cli: 'src/cli.ts',
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
  {
    input: 'src/global.ts',
    // Everything the script needs is reached by an import of a name, so unnamed modules may go.
    treeshake: 'smallest',
    plugins: [laterInScript, ...plugins, terse],
    output: {
      file: 'dist/outro.js',
      format: 'iife',
      sourcemap: true,
      intro,
    },
  },
  {
    input: 'src/lazy.ts',
    plugins: [
      {
        name: 'rest',
        resolveDynamicImport: () => ({ id: './connect.js', external: true }),
      },
      ...plugins,
      terse,
    ],
    output: { file: 'dist/lazy.js', format: 'es', sourcemap: true },
  },
  // Each whole in itself: a part that two of them share would be one more file to ask for.
  ...[
    'browser/leave/departure',
    'browser/calls/live',
    'browser/calls/user',
    'facade/connections',
  ].map((part) => ({
    input: `src/${part}.ts`,
    plugins: [later, ...plugins, terse, integrity],
    output: { file: `dist/outro.${part.split('/').at(-1)}.js`, format: 'es', sourcemap: true },
  })),
];
