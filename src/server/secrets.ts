import { Buffer } from 'node:buffer';

/** A keyring that seals provider tokens for storage: the first key seals, every key opens. */
export interface Keyring {
  /** @param place binds the text to its row; it opens nowhere else. */
  seal(text: string, place: string): Promise<string>;
  /** @throws Error when the key is unknown or the text was changed or moved */
  open(sealed: string, place: string): Promise<string>;
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

const load = (key: string) =>
  crypto.subtle.importKey('raw', new Uint8Array(Buffer.from(key, 'base64')), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);

/**
 * Makes a keyring of AES-256-GCM keys; format `v1.<key id>.<iv>.<ciphertext and tag>`, base64url.
 *
 * @param keys 32 bytes in base64 each; put a new one in front to rotate.
 */
export const createKeyring = (keys: { id: string; key: string }[]): Keyring => {
  const ring = new Map(keys.map(({ id, key }) => [id, load(key)]));
  return {
    async seal(text, place) {
      const [id, key] = [...ring][0] ?? [];
      if (!id || !key) throw new Error('the keyring is empty');
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const additionalData = bytes(place);
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        await key,
        bytes(text),
      );
      return [
        'v1',
        id,
        Buffer.from(iv).toString('base64url'),
        Buffer.from(sealed).toString('base64url'),
      ].join('.');
    },
    async open(sealed, place) {
      const [version, id = '', iv = '', data = ''] = sealed.split('.');
      const key = ring.get(id);
      if (version !== 'v1' || !key) throw new Error(`no key ${id} to open this`);
      const parameters = {
        name: 'AES-GCM',
        iv: new Uint8Array(Buffer.from(iv, 'base64url')),
        additionalData: bytes(place),
      };
      const opened = await crypto.subtle.decrypt(
        parameters,
        await key,
        new Uint8Array(Buffer.from(data, 'base64url')),
      );
      return Buffer.from(opened).toString();
    },
  };
};

/** A new session token: 32 random bytes, base64url. */
export const createToken = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');

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
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(token)));
