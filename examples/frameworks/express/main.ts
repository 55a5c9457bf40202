// npm run example express: outro under a path of an Express server, and what a body parser before it does.
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { fileURLToPath } from 'node:url';
import { createHandler } from 'outro/server';
import { configure, findPlace, openStore } from '../../site.ts';
import { createSignIn, listen, startNetwork } from '../../surroundings.ts';

const place = findPlace('/outro');
await startNetwork(place);
const outro = createHandler({
  ...configure(place),
  store: await openStore(),
});
outro.start();
const outroListener = getRequestListener(outro);

const app = express();
// Before any body parser: outro reads and checks the body itself. Express takes `/outro` off the path.
app.use('/outro', (request, response) => void outroListener(request, response));
app.use(createSignIn(place));
app.use(express.urlencoded());
// For show: here the parser has eaten the body. "Disconnect facebook" would read "disconnect everything", so outro refuses.
app.use('/too-late', (request, response) => void outroListener(request, response));
app.use(express.static(fileURLToPath(new URL('page', import.meta.url))));
await listen(place.shop, app);
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
