// npm run example script-tag: a page with one script tag, under a strict policy.
import { readFileSync } from 'node:fs';
import { apiKey, findPlace } from '../site.ts';
import { createSignIn, listen, startNetwork, startOutro } from '../surroundings.ts';

const place = findPlace();
await startNetwork(place);
await startOutro(place);

const policy = [
  "default-src 'none'",
  `script-src 'self' ${place.outro}`,
  `connect-src ${place.outro}`,
  `frame-src ${place.network} ${place.shop}`,
  "require-trusted-types-for 'script'",
].join('; ');
const files: Record<string, [name: string, type: string]> = {
  '/': ['index.html', 'text/html'],
  '/page.js': ['page.js', 'text/javascript'],
};

const signIn = createSignIn(place);
await listen(place.shop, (request, response) =>
  signIn(request, response, () => {
    const [name, type] = files[request.url ?? ''] ?? [];
    if (!name) return response.writeHead(404).end();
    const text = readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    return response.end(text.replace('{{SCRIPT}}', `${place.outro}/js/outro.js?apiKey=${apiKey}`));
  }),
);
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
