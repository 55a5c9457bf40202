import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

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

/** Who makes tokens, as they name it. */
export const issuer = z
  .string()
  .regex(/^[\x21-\x7e]{1,300}$/, 'expected an address without blanks');

/** How the id tokens of a site are made (`accounts.getJWT`). */
export const idTokenSettings = z.strictObject({
  /** The first signs; each is shown at `accounts.getJWTPublicKey`, so that what an older one has signed still counts. */
  keys: z.array(privateKey).min(1).max(5),
  /** `iss`. Default: `<publicUrl>/jwt/<apiKey>/`. The vendor's Java SDK wants `https://fidm.gigya.com/jwt/<apiKey>/`. */
  issuer: issuer.optional(),
});
