// npm run size: what a page pays, in bytes, as JSON.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes of one bundle. */
export interface Size {
  gzip: number;
  brotli: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

const sizeOf = (code: string | Uint8Array): Size => ({
  gzip: gzipSync(code, { level: 9 }).length,
  brotli: brotliCompressSync(code).length,
});

// What a page loads at its start; parts that are imported later are bundles of their own.
const bundle = async (entry: string, external: string[] = []): Promise<Size> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    splitting: true,
    metafile: true,
    outdir: root,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
  });
  const outputs = Object.entries(metafile.outputs);
  const startsWith = outputs.find(([, { entryPoint }]) => entryPoint === '<stdin>')?.[1];
  const names = outputs
    .filter(
      ([name, output]) =>
        output === startsWith ||
        startsWith?.imports.some(
          ({ path, kind }) => path === name && kind === 'import-statement',
        ) === true,
    )
    .map(([name]) => name);
  const texts = outputFiles
    .filter(({ path }) => names.some((name) => path.endsWith(name)))
    .map(({ text }) => text);
  return sizeOf(texts.join('\n'));
};

// Everything that is imported later, but for what other doors share with it.
const later = async (entry: string): Promise<Size> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    splitting: true,
    metafile: true,
    outdir: root,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const outputs = Object.entries(metafile.outputs);
  const start = outputs.find(([, { entryPoint }]) => entryPoint === '<stdin>');
  const first = new Set([
    start?.[0],
    ...(start?.[1].imports ?? [])
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => path),
  ]);
  const rest = outputFiles.filter(
    ({ path }) => ![...first].some((name) => name && path.endsWith(name)),
  );
  return sizeOf(rest.map(({ text }) => text).join('\n'));
};

/** What each way of using outro costs, from the built files. */
export const measure = async () => {
  const files = (pattern: string): Record<string, number> =>
    Object.fromEntries(
      globSync(pattern, { cwd: `${root}dist` }).map((file) => [
        file,
        sizeOf(readFileSync(`${root}dist/${file}`)).gzip,
      ]),
    );
  const english = await bundle("export { words } from './src/words/en.ts'");
  const client = "export { createClient } from './dist/index.js'";
  const alone = await bundle(client);
  const withElement = await bundle(
    `${client}; export { defineConnections } from './dist/connections.js'`,
  );
  const part = (name: string): Size => {
    const [file = ''] = globSync(`outro.${name}.*.js`, { cwd: `${root}dist` });
    return sizeOf(readFileSync(`${root}dist/${file}`));
  };
  return {
    // What a page needs at its load: by the script tag, and as a module.
    global: sizeOf(readFileSync(`${root}dist/outro.js`)),
    createClient: alone,
    // What comes later: when the page is idle, or with the first call.
    calls: part('calls'),
    createClientLater: await later(client),
    // What the element adds to a page that has a client.
    connectionsOwn: {
      gzip: withElement.gzip - alone.gzip,
      brotli: withElement.brotli - alone.brotli,
    },
    // What it says, in English, which is always there.
    english,
    // Other words, and marks, by file; a page loads those that it shows.
    words: files('outro.??.*.json'),
    marks: files('outro.mark.*.json'),
    // The same for script-tag pages, with the façade's drawing and what the script keeps to itself.
    connections: part('connections'),
    // What comes when the list is there: the question, the removal, the receipts; with what the script keeps to itself.
    removal: part('removal'),
    reactOwn: await bundle("export * from './dist/react.js'", ['react', './chunks/*']),
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await measure(), null, 2));
