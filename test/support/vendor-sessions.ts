import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** A stand-in for the sessions at the vendor's cloud: one site, who is signed in there, and its keys. */
export interface VendorSessions {
  apiKey: string;
  /** Answers what is asked at any host of it. */
  fetch(request: Request): Response | Promise<Response>;
  /** Signs somebody in there; gives the login token. */
  signIn(uid: string): string;
  /** An id token as `accounts.getJWT` gives it, with something changed. */
  idToken(uid: string, change?: JWTPayload, lifetime?: number): Promise<string>;
  /** Signs with a new key from now on, and shows it, beside the old one. */
  rotate(): Promise<void>;
  /** Methods that were asked, in their order. */
  asked: string[];
}

const envelope = (fields: object = {}) => ({
  callId: randomUUID().replaceAll('-', ''),
  errorCode: 0,
  apiVersion: 2,
  statusCode: 200,
  statusReason: 'OK',
  time: new Date().toISOString(),
  ...fields,
});

const refused = (errorCode: number, errorMessage: string) =>
  envelope({ errorCode, errorMessage, statusCode: Math.floor(errorCode / 1000) });

/**
 * Starts one.
 *
 * @see gigya-protocol; beside.md section 7
 */
export const createVendorSessions = async (apiKey: string): Promise<VendorSessions> => {
  const makeKey = async () => ({ kid: randomUUID(), ...(await generateKeyPair('RS256')) });
  const keys = [await makeKey()];
  const sessions = new Map<string, string>();
  const asked: string[] = [];

  const idToken: VendorSessions['idToken'] = (uid, change = {}, lifetime = 300) => {
    const [{ kid, privateKey }] = keys as [(typeof keys)[number]];
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: `https://fidm.gigya.com/jwt/${apiKey}/`, apiKey, sub: uid, iat: now };
    return new SignJWT({ ...claims, exp: now + lifetime, ...change })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(privateKey);
  };
  const showKeys = () =>
    Promise.all(
      keys.map(async ({ kid, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'RS256',
        use: 'sig',
      })),
    );

  const methods: Record<string, (params: URLSearchParams) => Promise<object>> = {
    async 'accounts.getJWT'(params) {
      const uid = sessions.get(params.get('login_token') ?? '');
      return uid === undefined
        ? refused(403005, 'Unauthorized user')
        : envelope({ id_token: await idToken(uid) });
    },
    async 'accounts.getJWTPublicKey'(params) {
      const all = await showKeys();
      return envelope(params.get('V2') === 'true' ? { keys: all } : all[0]);
    },
    async 'socialize.getUserInfo'(params) {
      const uid = sessions.get(params.get('login_token') ?? '');
      return uid === undefined
        ? refused(403005, 'Unauthorized user')
        : envelope({ UID: uid, isLoggedIn: true });
    },
    async 'socialize.logout'(params) {
      sessions.delete(params.get('login_token') ?? '');
      return envelope();
    },
  };

  const app = new Hono();
  app.use(cors({ origin: (origin) => origin, credentials: true }));
  app.all('/:method', async ({ req, json }) => {
    const name = req.param('method');
    const params =
      req.method === 'POST' ? new URLSearchParams(await req.text()) : new URL(req.url).searchParams;
    asked.push(name);
    const answer = methods[name];
    if ((params.get('APIKey') ?? params.get('apiKey')) !== apiKey)
      return json(refused(400093, 'Invalid ApiKey parameter'));
    return json(answer ? await answer(params) : refused(405001, 'Invalid API method'));
  });
  return {
    apiKey,
    asked,
    idToken,
    fetch: (request) => app.fetch(request),
    signIn(uid) {
      const token = randomUUID();
      sessions.set(token, uid);
      return token;
    },
    async rotate() {
      keys.unshift(await makeKey());
    },
  };
};
