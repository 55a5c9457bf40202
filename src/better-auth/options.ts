import { hash, hkdfSync } from 'node:crypto';
import type { AuthContext } from '@better-auth/core';
import type { DBTransactionAdapter } from '@better-auth/core/db/adapter';
import type { ErrorEntry, LogEntry, MendEntry } from '../server/caller/context.ts';
import type { SitesConfiguration } from '../server/config/configuration.ts';
import { providerOf } from '../server/people/mapped/spelling.ts';
import type { OnChange } from '../server/people/on-change.ts';
import { siteKey } from './removals.ts';

type SiteGiven = SitesConfiguration['sites'][number];

/**
 * Hears of every change in its own transaction, on better-auth's adapter: nothing else may use the database meanwhile. What
 * it throws undoes all of it, and an `APIError` is the answer.
 */
export type OnAuthChange = OnChange<DBTransactionAdapter>;

/** What a site may say besides what better-auth knows already. */
export type OutroOptions = Partial<
  Pick<
    SiteGiven,
    | 'providers'
    | 'webhooks'
    | 'leaves'
    | 'origins'
    | 'publicUrl'
    | 'secret'
    | 'userKeys'
    | 'errandLifetime'
    | 'redirects'
  >
> &
  Partial<
    Pick<
      SitesConfiguration,
      'encryptionKeys' | 'retention' | 'allowPrivateProviders' | 'trustProxy'
    >
  > & {
    /** Hears of every change in its transaction, whoever caused it. */
    onChange?: OnAuthChange;
    /** How providers are reached. Default: the platform's `fetch`. */
    fetch?: typeof globalThis.fetch;
    /** Told of every exception nobody expected. Default: one line of JSON on standard error, without data. */
    logError?: (entry: ErrorEntry) => void;
    /** Told of what has to be put right before a provider takes a permission back. Default: likewise. */
    logMend?: (entry: MendEntry) => void;
    /** Told of every request that the backend itself has answered. Default: nobody is. */
    log?: (entry: LogEntry) => void;
  };

const derive = (secret: string, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `outro ${info}`, 32));

/** better-auth's secrets, the newest first. */
const secretsOf = ({ secretConfig, secret }: AuthContext): string[] => {
  if (typeof secretConfig === 'string') return [secretConfig];
  const { keys, currentVersion, legacySecret } = secretConfig;
  const newest = keys.get(currentVersion);
  return [...new Set([newest, ...keys.values(), legacySecret, secret].flatMap((one) => one || []))];
};

const keyOf = (secret: string): { id: string; key: string } => {
  const key = derive(secret, 'encryption');
  return { id: hash('sha256', key, 'hex').slice(0, 8), key: key.toString('base64') };
};

const first = (given: unknown): string | undefined => {
  const one: unknown = Array.isArray(given) ? given[0] : given;
  return typeof one === 'string' && one !== '' ? one : undefined;
};

interface Credentials {
  clientId?: unknown;
  clientSecret?: unknown;
  issuer?: unknown;
  tenantId?: unknown;
  discoveryUrl?: unknown;
  providerId?: unknown;
}

const settingsOf = ({ clientId, clientSecret, issuer, tenantId, discoveryUrl }: Credentials) => {
  const known = {
    clientId: first(clientId),
    clientSecret: first(clientSecret),
    issuer:
      first(issuer) ?? first(discoveryUrl)?.replace(/\/\.well-known\/openid-configuration$/, ''),
    tenant: first(tenantId),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
};

/** Providers as better-auth is configured with them: their credentials need not be written twice. */
const providersOf = ({ options }: AuthContext): NonNullable<SiteGiven['providers']> => {
  const social = Object.entries(options.socialProviders ?? {}).flatMap(([id, given]) =>
    // One that is made at each request says nothing yet.
    typeof given === 'object' && given !== null ? [[id, given as Credentials] as const] : [],
  );
  const generic = (options.plugins ?? [])
    .filter(({ id }) => id === 'generic-oauth')
    .flatMap(({ options: given }) => (given?.['config'] ?? []) as Credentials[])
    .map((one) => [String(one.providerId), one] as const);
  return Object.fromEntries(
    [...social, ...generic].map(([id, given]) => [providerOf({}, id), settingsOf(given)]),
  );
};

const isOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || /^(localhost|127\.0\.0\.1)$/.test(hostname));
};

/**
 * What the backend is made with: what better-auth knows, and over it what the site says.
 *
 * @throws Error that says what to set
 */
export const configurationOf = (
  auth: AuthContext,
  given: Omit<OutroOptions, 'onChange'>,
  identify: SiteGiven['identify'],
): SitesConfiguration & Omit<OutroOptions, keyof SiteGiven> => {
  const { providers = {}, encryptionKeys, secret, publicUrl, origins, ...rest } = given;
  const {
    webhooks,
    leaves = 'signed-in-here',
    userKeys,
    errandLifetime,
    redirects,
    ...around
  } = rest;
  if (!publicUrl && !auth.baseURL)
    throw new Error(
      'outro has to know where better-auth is, since providers send people back there: set baseURL of better-auth, or publicUrl of outro',
    );
  const known = providersOf(auth);
  const names = new Set([...Object.keys(known), ...Object.keys(providers)]);
  const secrets = secretsOf(auth);
  return {
    ...around,
    encryptionKeys: encryptionKeys ?? secrets.map(keyOf),
    sites: [
      {
        apiKey: siteKey,
        secret:
          secret ?? secrets.slice(0, 5).map((one) => derive(one, 'requests').toString('base64')),
        publicUrl: publicUrl ?? `${auth.baseURL}/outro`,
        origins: origins ?? [...new Set(auth.trustedOrigins.filter(isOrigin))],
        identify,
        providers: Object.fromEntries(
          [...names].map((id) => [id, { ...known[id], ...providers[id] }]),
        ),
        leaves,
        allowAccountDeletion: true,
        sessionLifetime: Math.max(60, auth.sessionConfig.expiresIn),
        ...(webhooks && { webhooks }),
        ...(userKeys && { userKeys }),
        ...(errandLifetime && { errandLifetime }),
        ...(redirects && { redirects }),
      },
    ],
  };
};
