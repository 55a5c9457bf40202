// npm run example next: outro as a route handler of Next.js, and outro/react in its page.
import { fileURLToPath } from 'node:url';
import next from 'next';
import { findPlace } from '../../site.ts';
import { createSignIn, listen, startNetwork } from '../../surroundings.ts';

process.env['NEXT_TELEMETRY_DISABLED'] = '1';
const place = findPlace('/outro');
await startNetwork(place);

// A server around Next.js, for the example's own sign-in alone; `next dev` and `next start` do otherwise.
const app = next({
  dev: true,
  dir: fileURLToPath(new URL('.', import.meta.url)),
  port: place.port,
});
const handle = app.getRequestHandler();
await app.prepare();
const signIn = createSignIn(place);
await listen(place.shop, (request, response) =>
  signIn(request, response, () => void handle(request, response)),
);
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
