// npm run size: what a page pays, in bytes, as JSON.
import { readFileSync } from 'node:fs';
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

const bundle = async (entry: string, external: string[] = []): Promise<Size> => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
  });
  return sizeOf(outputFiles[0]?.contents ?? '');
};

/** What each way of using outro costs, from the built files; libraries are ky, mitt and zod. */
export const measure = async () => {
  const libraries = ['ky', 'mitt', 'zod'];
  const client = "export { createClient } from './dist/index.js'";
  return {
    global: sizeOf(readFileSync(`${root}dist/outro.js`)),
    globalOwn: await bundle("import './src/global.ts'", libraries),
    createClient: await bundle(client),
    createClientOwn: await bundle(client, libraries),
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await measure(), null, 2));
