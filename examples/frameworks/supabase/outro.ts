// outro
import { createHandler, fromTables, identifyBy, tables } from 'outro/server';
// /outro
import type pg from 'pg';

/** Where the site is, and what it keeps secret. */
export interface Place {
  pool: pg.Pool;
  origin: string;
  /** That Supabase signs its tokens with; left out, its published keys are read. */
  jwtSecret: string;
  keys: { site: string; sealing: string };
}

/** outro on the tables of Supabase Auth, and the site's own address at which its page hands over what the provider gave. */
export const createOutro = async ({ pool, origin, jwtSecret, keys }: Place) => {
  // outro
  const identify = identifyBy.supabase({ url: origin, secret: jwtSecret });
  const outro = createHandler({
    store: await fromTables(pool, tables.supabase),
    encryptionKeys: [{ id: '2026', key: keys.sealing }],
    sites: [{ apiKey: 'shop', secret: keys.site, publicUrl: `${origin}/outro`, identify }],
  });
  outro.start();
  // /outro

  const signedIn = async (request: Request): Promise<Response> => {
    const person = await identify(request);
    if (!person?.uid) return new Response('nobody', { status: 401 });
    const { provider, tokens, beganAt } = (await request.json()) as {
      provider: string;
      tokens: { access?: string; refresh?: string };
      beganAt: number;
    };
    // Who the person is there is not for the page to say.
    const { rows } = await pool.query<{ subject: string }>(
      'select provider_id as subject from auth.identities where user_id = $1 and provider = $2',
      [person.uid, provider],
    );
    // outro
    const { uid, session } = person;
    const told = { uid, session, provider, subject: rows[0]?.subject ?? '', tokens };
    await outro.signedIn({ ...told, beganAt: new Date(beganAt) });
    // /outro
    return new Response(null, { status: 204 });
  };
  return { outro, signedIn };
};
