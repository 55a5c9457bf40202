import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

// TypeScript through esbuild; packages only where a bundle takes them in.
const plugins = [
  nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
  esbuild({ target: 'es2022', tsconfig: false }),
];

const dependencies = /^(node:|@hono\/|@electric-sql\/|(hono|kysely|ky|mitt|pg|zod)(\/|$))/;

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: { index: 'src/index.ts', server: 'src/server.ts', cli: 'src/cli.ts' },
    external: dependencies,
    // A dependency whose names were all shaken out leaves no bare import behind.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: plugins,
    output: {
      dir: 'dist',
      format: 'es',
      sourcemap: true,
      hoistTransitiveImports: false,
      chunkFileNames: 'chunks/[name].js',
    },
  },
  {
    input: 'src/global.ts',
    // Everything the script needs is reached by an import of a name, so unnamed modules may go.
    treeshake: 'smallest',
    // Terser's bundle is 0.6 kB smaller than esbuild's.
    plugins: [
      ...plugins,
      terser({
        ecma: 2020,
        compress: { passes: 3, inline: 1, pure_getters: true, unsafe_arrows: true },
      }),
    ],
    output: { file: 'dist/outro.js', format: 'iife', sourcemap: true },
  },
];
