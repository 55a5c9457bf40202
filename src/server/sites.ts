import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { providerRow } from '../core/providers.ts';

const base64 = z
  .string()
  .regex(
    /^[A-Za-z0-9+/]+={0,2}$/,
    'expected base64 text, such as `openssl rand -base64 32` prints',
  );

const isLoopback = (url: URL): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(url.hostname);

const parseUrl = (text: string): URL | undefined =>
  URL.canParse(text) ? new URL(text) : undefined;

const isSecure = (text: string): boolean => {
  const url = parseUrl(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
};

const origin = z
  .string()
  .refine(
    (text) => isSecure(text) && new URL(text).origin === text,
    'expected an origin such as https://shop.example (https; http on localhost only; no path)',
  );

const secureUrl = z
  .string()
  .refine(
    isSecure,
    'expected an address such as https://login.example/logout (http on localhost only)',
  );

const logout = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('frame'), url: secureUrl }),
  z.strictObject({ by: z.literal('none'), reason: z.string().min(1) }),
]);

const texts = z.record(z.string(), z.string());

const isPattern = (text: string): boolean => {
  try {
    return Boolean(new RegExp(text, 'is'));
  } catch {
    return false;
  }
};

const pattern = z.string().refine(isPattern, 'expected a regular expression').optional();

const revoke = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('request'),
    method: z.enum(['POST', 'DELETE', 'GET']),
    url: z
      .string()
      .refine(
        (text) => isSecure(text.replace(/\{\w+\}/g, 'x')),
        'expected an address such as https://login.example/revoke (http on localhost only)',
      ),
    authorization: z.string().optional(),
    form: texts.optional(),
    json: texts.optional(),
    headers: texts.optional(),
    removes: z.enum(['grant', 'token']),
    eachToken: z.literal(true).optional(),
    already: pattern,
    refused: pattern,
    confidence: z.enum(['documented', 'seen in code']).default('documented'),
  }),
  z.strictObject({
    by: z.literal('none'),
    reason: z.string().min(1),
    url: secureUrl.optional(),
  }),
]);

const provider = z.strictObject({
  logout: logout.optional(),
  revoke: revoke.optional(),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  tenant: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'expected a host name')
    .optional(),
});

const userKey = z.strictObject({
  userKey: z.string().regex(/^[\w.-]{1,100}$/, 'expected letters, digits, "_", "-" and "." only'),
  secret: base64,
  permissions: z.array(
    z.string().regex(/^(\*|\w+\.\w+)$/, 'expected a method such as socialize.logout, or *'),
  ),
});

/** Parameters of `/action/v2/unlinkaccount`, each of which a site enables by name. */
export const unlinkParameters = [
  'vhost',
  'uid',
  'redirectUrl',
  'external_id_provider_name',
  'sub_provider_name',
] as const;

const site = z.strictObject({
  apiKey: z.string().regex(/^[\w.-]{1,100}$/, 'expected letters, digits, "_", "-" and "." only'),
  secret: base64,
  userKeys: z.array(userKey).default([]),
  publicUrl: secureUrl.transform((text) => text.replace(/\/+$/, '')),
  origins: z.array(origin).default([]),
  providers: z
    .record(
      z
        .string()
        .refine(
          (id) => providerRow(id) !== undefined,
          'expected an id of the provider table, or oidc-<name>',
        ),
      provider,
    )
    .default({}),
  vhost: z
    .string()
    .regex(/^\d{1,11}$/, 'expected an integer of at most 11 digits')
    .optional(),
  actions: z
    .strictObject({
      unlinkaccount: z.array(z.enum(unlinkParameters)).optional(),
    })
    .default({}),
  redirects: z.array(origin).default([]),
  sessionLifetime: z.int().min(60).max(315_360_000).default(2_592_000),
});

const encryptionKey = z.strictObject({
  id: z.string().regex(/^[\w-]{1,20}$/, 'expected letters, digits, "_" and "-" only'),
  key: base64.refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    'expected 32 bytes in base64',
  ),
});

const configuration = z.strictObject({
  sites: z
    .array(site)
    .min(1)
    .refine(
      (sites) => new Set(sites.map(({ apiKey }) => apiKey)).size === sites.length,
      'expected each apiKey once',
    )
    .refine((sites) => {
      const vhosts = sites.flatMap(({ vhost }) => vhost ?? []);
      return new Set(vhosts).size === vhosts.length;
    }, 'expected each vhost once'),
  encryptionKeys: z.array(encryptionKey).min(1),
  trustProxy: z.boolean().default(false),
  allowPrivateProviders: z.boolean().default(false),
});

/** A site as the operator configures it: keys, origins, public base URL, providers. */
export type Site = z.output<typeof site>;

/** What `createHandler` and `outro serve --config` are given about sites. */
export type SitesConfiguration = z.input<typeof configuration>;

/**
 * Checks a configuration and fills in its defaults.
 *
 * @throws Error that lists every wrong field by its path with what was expected
 */
export const parseConfiguration = (given: unknown): z.output<typeof configuration> => {
  const parsed = configuration.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => {
    const name = path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
      .join('');
    return `  ${name.replace(/^\./, '') || 'configuration'}: ${message}`;
  });
  throw new Error(`the configuration is wrong:\n${lines.join('\n')}`);
};
