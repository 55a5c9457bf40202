import * as z from 'zod';
import { issuer } from './id-token-settings.ts';
import { base64, keyName } from './keys.ts';
import { isSecure } from './secure-url.ts';

const settings = z.strictObject({
  /** Its data centre, or the address before each method; left out, the vendor's usual one. */
  domain: z
    .string()
    .refine(
      (text) => (text.includes('://') ? isSecure(text) : /^[\w-]+(\.[\w-]+)+$/.test(text)),
      'expected the name of a data centre, or an address (https; http on localhost only)',
    )
    .optional(),
  /** The site's key there; left out, the one it has here. */
  apiKey: keyName.optional(),
  /** A user or application key that may search and read accounts; left out, nobody comes along from there. */
  userKey: keyName.optional(),
  /** That of the user key, as it was issued. */
  secret: base64.optional(),
  /** Trades the vendor's sessions for ours (`socialize.exchangeIdToken`), while pages move here. */
  tradesSessions: z.boolean().default(false),
  /** `iss` of its id tokens; left out, the vendor's usual one. */
  issuer: issuer.optional(),
  /** `aud` that its id tokens must have. Left out, they must have been made for its key (`apiKey`). */
  audience: z.string().min(1).max(300).optional(),
});

/**
 * What a site configures of a vendor that has people of it.
 *
 * @see beside.md section 7
 */
export const sourceSettings = settings.refine(
  ({ userKey, secret }) => (userKey === undefined) === (secret === undefined),
  { path: ['secret'], error: 'expected together with userKey' },
);

/** What a site has configured of a vendor. */
export type SourceSettings = z.output<typeof sourceSettings>;

/** Whether the vendor may be asked for accounts. */
export const mayAsk = (
  given: SourceSettings,
): given is SourceSettings & { userKey: string; secret: string } => given.userKey !== undefined;
