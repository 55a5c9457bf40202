import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
const b = async (contents, external = []) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    splitting: true,
    outdir: '/tmp/o',
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
    logLevel: 'silent',
  });
  const main = outputFiles.find((f) => f.path.includes('stdin'));
  const imports = [...main.text.matchAll(/from"\.\/([^"]+)"/g)].map((m) => m[1]);
  const all = [main, ...outputFiles.filter((f) => imports.some((i) => f.path.endsWith(i)))];
  return gzipSync(all.map((f) => f.text).join('\n'), { level: 9 }).length;
};
console.log('lazy', await b("export { createClient } from './src/lazy.ts'"));
console.log('presence', await b("export { createPresence } from './src/browser/presence.ts'"));
console.log(
  'presence+config',
  await b(
    "export { createPresence } from './src/browser/presence.ts'; export {configure} from './src/browser/config.ts'",
  ),
);
console.log('handlers', await b("export { createHandlers } from './src/browser/handlers.ts'"));
console.log('error', await b("export { fail } from './src/core/error.ts'"));
