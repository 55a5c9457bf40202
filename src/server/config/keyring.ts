import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** A keyring that seals provider tokens for storage: the first key seals, every key opens. */
export interface Keyring {
  /** @param place binds the text to its row; it opens nowhere else. */
  seal(text: string, place: string): string;
  /** @returns `undefined` when the key is unknown, or the text was changed or moved */
  open(sealed: string, place: string): string | undefined;
}

// Bytes of the nonce and of the tag that follows the ciphertext.
const ivLength = 12;
const tagLength = 16;

// Random bytes are fetched for many nonces at once: asking for twelve takes as long as sealing a short text.
const noncesAtOnce = 256;

const createNonces = (): (() => Buffer) => {
  let bytes = Buffer.alloc(0);
  return () => {
    if (bytes.length < ivLength) bytes = randomBytes(ivLength * noncesAtOnce);
    const nonce = bytes.subarray(0, ivLength);
    bytes = bytes.subarray(ivLength);
    return nonce;
  };
};

/**
 * Makes a keyring of AES-256-GCM keys; format `v1.<key id>.<iv>.<ciphertext and tag>`, base64url.
 *
 * @param keys 32 bytes in base64 each; put a new one in front to rotate.
 */
export const createKeyring = (keys: { id: string; key: string }[]): Keyring => {
  const ring = new Map(keys.map(({ id, key }) => [id, createSecretKey(key, 'base64')]));
  const [newest] = ring;
  const nextNonce = createNonces();
  // Node's own cipher: a promise of WebCrypto takes ten times as long for texts as short as these.
  return {
    seal(text, place) {
      if (!newest) throw new Error('the keyring is empty');
      const [id, key] = newest;
      const iv = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      const data = Buffer.concat(parts).toString('base64url');
      return `v1.${id}.${iv.toString('base64url')}.${data}`;
    },
    open(sealed, place) {
      const [version, id = '', iv = '', data = ''] = sealed.split('.');
      const key = ring.get(id);
      const bytes = Buffer.from(data, 'base64url');
      const nonce = Buffer.from(iv, 'base64url');
      if (version !== 'v1' || !key || nonce.length !== ivLength || bytes.length < tagLength)
        return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-tagLength));
      const opened = decipher.update(bytes.subarray(0, -tagLength));
      try {
        return Buffer.concat([opened, decipher.final()]).toString();
      } catch {
        return undefined;
      }
    },
  };
};
