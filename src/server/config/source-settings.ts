import * as z from 'zod';
import { base64, keyName } from './keys.ts';
import { isSecure } from './secure-url.ts';

/** What a site configures of a vendor that has people of it. */
export const sourceSettings = z.strictObject({
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
  /** A user or application key that may search and read accounts. */
  userKey: keyName,
  /** That of the user key, as it was issued. */
  secret: base64,
});
