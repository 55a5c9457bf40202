import * as z from 'zod';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { hearsOf } from '../config/hears-of.ts';
import type { Transmitter } from '../config/transmitter-settings.ts';
import { streamsOf, type SiteStream } from '../outbound/streams-of.ts';
import { effectsOf } from './effects.ts';
import { digestOf, type InboundContext } from './message.ts';
import { refusalOfToken } from './refusal.ts';
import { hearToken } from './security-event.ts';
import type { Telling } from './security-token.ts';

// Tokens at once: their answer is cut at 64 KiB. Rounds of one visit at most; the next visit goes on.
const batch = 20;
const rounds = 20;

// Milliseconds after which it is looked whether another instance still has a stream, and for which a fault of a stream is said once.
const interval = 1000;
const saidFor = 3_600_000;

const answerSchema = z.object({
  sets: z.record(z.string(), z.string()).default({}),
  moreAvailable: z.boolean().default(false),
});

/** What is answered for the tokens that came: taken, or refused with the reason. */
interface Verdict {
  ack: string[];
  setErrs: Record<string, { err: string; description: string }>;
}

const tellingOf = (parts: InboundContext, { site, provider }: SiteStream): Telling | undefined => {
  const settings = site.providers[provider];
  const row = settings && hearsOf(provider, settings).find(({ kind }) => kind === 'security-event');
  if (!settings || row?.kind !== 'security-event') return undefined;
  const arrived = { parts, callId: crypto.randomUUID().replaceAll('-', ''), site, provider };
  return { ...arrived, settings, row, effects: effectsOf(arrived) };
};

/** Takes tokens one after the other, as they happened; what fails for our own reasons comes again. */
const hearAll = async (
  parts: InboundContext,
  stream: SiteStream,
  sets: Record<string, string>,
): Promise<Verdict> => {
  const verdict: Verdict = { ack: [], setErrs: {} };
  for (const [jti, token] of Object.entries(sets)) {
    const telling = tellingOf(parts, stream);
    if (!telling) break;
    try {
      await hearToken(telling, token);
      verdict.ack.push(jti);
    } catch (error) {
      if (!isOutroError(error) || error.failure === 'networkError') throw error;
      verdict.setErrs[jti] = refusalOfToken(error.details ?? error.message);
    }
  }
  return verdict;
};

const pollUrlOf = async (parts: InboundContext, stream: SiteStream): Promise<string> => {
  if (stream.transmitter.pollUrl !== undefined) return stream.transmitter.pollUrl;
  const found = await parts.streams.find(stream);
  return (
    found?.endpointUrl ??
    fail('networkError', 'stream: none is set up; outro transmitters connect sets it up')
  );
};

/**
 * Fetches what a transmitter has for a site, and takes it.
 *
 * @returns how many tokens came.
 * @throws networkError when nothing could be had, or what came could not be taken; an Error in words of the transmitter's
 * @see RFC 8936 section 2
 */
export const fetchStream = async (parts: InboundContext, stream: SiteStream): Promise<number> => {
  const url = await pollUrlOf(parts, stream);
  let verdict: Verdict = { ack: [], setErrs: {} };
  let count = 0;
  for (let round = 0; round < rounds && !parts.closing.aborted; round += 1) {
    const body = { maxEvents: batch, returnImmediately: true, ...verdict };
    const answer = await parts.streams.fetch(stream, url, body);
    if (answer.status !== 200) fail('networkError', `the transmitter answered ${answer.status}`);
    const { sets, moreAvailable } = parse(answer.body);
    const isQuiet = Object.keys(sets).length === 0;
    if (isQuiet && !moreAvailable) break;
    count += Object.keys(sets).length;
    // Said with the next fetch: what was not taken by then comes again.
    verdict = await hearAll(parts, stream, sets);
  }
  return count;
};

const parse = (body: string): z.output<typeof answerSchema> => {
  try {
    return answerSchema.parse(JSON.parse(body));
  } catch (cause) {
    return fail('networkError', 'the transmitter answered what is no list of tokens', { cause });
  }
};

/** Fetches of one stream: when the next may be, and what was said of the last. */
interface Turn {
  nextAt: number;
  said?: { reason: string; until: number };
}

const wordsOf = (error: unknown): string =>
  isOutroError(error) ? (error.details ?? error.message) : (error as Error).message;

/**
 * Makes what fetches the events of all streams that want it, each when its time has come, on one instance at a time.
 *
 * @returns a function that never rejects, and gives how many tokens came.
 */
export const createPolls = (parts: InboundContext): (() => Promise<number>) => {
  const { sites, store, logMend, closing } = parts;
  const streams = [...sites.values()]
    .flatMap(streamsOf)
    .filter(({ transmitter }) => transmitter.delivery === 'poll');
  const turns = new Map<SiteStream, Turn>();
  const isMine = (stream: SiteStream, { pollEvery }: Transmitter): Promise<boolean> => {
    const id = digestOf(JSON.stringify([stream.site.apiKey, stream.provider]));
    return store.exits.seeOnce('poll', id, new Date(Date.now() + pollEvery * 1000));
  };
  const complain = (turn: Turn, { site, provider }: SiteStream, reason: string): void => {
    if (turn.said?.reason === reason && turn.said.until > Date.now()) return;
    turn.said = { reason, until: Date.now() + saidFor };
    logMend({ site: site.apiKey, provider, about: 'security events', reason });
  };
  const visit = async (stream: SiteStream): Promise<number> => {
    const turn = turns.get(stream) ?? { nextAt: 0 };
    turns.set(stream, turn);
    if (turn.nextAt > Date.now() || closing.aborted) return 0;
    try {
      const isTaken = !(await isMine(stream, stream.transmitter));
      turn.nextAt = Date.now() + (isTaken ? interval : stream.transmitter.pollEvery * 1000);
      return isTaken ? 0 : await fetchStream(parts, stream);
    } catch (error) {
      complain(turn, stream, wordsOf(error));
      return 0;
    }
  };
  return async () => {
    const counts = await Promise.all(streams.map(visit));
    return counts.reduce((sum, count) => sum + count, 0);
  };
};
