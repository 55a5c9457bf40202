// npm run example vite: a single-page app that imports outro; its backend has an origin of its own.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { apiKey, findPlace } from '../../site.ts';
import { createSignIn, startNetwork, startOutro } from '../../surroundings.ts';

const place = findPlace();
await startNetwork(place);
await startOutro(place);

const server = await createServer({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  cacheDir: '../node_modules/.vite-plain',
  define: { OUTRO: JSON.stringify({ apiKey, apiDomain: place.outro }) },
  plugins: [
    {
      name: 'sign-in',
      configureServer: ({ middlewares }) => void middlewares.use(createSignIn(place)),
    },
  ],
  // The package is a link here; where it is installed, this line goes.
  server: { port: place.port, strictPort: true, hmr: false, fs: { allow: ['../../..'] } },
  logLevel: 'warn',
});
await server.listen();
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
