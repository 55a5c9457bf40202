import * as z from 'zod';
import { keepDocuments } from './documents.ts';
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

const documentSchema = (issuer: string) => {
  // Addresses go to browsers and get tokens: `javascript:`, or a step down from https, must not come this way.
  const admitted = issuer.startsWith('https:') ? /^https:\/\// : /^https?:\/\//;
  const address = z
    .string()
    .refine((text) => admitted.test(text) && URL.canParse(text), 'expected an https address')
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
 * Makes the function that looks up discovery documents.
 *
 * @returns a function that rejects with an Error which names the issuer and what was expected of its document
 * @see OpenID Connect Discovery 1.0 sections 4.1 to 4.3
 */
export const createDiscovery = (outbound: Outbound): Discovery => {
  const find = keepDocuments(outbound, parse);
  return (issuer, wait) => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    return find({ name: issuer, url, what: `discovery document of ${issuer}` }, wait);
  };
};
