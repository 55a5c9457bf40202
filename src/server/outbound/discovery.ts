import * as z from 'zod';
import type { Outbound } from './guarded-fetch.ts';

/** What an OpenID provider says of itself, as far as leaving it needs. */
export interface OpenIdConfiguration {
  issuer: string;
  authorizationEndpoint: string | undefined;
  endSessionEndpoint: string | undefined;
  jwksUri: string | undefined;
  revocationEndpoint: string | undefined;
  /** It tells sites, server to server, when a session has ended. */
  sendsLogoutTokens: boolean;
}

/**
 * Looks up an issuer's discovery document; rejects with a readable Error.
 *
 * @param wait milliseconds that this caller waits for it, at most 5000; the document is kept for the next one.
 */
export type Discovery = (issuer: string, wait?: number) => Promise<OpenIdConfiguration>;

// Milliseconds: how long an answer may take, and how long a good and a bad one are kept.
const limit = 5000;
const goodTime = 600_000;
const badTime = 30_000;

const documentSchema = (issuer: string) => {
  // Addresses go to browsers and get tokens: `javascript:`, or a step down from https, must not come this way.
  const admitted = issuer.startsWith('https:') ? /^https:\/\// : /^https?:\/\//;
  const address = z
    .string()
    .refine((text) => admitted.test(text) && URL.canParse(text), `expected an https address`)
    .optional();
  return z.object({
    issuer: z.literal(issuer, `expected ${issuer}`),
    authorization_endpoint: address,
    end_session_endpoint: address,
    jwks_uri: address,
    revocation_endpoint: address,
    // What Yahoo calls it.
    token_revocation_endpoint: address,
    backchannel_logout_supported: z.boolean().default(false),
  });
};

const parse = (issuer: string, body: string): OpenIdConfiguration => {
  const parsed = documentSchema(issuer).safeParse(JSON.parse(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'document'}: ${issue?.message}`);
  }
  const { data } = parsed;
  return {
    issuer,
    authorizationEndpoint: data.authorization_endpoint,
    endSessionEndpoint: data.end_session_endpoint,
    jwksUri: data.jwks_uri,
    revocationEndpoint: data.revocation_endpoint ?? data.token_revocation_endpoint,
    sendsLogoutTokens: data.backchannel_logout_supported,
  };
};

/**
 * Makes the function that looks up discovery documents: through the guarded way out, kept for 10 minutes when good
 * and 30 seconds when not, asked for once however many wait.
 *
 * @returns a function that rejects with an Error which names the issuer and what was expected of its document
 * @see OpenID Connect Discovery 1.0 sections 4.1 to 4.3
 */
export const createDiscovery = (outbound: Outbound): Discovery => {
  const kept = new Map<string, { until: number; found: Promise<OpenIdConfiguration> }>();
  const ask = async (issuer: string): Promise<OpenIdConfiguration> => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    try {
      const headers = { Accept: 'application/json', 'User-Agent': 'outro' };
      const { status, body } = await outbound(url, { headers }, limit);
      if (status !== 200) throw new Error(`expected status 200, got ${status}`);
      return parse(issuer, body);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`discovery document of ${issuer}: ${reason}`, { cause });
    }
  };
  const find = (issuer: string): Promise<OpenIdConfiguration> => {
    const known = kept.get(issuer);
    if (known && known.until > Date.now()) return known.found;
    const entry = { until: Date.now() + goodTime, found: ask(issuer) };
    entry.found.catch(() => {
      entry.until = Date.now() + badTime;
    });
    kept.set(issuer, entry);
    return entry.found;
  };
  return (issuer, wait = limit) => {
    const late = new Promise<never>((_, reject) => {
      const refuse = () => reject(new Error(`discovery document of ${issuer}: too late`));
      AbortSignal.timeout(wait).addEventListener('abort', refuse);
    });
    return Promise.race([find(issuer), late]);
  };
};
