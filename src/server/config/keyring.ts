import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createSecretKey, hash, randomBytes } from 'node:crypto';

/** A keyring that seals provider tokens for storage: the first key seals, every key opens. */
export interface Keyring {
  /** @param place binds the text to its row; it opens nowhere else. */
  seal(text: string, place: string): Promise<string>;
  /** @throws Error when the key is unknown or the text was changed or moved */
  open(sealed: string, place: string): Promise<string>;
}

// Bytes of the nonce and of the tag that follows the ciphertext.
const ivLength = 12;
const tagLength = 16;

/**
 * Makes a keyring of AES-256-GCM keys; format `v1.<key id>.<iv>.<ciphertext and tag>`, base64url.
 *
 * @param keys 32 bytes in base64 each; put a new one in front to rotate.
 */
export const createKeyring = (keys: { id: string; key: string }[]): Keyring => {
  const ring = new Map(keys.map(({ id, key }) => [id, createSecretKey(key, 'base64')]));
  // Node's own cipher: a promise of WebCrypto takes ten times as long for texts as short as these.
  return {
    async seal(text, place) {
      const [id, key] = [...ring][0] ?? [];
      if (!id || !key) throw new Error('the keyring is empty');
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const data = Buffer.concat([sealed, cipher.getAuthTag()]);
      return ['v1', id, iv.toString('base64url'), data.toString('base64url')].join('.');
    },
    async open(sealed, place) {
      const [version, id = '', iv = '', data = ''] = sealed.split('.');
      const key = ring.get(id);
      if (version !== 'v1' || !key) throw new Error(`no key ${id} to open this`);
      const bytes = Buffer.from(data, 'base64url');
      const nonce = Buffer.from(iv, 'base64url');
      if (nonce.length !== ivLength || bytes.length < tagLength)
        throw new Error('the sealed text is too short');
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-tagLength));
      const opened = [decipher.update(bytes.subarray(0, -tagLength)), decipher.final()];
      return Buffer.concat(opened).toString();
    },
  };
};

/** A new session token: 32 random bytes, base64url. */
export const createToken = (): string => randomBytes(32).toString('base64url');

/**
 * The leave ticket of a session token, which each side makes for itself: base64, 44 characters. It does not lead
 * back to the token.
 *
 * @see design.md section 5
 */
export const leaveTicketOf = async (token: string): Promise<string> =>
  Buffer.from(await hashToken(`outro leave ticket ${token}`)).toString('base64');

/** The hash under which a token is stored: SHA-256, 32 bytes. */
export const hashToken = async (token: string): Promise<Uint8Array> =>
  hash('sha256', token, 'buffer');
