import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

// The one list of plugins: TypeScript through esbuild, packages only where a bundle takes them in.
const plugins = ({ target, minify }) => [
  nodeResolve({ browser: true, extensions: ['.ts', '.js'] }),
  esbuild({ target, minify, tsconfig: false }),
];

const dependencies = /^(node:|@hono\/|@electric-sql\/|(hono|kysely|ky|mitt|pg|zod)(\/|$))/;

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: { index: 'src/index.ts', server: 'src/server.ts', cli: 'src/cli.ts' },
    external: dependencies,
    // A dependency whose names were all shaken out leaves no bare import behind.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: plugins({ target: 'es2022' }),
    output: { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: 'chunks/[name].js' },
  },
  {
    input: 'src/global.ts',
    plugins: plugins({ target: 'es2022', minify: true }),
    output: { file: 'dist/outro.js', format: 'iife', sourcemap: true },
  },
];
