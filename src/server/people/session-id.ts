import { hash } from 'node:crypto';

/** What a session of the site is known by here: never what opens it. */
export const hashKey = (key: string): Uint8Array => hash('sha256', key, 'buffer');

/** The same, in hex. */
export const hashOf = (key: string): string => Buffer.from(hashKey(key)).toString('hex');

/** A session's id at the ports, of its hash in hex. */
export const sessionIdOf = (uid: string, hex: string): string =>
  `${Buffer.from(hex, 'hex').toString('base64url')} ${uid}`;

/** A session's id at the ports: from it the key can be found, and is not known. */
export const sessionId = (uid: string, key: string): string => sessionIdOf(uid, hashOf(key));

/** The hash of an id, in hex. */
export const hashOfId = (id: string): string =>
  Buffer.from(id.slice(0, id.indexOf(' ')), 'base64url').toString('hex');
