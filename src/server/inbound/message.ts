import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Receipt } from '../../core/receipt.ts';
import type { Hears } from '../../providers/row.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Site } from '../config/sites.ts';
import type { Revoker } from '../errands/revoker.ts';
import type { Exits } from '../exits/exits.ts';
import type { Streams } from '../outbound/streams.ts';
import type { Transmitters } from '../outbound/transmitters.ts';
import type { ApiRequest } from '../wire/request.ts';

/** What receivers of providers' messages are given. */
export interface InboundContext extends ServerContext {
  transmitters: Transmitters;
  streams: Streams;
  revoker: Revoker;
}

/** Which of a provider's sessions are over: one, or all of a person's. */
export interface EndedAtProvider {
  issuer?: string | undefined;
  sid?: string | undefined;
  providerUid?: string | undefined;
  /** When they ended there, where the message says so: what was opened later is not meant. */
  at?: Date | undefined;
}

/** What a message may lead to, once it is believed; either may happen twice. */
export interface Effects {
  /**
   * The person has taken the permission away at the provider: the connection goes, softly, and nothing is sent there.
   *
   * @param at when it happened, where the message says so.
   * @returns what became of it; empty when nobody here is connected to that person.
   * @see design.md section 4 "soft, last identity"
   */
  removeIdentity(providerUid: string, at?: Date): Promise<Receipt>;
  /** The provider's session is over: those of ours that it had opened end with it. */
  signOut(ended: EndedAtProvider): Promise<void>;
  /**
   * All sessions of that person here that were opened before, whatever opened them.
   *
   * @returns false when nobody here is connected to that person.
   */
  endAll(providerUid: string, at: Date): Promise<boolean>;
}

/** A message that arrived for a provider of a site, before anything in it is believed. */
export interface InboundMessage<Row extends Hears = Hears> {
  parts: InboundContext;
  effects: Effects;
  callId: string;
  site: Site;
  /** Provider id as the site has configured it. */
  provider: string;
  settings: Site['providers'][string];
  row: Row;
  request: ApiRequest;
  /** The last part of the address, behind the kind, if there is one. */
  key: string;
}

/** Answers one kind of message; what it throws is told to the provider as an error. */
export type Receiver<Row extends Hears> = (message: InboundMessage<Row>) => Promise<Response>;

/**
 * A person's or session's id as a message has it: text, or a whole number that JSON does not round.
 *
 * @returns `undefined` when it is neither, empty, longer than 300 characters, or holds control characters
 *   or half of a sign
 */
export const idOf = (value: unknown): string | undefined => {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !text.isWellFormed()) return undefined;
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses; no database takes NUL
  return /^[^\u0000-\u001f]{1,300}$/.test(text) ? text : undefined;
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

/**
 * Lets something happen once per message: the same message again does nothing. It counts as seen only after it has
 * happened, so that a provider whose message met a failing store is not told that it was heard. Two copies at the
 * same moment may both act, which is why everything here may happen twice.
 *
 * @returns false when it happened before
 */
export const actOnce = async (
  exits: Exits,
  [kind, id, until]: readonly [kind: string, id: string, until: Date],
  act: () => Promise<unknown>,
): Promise<boolean> => {
  if (await exits.wasSeen(kind, id)) return false;
  await act();
  await exits.seeOnce(kind, id, until);
  return true;
};
