import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

/** Bytes as base64 text. */
export const base64 = z
  .string()
  .regex(
    /^[A-Za-z0-9+/]+={0,2}$/,
    'expected base64 text, such as `openssl rand -base64 32` prints',
  );

// A guess a microsecond finds a short one.
const secretText = base64.refine(
  (text) => Buffer.from(text, 'base64').length >= 16,
  'expected at least 16 bytes in base64, such as `openssl rand -base64 32` prints',
);

// More are no rotation any more, and each costs whoever signs wrongly a computation of ours.
const keysAtMost = 5;

const several = <Key extends z.ZodType>(key: Key) =>
  z
    .union([key, z.array(key).min(1).max(keysAtMost)])
    .transform((given): z.output<Key>[] => [given].flat() as z.output<Key>[]);

// Bits; what is shorter can be factored.
const modulusAtLeast = 2048;

const readPublicKey = (pem: string): KeyObject | undefined => {
  try {
    const key = createPublicKey(pem);
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'rsa' && modulusLength >= modulusAtLeast ? key : undefined;
  } catch {
    return undefined;
  }
};

const publicKey = z
  .string()
  .refine(
    // Node would take it, and derive the public one.
    (pem) => !pem.includes('PRIVATE KEY'),
    'expected the public key, as `openssl rsa -in private.pem -pubout` prints; the private one stays with the client',
  )
  .transform((pem, context): KeyObject => {
    const key = readPublicKey(pem);
    if (key) return key;
    context.addIssue(`expected an RSA public key of at least ${modulusAtLeast} bits in PEM`);
    return z.NEVER;
  });

/** A secret, or some while they are exchanged: the first signs, each is accepted. */
export const secrets = several(secretText);

/** Whether each text is there once. */
export const isOnce = (texts: string[]): boolean => new Set(texts).size === texts.length;

/** Name of a key, as it travels. */
export const keyName = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'expected letters, digits, "_", "-" and "." only');

/**
 * A user or application key: it proves itself by its secret, or by a JWT signed with its RSA private key.
 *
 * @see gigya-protocol section 10, modes 2, 3 and 6
 */
export const userKey = z
  .strictObject({
    /** Names the key, in requests. */
    userKey: keyName,
    /** Signs its requests, as the site's own does. */
    secret: secrets.default([]),
    /** Verifies its bearer tokens: an RSA public key in PEM, of at least 2048 bits. */
    publicKey: several(publicKey).default([]),
    /** Methods that it may call; `*` is all. */
    permissions: z.array(
      z.string().regex(/^(\*|\w+\.\w+)$/, 'expected a method such as socialize.logout, or *'),
    ),
  })
  .refine(
    ({ secret, publicKey: keys }) => secret.length + keys.length > 0,
    'expected a secret, or a publicKey, or both',
  );
