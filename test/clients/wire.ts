import type { Pairs } from './encodings.ts';

// What the builders of requests share.

/** A request as it goes out. */
export interface Wire {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Who asks, and when. */
export interface Credentials {
  apiKey: string;
  secret: string;
  userKey?: string;
  privateKey?: string;
  /** OAuth2 token. */
  token?: string;
  /** Milliseconds. */
  now: number;
  /** What makes a nonce of its own; a client's form of it stays. */
  random: string;
}

export type Mode = 'signed' | 'secret' | 'token' | 'RSA';

/** One client in one mode. */
export interface ClientRow {
  client: string;
  mode: Mode;
  /** Answers that reach its user only if the content type says how to read them. */
  needsCharset?: true;
  /** Answers other than 200 are failures of the network to it. */
  needs200?: true;
  /** Refuses answers that lack one of these. */
  needs?: readonly string[];
  /** Checks `UIDSignature` wherever it finds one, with the secret that it has. */
  checksSignatures?: true;
  send(method: string, params: Record<string, string | boolean>, who: Credentials): Wire;
}

/** The domain that clients are given. */
export const domain = 'outro.example';

// Method names without a namespace mean `socialize`.
const whole = (method: string): string => (method.includes('.') ? method : `socialize.${method}`);
const hostOf = (method: string): string => `${whole(method).split('.')[0]}.${domain}`;
/** Where a method is: the namespace is a part of the host's name. */
export const address = (scheme: string, method: string): string =>
  `${scheme}://${hostOf(method)}/${whole(method)}`;

/** The content type of a form. */
export const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
/** The time as most clients write it. */
export const seconds = ({ now }: Credentials): string => String(Math.floor(now / 1000));

/** Parameters in the order in which they were given. */
export const given = (
  params: Record<string, string | boolean>,
  say: (value: string | boolean) => string = String,
): Pairs => Object.entries(params).map(([name, value]) => [name, say(value)]);
/** The user key, where there is one. */
export const userKeyOf = ({ userKey }: Credentials): Pairs =>
  userKey ? [['userKey', userKey]] : [];
