import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { isSecure } from './secure-url.ts';

// Bits; what is shorter can be factored.
const modulusAtLeast = 2048;

const readPrivateKey = (pem: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(pem);
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'rsa' && modulusLength >= modulusAtLeast ? key : undefined;
  } catch {
    return undefined;
  }
};

const privateKey = z.string().transform((pem, context): KeyObject => {
  const key = readPrivateKey(pem);
  if (key) return key;
  context.addIssue(
    `expected an RSA private key of at least ${modulusAtLeast} bits in PEM, as \`openssl genrsa 2048\` prints`,
  );
  return z.NEVER;
});

const issuer = z.string().regex(/^[\x21-\x7e]{1,300}$/, 'expected an address without blanks');

/** How the id tokens of a site are made (`accounts.getJWT`). */
export const idTokenSettings = z.strictObject({
  /** The first signs; each is shown at `accounts.getJWTPublicKey`, so that what an older one has signed still counts. */
  keys: z.array(privateKey).min(1).max(5),
  /** `iss`. Default: `<publicUrl>/jwt/<apiKey>/`. The vendor's Java SDK wants `https://fidm.gigya.com/jwt/<apiKey>/`. */
  issuer: issuer.optional(),
});

/**
 * The vendor's site whose sessions are traded for ours (`socialize.exchangeIdToken`).
 *
 * @see beside.md section 7
 */
export const formerSite = z.strictObject({
  /** Its key at the vendor. */
  apiKey: z.string().regex(/^[\w.-]{1,100}$/, 'expected letters, digits, "_", "-" and "." only'),
  /** Domain of its data centre, such as `us1.gigya.com`; or the origin that answers `accounts.getJWTPublicKey`. */
  apiDomain: z
    .string()
    .transform((text) =>
      /^https?:/.test(text) ? text.replace(/\/$/, '') : `https://accounts.${text}`,
    )
    .refine(
      (text) => isSecure(text) && new URL(text).origin === text,
      'expected a domain such as us1.gigya.com, or an origin',
    ),
  /** `iss` of its tokens. Default: `https://fidm.gigya.com/jwt/<apiKey>/`. */
  issuer: issuer.optional(),
  /** `aud` that its tokens must have. Left out, they must have been made for its key (`apiKey`). */
  audience: z.string().min(1).max(300).optional(),
});

/** The vendor's site whose sessions are traded. */
export type FormerSite = z.output<typeof formerSite>;
