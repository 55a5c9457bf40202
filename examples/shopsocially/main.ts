// node examples/shopsocially/main.ts: a page written for ShopSocially, all in memory on this machine.
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'outro/server';
import { startShop } from './shop.ts';

const store = await fromPglite(await PGlite.create());
const shop = await startShop({ port: Number(process.env['PORT'] ?? 3000), store });
console.log(`The shop is open at ${shop.origin}; nothing is kept; stop with Ctrl+C`);

const stop = async (): Promise<void> => {
  await shop.close();
  await store.close();
  process.exit(0);
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
