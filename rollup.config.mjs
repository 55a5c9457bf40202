import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';
import * as icons from 'simple-icons';
import svgpath from 'svgpath';
import { providers } from './src/providers/providers.ts';

// What a page loads at its start.
const atStart = /\/src\/(browser\/[\w-]+|facade\/[\w-]+|global)\.ts$/;

// TypeScript through esbuild; packages only where a bundle takes them in. Of a `function` inside of another, V8 reads no
// more at the start than it takes to find its end; an arrow function it reads whole, and once more when it is called.
const plugins = [
  nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
  esbuild({ target: 'es2022', tsconfig: false, include: atStart, supported: { arrow: false } }),
  esbuild({ target: 'es2022', tsconfig: false, exclude: [/node_modules/, atStart] }),
];

const dependencies =
  /^(node:|@better-auth\/|@hono\/|@electric-sql\/|@node-saml\/|(better-auth|hono|jose|ky|mitt|pg|prom-client|react|undici|zod)(\/|$))/;

const terse = (arrows) =>
  terser({
    ecma: 2020,
    // Terser's bundle is 0.6 kB smaller than esbuild's.
    compress: {
      passes: 5,
      inline: 1,
      pure_getters: true,
      unsafe: true,
      unsafe_methods: true,
      arrows,
      unsafe_arrows: arrows,
    },
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

const lightOf = (hex) => {
  const [r, g, b] = hex.match(/\w\w/g).map((two) => {
    const part = Number.parseInt(two, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [dark, light] = [lightOf(one), lightOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const bySlug = new Map(Object.values(icons).map((one) => [one.slug, one]));

// A mark has its own colour where that can be seen on light and on dark tiles; else that of the text.
const markOf = ({ mark }) => {
  if (typeof mark !== 'string') return { box: 48, paths: mark };
  const { hex, path } = bySlug.get(mark);
  const isSeen = ['ffffff', '1c2027'].every((tile) => contrast(hex, tile) >= 3);
  // Shown at 22 pixels: finer outlines cost bytes and nobody sees them.
  const outline = [2, 1].map((digits) => svgpath(path).rel().round(digits).toString());
  return {
    box: 24,
    paths: [[isSeen ? `#${hex}` : '', outline.find((one) => one.length < 800) ?? outline[1]]],
  };
};

const marked = Object.entries(providers).filter(([, { mark }]) => mark !== undefined);

// Marks by provider, a module each.
const marks = {
  name: 'marks',
  resolveId: (id) => (id.startsWith('mark-') ? `\0${id}` : null),
  load(id) {
    if (id.endsWith('/words/marks.ts')) {
      const rows = marked.map(([provider]) => `${provider}: () => import('mark-${provider}')`);
      return `export const marks = { ${rows.join(', ')} };`;
    }
    if (!id.startsWith('\0mark-')) return null;
    return `export const mark = ${JSON.stringify(markOf(providers[id.slice(6)]))};`;
  },
};

const languages = globSync('src/words/??.ts')
  .map((file) => file.slice(-5, -3))
  .filter((language) => language !== 'en')
  .toSorted();

// The same for the script, as data beside it: words by their content, so that who pins the script pins them too.
const data = {
  name: 'data',
  async load(id) {
    if (!id.endsWith('/facade/data-files.ts')) return null;
    mkdirSync('dist', { recursive: true });
    for (const [provider, row] of marked)
      writeFileSync(`dist/outro.mark.${provider}.json`, JSON.stringify(markOf(row)));
    const files = languages.map(async (language) => {
      const { words } = await import(`./src/words/${language}.ts`);
      const text = JSON.stringify(words);
      const file = `outro.${language}.${sha384(text).digest('hex').slice(0, 16)}.json`;
      writeFileSync(`dist/${file}`, text);
      return [language, { file, integrity: integrityOf(text) }];
    });
    const words = Object.fromEntries(await Promise.all(files));
    const names = marked.map(([provider]) => provider).join(' ');
    return `export const dataFiles = ${JSON.stringify({ words, marks: names })};`;
  },
};

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
    plugins: [marks, ...plugins],
    output: {
      dir: 'dist',
      format: 'es',
      sourcemap: true,
      hoistTransitiveImports: false,
      // Frameworks that render on the server leave what is so marked to the browser.
      banner: ({ name, isEntry }) => (isEntry && name === 'react' ? "'use client';" : ''),
      chunkFileNames: ({ name }) => `chunks/${name.replace(/^_/, '')}.js`,
      // A page that does not ask about providers leaves their table out, file and all.
      manualChunks: (id) => (/\/src\/providers\/[\w-]+\.ts$/.test(id) ? 'providers' : undefined),
      onlyExplicitManualChunks: true,
    },
  },
  // Classic scripts, so that a tag's integrity can pin them; each whole in itself.
  ...[
    ['removal', 'none'],
    ['connections', 'removal'],
    ['facade', 'none'],
    ['calls', '{connections,facade}'],
  ].map(([part, pinned]) => ({
    input: `src/facade/${part}-part.ts`,
    treeshake: 'smallest',
    plugins: [pinning(pinned), data, ...plugins, terse(true), named],
    output: { file: `dist/outro.${part}.js`, format: 'iife', sourcemap: true },
  })),
  {
    input: 'src/global.ts',
    // Everything the script needs is reached by an import of a name, so unnamed modules may go.
    treeshake: 'smallest',
    plugins: [pinning('calls'), ...plugins, terse(false)],
    output: { file: 'dist/outro.js', format: 'iife', sourcemap: true },
  },
];
