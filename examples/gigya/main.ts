// npm run example gigya: moving over. A page written for Gigya runs unchanged, but for the host of its script.
import { readFile } from 'node:fs/promises';
import { findPlace } from '../site.ts';
import { createSignIn, listen, startNetwork, startOutro } from '../surroundings.ts';

const place = findPlace();
await startNetwork(place);
await startOutro(place);

const before = await readFile(new URL('page.html', import.meta.url), 'utf8');
// A real move has https on both sides, and changes the name of the host only.
const after = before.replace('https://cdns.gigya.com', place.outro);

const signIn = createSignIn(place);
const pages: Record<string, [text: string, type: string]> = {
  '/': [after, 'text/html'],
  '/before.txt': [before, 'text/plain'],
};
await listen(place.shop, (request, response) =>
  signIn(request, response, () => {
    const [text, type] = pages[request.url ?? ''] ?? [];
    if (text === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'Content-Type': type }).end(text);
  }),
);

const lines = after.split('\n');
for (const [index, line] of before.split('\n').entries())
  if (line !== lines[index]) console.log(`- ${line.trim()}\n+ ${lines[index]?.trim()}`);
console.log(`The page is open at ${place.shop}; nothing is kept; stop with Ctrl+C`);
