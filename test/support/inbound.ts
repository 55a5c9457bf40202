import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { expect } from 'vitest';
import { startHouse, type House, type SignIn } from './house.ts';

// What tests of providers' messages share: an issuer with keys, a house that can reach it, messages as they arrive.

type Site = NonNullable<Parameters<typeof startHouse>[0]>;

/** An issuer that signs tokens, and serves documents about itself at addresses of the tests' choosing. */
export interface Issuer {
  key: CryptoKey;
  /** How often each address was read. */
  reads: Map<string, number>;
  documents: Map<string, unknown>;
  sign(claims: JWTPayload, header?: Record<string, unknown>, key?: CryptoKey): Promise<string>;
  /** Stands for the internet. */
  fetch: typeof globalThis.fetch;
}

export const now = (): number => Math.floor(Date.now() / 1000);

export const openIssuer = async (algorithm = 'RS256'): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'a', alg: algorithm, use: 'sig' };
  const reads = new Map<string, number>();
  const documents = new Map<string, unknown>([
    ['https://login.example/keys', { keys: [jwk] }],
    [
      'https://login.example/.well-known/openid-configuration',
      { issuer: 'https://login.example', jwks_uri: 'https://login.example/keys' },
    ],
  ]);
  return {
    key: privateKey,
    reads,
    documents,
    sign: (claims, header = {}, key = privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: 'a', ...header }).sign(key),
    fetch: (input) => {
      const url = input instanceof Request ? input.url : String(input);
      reads.set(url, (reads.get(url) ?? 0) + 1);
      return Promise.resolve(
        documents.has(url) ? Response.json(documents.get(url)) : new Response('', { status: 404 }),
      );
    },
  };
};

/** A house whose site has these providers; the internet is `fetch`. */
export const openHouse = (
  providers: NonNullable<Site['providers']>,
  fetch: typeof globalThis.fetch = () => Promise.reject(new Error('nobody is there')),
): Promise<House> =>
  startHouse({ providers }, undefined, { fetch, allowPrivateProviders: true, logError: () => {} });

/** Sends a message to `/inbound/<apiKey>/<path>`. */
export const deliver = (
  house: House,
  path: string,
  body?: BodyInit,
  init: RequestInit = {},
): Promise<Response> =>
  house.handler(
    new Request(`https://outro.example/inbound/${house.apiKey}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && { body }),
      ...init,
    }),
  );

/** Sends a message that must be refused with these words, and change nothing. */
export const expectRefusal = async (
  house: House,
  sending: () => Promise<Response>,
  status: number,
  words: RegExp,
): Promise<void> => {
  const before = await house.rows();
  const response = await sending();
  const answer = (await response.json()) as Record<string, string>;
  // Security event tokens have words of their own, RFC 8935 section 2.4.
  const { error = answer['err'], error_description = answer['description'] } = answer;
  expect([response.status, error_description]).toEqual([status, expect.stringMatching(words)]);
  expect(error).toMatch(/^[a-z_]+$/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await house.rows()).toEqual(before);
};

/** A person who is connected through a provider and has a password as well, so that this is not the last way in. */
export const signInWith = (
  house: House,
  provider: string,
  session: Record<string, unknown>,
  more: Partial<SignIn> = {},
) =>
  house.signIn({
    siteUID: 'u',
    providers: { [provider]: session },
    loginIDs: [{ value: 'ada', kind: 'username', wayIn: 'password' }],
    ...more,
  });

/** Sessions that still open. */
export const liveSessions = async (house: House): Promise<number> => {
  const { sessions = [] } = await house.rows();
  return (sessions as { ended_at: unknown }[]).filter(({ ended_at }) => ended_at === null).length;
};

/** What is left of a site's identities. */
export const identities = async (house: House): Promise<Record<string, unknown>[]> =>
  house.database.query(
    'select provider, provider_uid, state, profile, sealed_tokens from outro.identities where site = $1 order by provider, provider_uid',
    [house.apiKey],
  );

/** The newest row of the journal. */
export const lastEntry = async (house: House): Promise<Record<string, unknown> | undefined> => {
  const [row] = await house.database.query(
    'select actor, method, provider, receipt from outro.journal where site = $1 order by id desc limit 1',
    [house.apiKey],
  );
  return row;
};

/** What open pages were told, oldest first. */
export const told = (house: House): Promise<Record<string, unknown>[]> =>
  house.database.query(
    `select event ->> 'name' as name, event ->> 'provider' as provider, receipt
     from outro.journal, jsonb_array_elements(told) with ordinality as events(event, place)
     where site = $1 order by id, place`,
    [house.apiKey],
  );
