// npm start: the demo on an embedded database, everything on this machine.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'outro/server';
import { startDemo } from './demo.ts';

const first = Number(process.env['PORT'] ?? 3000);
const origin = (offset: number): string => `http://localhost:${first + offset}`;
// Address of the interface to listen on.
const { HOST: host } = process.env;
const folder = process.env['OUTRO_DATA'] ?? fileURLToPath(new URL('../../.outro', import.meta.url));

await mkdir(folder, { recursive: true });
const pglite = await PGlite.create(join(folder, 'demo'));
const store = await fromPglite(pglite);
const demo = await startDemo({
  origins: { shop: origin(0), outro: origin(1), facebook: origin(2), linkedin: origin(3) },
  store,
  second: { origin: origin(4), file: join(folder, 'demo-better-auth.sqlite') },
  ...(host !== undefined && { host }),
  networkFile: join(folder, 'demo-networks.sqlite'),
  query: async (sql) => (await pglite.query(sql)).rows,
});
console.log(`The demo shop is open at ${origin(0)}, the same on better-auth at ${origin(4)}
  outro backend ${origin(1)}, stand-ins for Facebook ${origin(2)} and LinkedIn ${origin(3)}
  data in ${folder}; ${host === undefined ? 'other machines cannot reach it (HOST=0.0.0.0 lets them)' : `listening on ${host}`}; stop with Ctrl+C`);

const stop = async (): Promise<void> => {
  await demo.close();
  await store.close();
  process.exit(0);
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
