import * as z from 'zod';
import { inboundSettings, tokenAlgorithms } from './inbound-settings.ts';
import { isSecure, secureUrl } from './secure-url.ts';
import { shownName } from './shown-name.ts';

const confidence = z.enum(['documented', 'seen in code']).default('documented');

// What the discovery document of the issuer names.
const isEndpoint = (text: string): boolean => /^\{(endSession|revocation)Endpoint\}$/.test(text);

// An address with placeholders.
const template = z
  .string()
  .refine(
    (text) => isEndpoint(text) || isSecure(text.replace(/\{\w+\}/g, 'x')),
    'expected an address such as https://login.example/logout (http on localhost only), or {endSessionEndpoint} or {revocationEndpoint} of the issuer',
  );

const texts = z.record(z.string(), z.string());

const isPattern = (text: string): boolean => {
  try {
    return Boolean(new RegExp(text, 'is'));
  } catch {
    return false;
  }
};

const pattern = z.string().refine(isPattern, 'expected a regular expression');

const answer = z.strictObject({
  when: pattern,
  means: z.enum(['done', 'already', 'again', 'mend', 'never']),
  reason: z.string().min(1).max(300).optional(),
  source: z.string().optional(),
});

const revoke = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('request'),
    method: z.enum(['POST', 'DELETE', 'GET']),
    url: template,
    authorization: z.string().optional(),
    form: texts.optional(),
    json: texts.optional(),
    headers: texts.optional(),
    removes: z.enum(['grant', 'token']),
    eachToken: z.literal(true).optional(),
    answers: z.array(answer).max(100).optional(),
    confidence,
  }),
  z.strictObject({
    by: z.literal('none'),
    reason: z.string().min(1),
    url: secureUrl.optional(),
  }),
]);

const names = z.array(z.string()).optional();

const logout = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('script'),
    call: z.string().regex(/^\w+(\.\w+)*$/, 'expected a path from window, such as FB.logout'),
    answers: z.literal(true).optional(),
    ends: z.enum(['provider-session', 'site']),
    reason: z.string().min(1),
    confidence,
  }),
  z.strictObject({ by: z.literal('frame'), url: template, needs: names, confidence }),
  z.strictObject({
    by: z.literal('visit'),
    url: template,
    parameters: texts,
    method: z.enum(['POST', 'GET']).default('POST'),
    longByForm: z.literal(true).optional(),
    needs: names,
    confidence,
  }),
  z.strictObject({ by: z.literal('saml'), confidence }),
  z.strictObject({
    by: z.literal('link'),
    url: secureUrl,
    reason: z.string().min(1),
    confidence,
  }),
  z.strictObject({ by: z.literal('none'), reason: z.string().min(1) }),
]);

const pem = (head: RegExp) =>
  z.string().regex(head, 'expected PEM text, with its BEGIN and END lines');

// Single logout at a SAML identity provider.
const saml = z.strictObject({
  /** The site's own entity id, as the identity provider knows it. */
  entityId: z.string().min(1),
  /** Signs what the site sends. */
  privateKey: pem(/-----BEGIN [A-Z ]*PRIVATE KEY-----/),
  /** Entity id of the identity provider. */
  issuer: z.string().min(1),
  /** Its SingleLogoutService, binding HTTP-Redirect. */
  logoutUrl: secureUrl,
  /** Format of the NameID that it knows people by. */
  nameIdFormat: z.string().min(1).optional(),
  /** Verifies what it sends. */
  certificate: pem(/-----BEGIN CERTIFICATE-----/),
});

/** What a site configures for one provider: credentials, and what differs from the provider table. */
export const providerSettings = z.strictObject({
  /** What people know it as: of connections of the site's own, such as `oidc-company`, only the site knows that. */
  name: shownName.optional(),
  /** Address of its mark, a square picture. */
  mark: secureUrl.optional(),
  /** Ways to leave this provider, in order; in place of those of the provider table. */
  logout: z.union([logout.transform((way) => [way]), z.array(logout)]).optional(),
  /** How its permission is taken back, in place of what the provider table says. */
  revoke: revoke.optional(),
  /** The site's client there. */
  clientId: z.string().min(1).optional(),
  /** With it the backend takes permissions back. */
  clientSecret: z.string().min(1).optional(),
  /** Issuer of its ID tokens; its discovery document says where keys and logout page are. */
  issuer: secureUrl.optional(),
  /**
   * Ask the provider after its logout page, by `prompt=none`, whether the person is still signed in there: the only
   * proof. `<publicUrl>/leave/return` must be a redirect URI of the client.
   */
  probe: z.boolean().default(false),
  /** The provider's FedCM configuration file: a removal then makes browser and provider forget the connection. */
  fedcm: secureUrl.optional(),
  /** Single logout by SAML, with the optional package `@node-saml/node-saml`. */
  saml: saml.optional(),
  /** The host of the site's own tenant, for providers whose addresses name one. */
  tenant: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'expected a host name')
    .optional(),
  /** The one algorithm of its ID tokens, and so of its logout tokens; otherwise any of these is taken. */
  idTokenAlgorithm: z.enum(tokenAlgorithms).optional(),
  /** What its own messages are known by. */
  inbound: inboundSettings.optional(),
});
