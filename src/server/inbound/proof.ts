import { Buffer } from 'node:buffer';
import { createDecipheriv, createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { fail } from '../../core/error.ts';
import type { Proof } from '../../providers/row.ts';
import { isSameText } from './message.ts';
import { fill, type Read } from './places.ts';

/** The key of an HMAC proof, as the provider derives it. */
export const keyOf = (proof: Proof, read: Read): Buffer => {
  if (proof.by !== 'hmac') return Buffer.alloc(0);
  const key = Buffer.from(fill(proof.key, read));
  return proof.keyDigest ? createHash(proof.keyDigest).update(key).digest() : key;
};

const verifyEd25519 = (key: string, text: string, signature: string): boolean => {
  const x = Buffer.from(key, 'hex').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'hex'));
};

const isProved = (proof: Proof, read: Read): boolean => {
  const given = fill(proof.given, read);
  switch (proof.by) {
    case 'ed25519':
      return verifyEd25519(fill(proof.key, read), fill(proof.text, read), given);
    case 'hmac': {
      const mac = createHmac('sha256', keyOf(proof, read)).update(fill(proof.text, read));
      const expected = `${proof.prefix ?? ''}${mac.digest(proof.encoding)}`;
      // Some write base64url with its padding.
      return isSameText(expected, proof.encoding === 'hex' ? given : given.replace(/=+$/, ''));
    }
    case 'sorted-sha1': {
      const parts = proof.parts.map((part) => fill(part, read)).toSorted();
      return isSameText(createHash('sha1').update(parts.join('')).digest('hex'), given);
    }
    case 'equal':
      return isSameText(fill(proof.expected, read), given);
    default:
      return false;
  }
};

/**
 * Refuses a message that does not prove who sent it.
 *
 * @throws invalidSignature
 */
export const prove = (proof: Proof, read: Read): void => {
  if (!isProved(proof, read))
    fail('invalidSignature', 'proof: expected the signature or secret that this provider sends');
};

/**
 * A person's id that the provider has sealed under the proof's key.
 *
 * @throws invalidParameter
 */
export const unseal = (sealed: string, key: Buffer): string => {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString();
  } catch {
    return fail('invalidParameter', 'person: expected an id that opens with the configured secret');
  }
};
