import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Hears } from '../../providers/hears.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Site } from '../config/sites.ts';
import type { Revoker } from '../errands/attempt.ts';
import type { KeySets } from './token.ts';

/** What receivers of providers' messages are given. */
export interface InboundContext extends ServerContext {
  keySets: KeySets;
  revoker: Revoker;
}

/** A message that arrived for a provider of a site, before anything in it is believed. */
export interface InboundMessage<Row extends Hears = Hears> {
  parts: InboundContext;
  callId: string;
  site: Site;
  /** Provider id as the site has configured it. */
  provider: string;
  settings: Site['providers'][string];
  row: Row;
  method: string;
  url: URL;
  headers: Headers;
  /** The last part of the address, behind the kind, if there is one. */
  key: string;
  /** At most 64 KiB; empty for GET. */
  body: string;
}

/** Answers one kind of message; what it throws is told to the provider as an error. */
export type Receiver<Row extends Hears> = (message: InboundMessage<Row>) => Promise<Response>;

/**
 * A person's or session's id as a message has it: text, or a whole number that JSON does not round.
 *
 * @returns `undefined` when it is neither, empty, longer than 300 characters, or holds control characters
 */
export const idOf = (value: unknown): string | undefined => {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses; no database takes NUL
  return typeof text === 'string' && /^[^\u0000-\u001f]{1,300}$/.test(text) ? text : undefined;
};

/** SHA-256 in hexadecimal, as a name for something that nobody need read. */
export const digestOf = (value: string | Uint8Array): string =>
  createHash('sha256').update(value).digest('hex');

/** Whether two texts are the same, in a time that does not tell where they differ. */
export const isSameText = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(one)), Buffer.from(digestOf(other)));

/** Headers of every answer: nothing is stored or sniffed. */
export const inboundHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** An answer in JSON. */
export const jsonAnswer = (content: object, status = 200): Response =>
  Response.json(content, { status, headers: inboundHeaders });

/** The answer that says "heard", and by that: done, or nothing to do. */
export const heard = (status = 200, text: string | null = null): Response =>
  new Response(text, {
    status,
    headers: { ...inboundHeaders, ...(text && { 'Content-Type': 'text/plain; charset=utf-8' }) },
  });
