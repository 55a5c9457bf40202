import { hash } from 'node:crypto';

/** What a session of the site is known by here: never what opens it. */
export const hashKey = (key: string): Uint8Array => hash('sha256', key, 'buffer');

/** A session's id at the ports: from it the key can be found, and is not known. */
export const sessionId = (uid: string, key: string): string =>
  `${Buffer.from(hashKey(key)).toString('base64url')} ${uid}`;
