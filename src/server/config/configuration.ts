import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { providerRow } from '../../providers/providers.ts';
import { sourceRow, sources } from '../../providers/sources.ts';
import { fillEnvironment, type Environment } from './environment.ts';
import { isNetwork } from './ip-address.ts';
import { base64, isOnce } from './keys.ts';
import { retention, standardRetention } from './retention.ts';
import { site, siteProvider } from './sites.ts';
import { sourceSettings } from './source-settings.ts';

const providerId = z
  .string()
  .refine(
    (id) => providerRow(id) !== undefined,
    'expected an id of the provider table, or oidc-<name>',
  );

const sourceId = z
  .string()
  .refine(
    (id) => sourceRow(id) !== undefined,
    `expected one of ${Object.keys(sources).join(', ')}`,
  );

const isUnder = (origin: string, domain: string): boolean => {
  const host = origin.replace(/^.*:\/\/|:\d+$/g, '');
  return host === domain || host.endsWith(`.${domain}`);
};

const sites = z.array(
  site
    .extend({
      providers: z.record(providerId, siteProvider).default({}),
      sources: z.record(sourceId, sourceSettings).default({}),
    })
    .refine(
      ({ cookieDomain, origins }) =>
        cookieDomain === undefined || origins.some((one) => isUnder(one, cookieDomain)),
      // No browser would keep the cookie.
      { path: ['cookieDomain'], error: 'expected a domain that one of the origins is under' },
    )
    .refine(
      ({ brand, origins, redirects }) =>
        brand?.home === undefined ||
        // Judged as a browser will read it: a user name pretends before that.
        [...origins, ...redirects].some((one) =>
          new URL(brand.home ?? '').href.startsWith(`${one}/`),
        ),
      {
        path: ['brand', 'home'],
        error: 'expected an address on one of the origins or redirects of this site',
      },
    ),
);

const hasUserKey = ({ userKeys }: z.output<typeof site>, name: string): boolean =>
  userKeys.some(({ userKey }) => userKey === name);

const encryptionKey = z.strictObject({
  /** Stands beside each text that it sealed. */
  id: z.string().regex(/^[\w-]{1,20}$/, 'expected letters, digits, "_" and "-" only'),
  /** 32 bytes in base64: `openssl rand -base64 32`. */
  key: base64.refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    'expected 32 bytes in base64',
  ),
});

const isTrust = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isInteger(value) && value >= 0 && value <= 10
    : Array.isArray(value) &&
      value.length <= 100 &&
      value.every((one) => typeof one === 'string' && isNetwork(one));

// It used to be a boolean, which guessed that there is one.
const trustProxy = z.custom<number | string[]>(
  isTrust,
  'expected the number of proxies before this backend, such as 1, or a list of their networks, such as ["10.0.0.0/8"]',
);

export const configuration = z.strictObject({
  /** The sites that this backend serves. */
  sites: sites
    .min(1)
    .refine((all) => isOnce(all.map(({ apiKey }) => apiKey)), 'expected each apiKey once')
    .refine((all) => isOnce(all.flatMap(({ vhost }) => vhost ?? [])), 'expected each vhost once')
    .refine(
      // `client_id` may be either.
      (all) => !all.some(({ apiKey }) => all.some((one) => hasUserKey(one, apiKey))),
      'expected no userKey that is an apiKey too',
    ),
  /** Seal provider tokens: the first seals, each opens. Put a new one in front to rotate. */
  encryptionKeys: z
    .array(encryptionKey)
    .min(1)
    .refine((keys) => isOnce(keys.map(({ id }) => id)), 'expected each id once'),
  /** Which proxies before this backend are believed: how many there are, or their networks. */
  trustProxy: trustProxy.default(0),
  /** Refusals of signatures say what was expected to be signed, for whoever points a client here for the first time. */
  development: z.boolean().default(false),
  /** Providers and webhooks may be at private addresses, and by http: for development only. */
  allowPrivateProviders: z.boolean().default(false),
  /** For how many days what is remembered. */
  retention: retention.default(standardRetention),
  /** Whether `/metrics` is answered, to whoever reaches it. */
  metrics: z.boolean().default(false),
});

/** What `createHandler` and `outro serve --config` are given about sites. */
export type SitesConfiguration = z.input<typeof configuration>;

interface Fault {
  path: PropertyKey[];
  message: string;
}

const depth = (faults: Fault[]): number => Math.max(...faults.map(({ path }) => path.length));

// Of the branches of a choice, the one that was followed furthest tells best what is wrong.
const faultsOf = (issues: z.core.$ZodIssue[], at: PropertyKey[] = []): Fault[] =>
  issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const branches =
      issue.code === 'invalid_union' ? issue.errors.map((errors) => faultsOf(errors, path)) : [];
    const [best] = branches.toSorted((one, other) => depth(other) - depth(one));
    return best ?? [{ path, message: issue.message }];
  });

const refuse = (faults: Fault[]): never => {
  const lines = faults.map(({ path, message }) => {
    const name = path
      .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
      .join('');
    return `  ${name.replace(/^\./, '') || 'configuration'}: ${message}`;
  });
  throw new Error(`the configuration is wrong:\n${lines.join('\n')}`);
};

/**
 * Checks a configuration and fills in its defaults; `${NAME}` in any text stands for that of the environment.
 *
 * @throws Error that lists every wrong field by its path with what was expected
 */
export const parseConfiguration = (
  given: unknown,
  environment: Environment = process.env,
): z.output<typeof configuration> => {
  const missing: Fault[] = [];
  const filled = fillEnvironment(given, environment, (path, name) =>
    missing.push({ path, message: `expected ${name} in the environment` }),
  );
  if (missing.length > 0) refuse(missing);
  const parsed = configuration.safeParse(filled);
  return parsed.success ? parsed.data : refuse(faultsOf(parsed.error.issues));
};
