// Stands in for the HTTP gateway of Supabase Auth, and for the provider behind it: the statements that its server runs, on its
// schema. A site has the real one, and nothing of this file.
import { createHash, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type pg from 'pg';

interface Flow {
  id: string;
  user_id: string;
  code_challenge: string;
  provider_access_token: string;
  provider_refresh_token: string;
}

const json = (body: object, status = 200): Response => Response.json(body, { status });
const noSession = (): Response => json({ error_code: 'session_not_found', msg: 'no session' }, 403);

/** The gateway, on a database with the schema. */
export const createAuth = (pool: pg.Pool, secret: string) => {
  const key = Buffer.from(secret);
  const one = async <Row extends object>(text: string, values: unknown[]) =>
    (await pool.query<Row>(text, values)).rows[0];

  const userOf = async (id: string) => {
    const user = await one<{ email: string; raw_app_meta_data: object }>(
      'select email, raw_app_meta_data from auth.users where id = $1',
      [id],
    );
    const { email, raw_app_meta_data: app_metadata } = user ?? {};
    return {
      id,
      aud: 'authenticated',
      role: 'authenticated',
      email,
      app_metadata,
      user_metadata: {},
    };
  };

  const findOrCreate = async (
    provider: string,
    subject: string,
    email: string,
  ): Promise<string> => {
    const known = await one<{ user_id: string }>(
      'select user_id from auth.identities where provider = $1 and provider_id = $2',
      [provider, subject],
    );
    if (known) return known.user_id;
    const verified = await one<{ id: string }>('select id from auth.users where email = $1', [
      email,
    ]);
    const meta = JSON.stringify({ provider, providers: [provider] });
    const user =
      verified ??
      (await one<{ id: string }>(
        `insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, created_at)
          values (gen_random_uuid(), 'authenticated', 'authenticated', $1, '', now(), $2, now()) returning id`,
        [email, meta],
      ));
    await pool.query(
      `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at)
        values ($1, $2, $3, $4, now(), now())`,
      [subject, user?.id, JSON.stringify({ sub: subject, email, email_verified: true }), provider],
    );
    return user?.id ?? '';
  };

  /** Whoever is named by `login_hint` comes back from the provider at once. */
  const authorize = async (query: URLSearchParams): Promise<Response> => {
    const provider = query.get('provider') ?? '';
    const name = query.get('login_hint') ?? 'ada';
    const [flow, code] = [randomUUID(), randomUUID()];
    await pool.query(
      `insert into auth.flow_state (id, code_challenge_method, code_challenge, provider_type, authentication_method, created_at)
        values ($1, 's256', $2, $3, 'oauth', now())`,
      [flow, query.get('code_challenge'), provider],
    );
    const user = await findOrCreate(provider, `${name} there`, `${name}@people.example`);
    await pool.query(
      `update auth.flow_state set user_id = $2, auth_code = $3, auth_code_issued_at = now(),
        provider_access_token = $4, provider_refresh_token = $5 where id = $1`,
      [flow, user, code, `access of ${name}`, `refresh of ${name}`],
    );
    const back = new URL(query.get('redirect_to') ?? '/');
    back.searchParams.set('code', code);
    return Response.redirect(back.href);
  };

  const issue = async (user: string, session: string, more: object = {}): Promise<Response> => {
    const refresh = randomUUID();
    await pool.query(
      'insert into auth.refresh_tokens (token, user_id, session_id, revoked, created_at) values ($1, $2, $3, false, now())',
      [refresh, user, session],
    );
    const token = await new SignJWT({ session_id: session, role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setAudience('authenticated')
      .setExpirationTime('1h')
      .sign(key);
    const times = { expires_in: 3600, expires_at: Math.floor(Date.now() / 1000) + 3600 };
    const tokens = { access_token: token, token_type: 'bearer', refresh_token: refresh };
    return json({ ...tokens, ...times, user: await userOf(user), ...more });
  };

  const exchange = async (body: Record<string, string>): Promise<Response> => {
    const flow = await one<Flow>('delete from auth.flow_state where auth_code = $1 returning *', [
      body['auth_code'],
    ]);
    const proof = createHash('sha256')
      .update(body['code_verifier'] ?? '')
      .digest('base64url');
    if (flow?.code_challenge !== proof) return json({ error_code: 'bad_code_verifier' }, 400);
    const session = randomUUID();
    await pool.query(
      `insert into auth.sessions (id, user_id, created_at, aal) values ($1, $2, now(), 'aal1')`,
      [session, flow.user_id],
    );
    const { provider_access_token, provider_refresh_token } = flow;
    return issue(flow.user_id, session, {
      provider_token: provider_access_token,
      provider_refresh_token,
    });
  };

  const refresh = async (body: Record<string, string>): Promise<Response> => {
    const known = await one<{ user_id: string; session_id: string }>(
      'select user_id, session_id from auth.refresh_tokens where token = $1 and not revoked',
      [body['refresh_token']],
    );
    return known
      ? issue(known.user_id, known.session_id)
      : json({ error_code: 'refresh_token_not_found' }, 400);
  };

  /** Whose token it is, while its session is there. */
  const asks = async ({ headers }: Request) => {
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const { payload } = await jwtVerify(token, key);
    return one<{ id: string; user_id: string }>(
      'select id, user_id from auth.sessions where id = $1',
      [payload['session_id']],
    );
  };

  return async (request: Request): Promise<Response> => {
    const { pathname, searchParams: query } = new URL(request.url);
    const name =
      `${request.method} ${pathname.replace('/auth/v1/', '')} ${query.get('grant_type') ?? ''}`.trim();
    if (name === 'GET authorize') return authorize(query);
    if (name === 'POST token pkce')
      return exchange((await request.json()) as Record<string, string>);
    if (name === 'POST token refresh_token')
      return refresh((await request.json()) as Record<string, string>);
    const session = await asks(request).catch(() => undefined);
    if (!session) return noSession();
    if (name === 'GET user') return json(await userOf(session.user_id));
    if (name !== 'POST logout') return json({ msg: 'this stand-in has no such endpoint' }, 404);
    await pool.query('delete from auth.sessions where id = $1', [session.id]);
    return new Response(null, { status: 204 });
  };
};
