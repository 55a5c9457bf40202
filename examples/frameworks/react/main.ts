// npm run example react: outro/react in a Vite app.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { apiKey, findPlace } from '../../site.ts';
import { createSignIn, startNetwork, startOutro } from '../../surroundings.ts';

const place = findPlace();
await startNetwork(place);
await startOutro(place);

const server = await createServer({
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  cacheDir: '../node_modules/.vite-react',
  define: { OUTRO: JSON.stringify({ apiKey, apiDomain: place.outro }) },
  plugins: [
    react(),
    {
      name: 'sign-in',
      configureServer: ({ middlewares }) => void middlewares.use(createSignIn(place)),
    },
  ],
  // The package is a link here, beside which another React lies; where it is installed, these two lines go.
  resolve: { dedupe: ['react', 'react-dom'] },
  server: { port: place.port, strictPort: true, hmr: false, fs: { allow: ['../../..'] } },
  logLevel: 'warn',
});
await server.listen();
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
