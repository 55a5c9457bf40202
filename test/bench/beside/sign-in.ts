import { createServer, type Server } from 'node:http';
import { startNetwork } from '../../../examples/frameworks/passport/network.js';
import { createOutro } from '../../../examples/frameworks/passport/outro.js';
import { createSite } from '../../../examples/frameworks/passport/site.js';
import { runGuard } from '../../../src/server/operate/guard.ts';
import { libraries } from '../../beside/schemas.ts';
import { freePort } from '../../support/port.ts';
import { createDatabase } from '../../support/postgres.ts';
import { createWalker } from '../../support/walker.ts';
import { secret } from '../backend/people.ts';
import { openPool } from '../backend/pool.ts';
import type { Ratio } from '../statistics.ts';
import { race, type Length } from './race.ts';

const clientSecret = 'the secret of the shop';

/** A site of Passport's, with outro and the guard or without. */
const openSite = async (server: string, issuer: string, port: number, isWithOutro: boolean) => {
  const url = await createDatabase(server);
  const pool = openPool(url);
  await pool.query(libraries.passport.schema);
  // As the documentation advises.
  await pool.query(`create index on "session" ((sess -> 'passport' ->> 'user'))`);
  const origin = `http://127.0.0.1:${port}`;
  const place = { pool, issuer, clientSecret, origin, secret };
  const keys = { site: secret, sealing: secret };
  const outro = isWithOutro
    ? await createOutro({ ...place, pool: openPool(url), publicUrl: `${origin}/outro`, keys })
    : undefined;
  if (outro) await runGuard(url, 'passport', { mode: 'refuse' });
  const app = createSite({ ...place, ...(outro && { outro: outro.handler }) });
  return {
    site: createServer(app).listen(port, '127.0.0.1'),
    async close() {
      await outro?.handler.close();
      await outro?.store.close();
      await pool.end();
    },
    async signIn(person: number): Promise<void> {
      // Half of them come again.
      const stand = await createWalker({}).go(`${origin}/login/p${Math.floor(person / 2)}`);
      if (stand.status !== 200) throw new Error(`${origin} answered ${stand.status}`);
    },
  };
};

const end = (server: Server): void => {
  server.closeAllConnections();
  server.close();
};

/** A whole sign-in at a site of Passport's, with `signedIn` and the guard: without outro. */
export const measureSignIn = async (server: string, length: Length): Promise<Ratio> => {
  const ports = [await freePort(), await freePort()] as const;
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const redirect_uris = ports.map((port) => `http://127.0.0.1:${port}/login/return`);
  const client = { client_id: 'shop', client_secret: clientSecret, redirect_uris };
  const network = await startNetwork({ issuer, client });
  const ours = await openSite(server, issuer, ports[0], true);
  const theirs = await openSite(server, issuer, ports[1], false);
  try {
    return await race(length, ours.signIn, theirs.signIn);
  } finally {
    for (const one of [network, ours.site, theirs.site]) end(one);
    for (const one of [ours, theirs]) await one.close();
  }
};
