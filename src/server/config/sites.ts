import * as z from 'zod';
import { brandSettings } from './brand-settings.ts';
import { idTokenSettings } from './id-token-settings.ts';
import { isOnce, keyName, secrets, userKey } from './keys.ts';
import type { EndSession, Identify } from './site-functions.ts';
import { webhookSettings } from './webhook-settings.ts';
import { providerSettings } from './provider-settings.ts';
import { isSecure, secureUrl } from './secure-url.ts';
import { sourceSettings } from './source-settings.ts';
import { globalTokenRevocationSettings, transmitterSettings } from './transmitter-settings.ts';

const origin = z
  .string()
  .refine(
    (text) => isSecure(text) && new URL(text).origin === text,
    'expected an origin such as https://shop.example (https; http on localhost only; no path)',
  );

// What browsers say for pages of apps and extensions: compared to the letter, like any other.
const appOrigin = z
  .string()
  .regex(
    /^(?!https?:|data:|blob:|file:|javascript:)[a-z][a-z0-9+.-]{0,50}:\/\/[\w.-]{1,255}(:\d{1,5})?$/,
    "expected an origin such as https://shop.example, or an app's such as capacitor://localhost",
  );

const siteCookie = z.strictObject({
  /** Its name; chunks of it, `name.0` and so on, go with it. */
  name: z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'expected the name of a cookie'),
  /** Its path; left out, `/`. */
  path: z
    .string()
    .regex(/^\/[^;\s]*$/, 'expected a path')
    .optional(),
  /** Its domain; left out, the host alone. */
  domain: z
    .string()
    .regex(/^[\w.-]+$/, 'expected a domain')
    .optional(),
});

/** Parameters of `/action/v2/unlinkaccount`, each of which a site enables by name. */
export const unlinkParameters = [
  'vhost',
  'uid',
  'redirectUrl',
  'external_id_provider_name',
  'sub_provider_name',
] as const;

/** Requests a minute that each instance takes, where the site says nothing else. */
export const standardLimits = { key: 300_000, session: 300, address: 600, refusals: 120 };

const perMinute = z.int().min(1).max(10_000_000);

const rateLimits = z.strictObject({
  /** All requests with the site's key. */
  key: perMinute.default(standardLimits.key),
  /** Requests of one session. */
  session: perMinute.default(standardLimits.session),
  /** Requests of one client that need no session. */
  address: perMinute.default(standardLimits.address),
  /** Requests of one client that did not prove what they claimed. */
  refusals: perMinute.default(standardLimits.refusals),
});

const actions = z.strictObject({
  /** The parameters that `/action/v2/unlinkaccount` takes; left out, it is off. */
  unlinkaccount: z.array(z.enum(unlinkParameters)).optional(),
  /** Whose page asks the person: outro's, or the application's own, which then leads on by a signed link (`signLink`). */
  asks: z.enum(['outro', 'application']).default('outro'),
});

const heardOf = z.strictObject({
  /** Who tells by shared signals what becomes of the accounts there. */
  transmitter: transmitterSettings.optional(),
  /** The provider may have all sessions of one of its people ended. */
  globalTokenRevocation: globalTokenRevocationSettings.optional(),
});

/** What a site configures for a provider, and who tells what becomes of the accounts there. */
export const siteProvider = providerSettings.extend(heardOf.shape);

/** One site; that its providers exist is checked with the configuration. */
export const site = z.strictObject({
  /** Names the site, in every request; public. */
  apiKey: keyName,
  /** Signs what the site's server sends, and what it is answered; a list while it is exchanged, the first signs. */
  secret: secrets,
  /** Further keys, each for some methods only. */
  userKeys: z
    .array(userKey)
    .refine((keys) => isOnce(keys.map((one) => one.userKey)), 'expected each userKey once')
    .default([]),
  /** Where clients reach this backend, with the path that it is mounted under: what they sign. */
  publicUrl: secureUrl
    .refine(
      (text) => !/[?#@\\\s]/.test(text),
      'expected an address without user, query and fragment',
    )
    .transform((text) => (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, '')),
  /** Pages and apps that may call, each to the letter. */
  origins: z.array(z.union([origin, appOrigin])).default([]),
  /** What the backend's own pages show of the site. */
  brand: brandSettings.optional(),
  /** Domain of the session cookie, where pages of several hosts share it; left out, the host that sets it. */
  cookieDomain: z
    .string()
    .regex(/^(?!.*\.\.)[a-z\d][a-z\d.-]{0,251}[a-z\d]$/, 'expected a domain such as shop.example')
    .optional(),
  /** How `accounts.getJWT` signs; left out, there are no id tokens. */
  idTokens: idTokenSettings.optional(),
  /** How the site's own sessions are recognised, where people sign in there. */
  identify: z
    .custom<Identify>((given) => typeof given === 'function', 'expected a function')
    .optional(),
  /** Ends the site's own sessions that go with those of outro, where it keeps both (`siteSession` of `notifyLogin`). */
  endSession: z
    .custom<EndSession>((given) => typeof given === 'function', 'expected a function')
    .optional(),
  /** The site's cookies, which a logout clears with their chunks; those that a preset of `identify` names need not stand here. */
  cookies: z.array(siteCookie).max(20).default([]),
  /** By their ids: credentials, and what differs from the provider table. */
  providers: z.record(z.string(), siteProvider).default({}),
  /** Vendors that have people of this site, by their names: they, and their sessions, come along from there. */
  sources: z.record(z.string(), sourceSettings).default({}),
  /** Number of the site in `/action/v2/unlinkaccount`. */
  vhost: z
    .string()
    .regex(/^\d{1,11}$/, 'expected an integer of at most 11 digits')
    .optional(),
  /** Actions that are on, each with the parameters that it takes. */
  actions: actions.prefault({}),
  /** Other sites that `redirectUrl` may lead to; the site's own pages always may. */
  redirects: z.array(origin).default([]),
  /** Who is told of every change, whoever caused it. */
  webhooks: z
    .array(webhookSettings)
    .max(10)
    .refine((all) => isOnce(all.map(({ url }) => url)), 'expected each url once')
    .default([]),
  /** Which providers a logout leaves: every connected one, or only those that the ended session had signed in with. */
  leaves: z.enum(['connected', 'signed-in-here']).default('connected'),
  /** Seconds that a session of outro lives, where its sign-in does not say. */
  sessionLifetime: z.int().min(60).max(315_360_000).default(2_592_000),
  /**
   * Seconds in which what is owed to a provider is tried again, while it does not answer or the site has something to put
   * right; then it is given up, and the tokens go.
   */
  errandLifetime: z.int().min(60).max(31_536_000).default(2_592_000),
  /** Live sessions of one person at most; the oldest end with the next sign-in. */
  sessionsPerAccount: z.int().min(1).max(10_000).default(100),
  /** Seconds after its sign-in in which a session may disconnect or delete; left out, as long as it lives. */
  freshLogin: z.int().min(60).max(315_360_000).optional(),
  /** Whether people may delete their own account with their session; else only the site's server may. */
  allowAccountDeletion: z.boolean().default(false),
  /** Whether answers may be scripts (`format=jsonp`) that call a function of the page: any function, whoever asks. */
  jsonp: z.boolean().default(false),
  /** Requests a minute that each instance takes; `false` where something before it limits them. */
  rateLimits: z.union([z.literal(false), rateLimits]).default(standardLimits),
});

/** A site as the operator configures it: keys, origins, public base URL, providers. */
export type Site = z.output<typeof site>;
