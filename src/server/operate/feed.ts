import { setTimeout as sleep } from 'node:timers/promises';
import { isEnvelope } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { toError } from '../../core/to-error.ts';
import { signForm } from '../caller/signature.ts';
import type { ChangeEvent } from '../errands/change-event.ts';

/** Whose changes to read, and from where. */
export interface FeedOptions {
  /** The backend's `publicUrl`. */
  url: string;
  apiKey: string;
  /** The site's secret, or that of the user key. */
  secret: string;
  userKey?: string | undefined;
  /** `cursor` of the last change that was dealt with; left out, everything since the journal's beginning. */
  after?: string | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

// Seconds that one request waits for something to happen, and milliseconds that it may take.
const wait = 20;
const limit = 40_000;

// Milliseconds until a backend that does not answer is asked again: at first, and at most.
const shortest = 500;
const longest = 60_000;

interface Page {
  changes: ChangeEvent[];
  cursor: string;
}

const isPage = (answer: object): answer is Page =>
  'changes' in answer && Array.isArray(answer.changes) && 'cursor' in answer;

const ask = async (options: FeedOptions, after: string | undefined): Promise<Page> => {
  const { url, apiKey, secret, userKey, signal, fetch = globalThis.fetch } = options;
  const address = `${url.replace(/\/+$/, '')}/outro.feed`;
  const body = await signForm(address, secret, {
    apiKey,
    wait: String(wait),
    ...(userKey !== undefined && { userKey }),
    ...(after !== undefined && { after }),
  });
  const late = AbortSignal.timeout(limit);
  const response = await fetch(address, {
    method: 'POST',
    body,
    signal: signal ? AbortSignal.any([signal, late]) : late,
  });
  const answer: unknown = await response.json();
  if (!isEnvelope(answer)) return fail('networkError', 'expected an answer of outro');
  if (answer.errorCode !== 0) throw toError(answer);
  return isPage(answer) ? answer : fail('networkError', 'expected changes and a cursor');
};

// What is wrong with the request will not change; all else is tried again.
const isFinal = (error: unknown): boolean =>
  isOutroError(error) &&
  !['serverError', 'networkError', 'requestTimeout', 'apiRateLimitExceeded'].includes(
    error.failure,
  );

/**
 * Reads what happens at a site, as it happens: `for await (const change of feed({ … }))`. It ends only with the signal;
 * a backend that does not answer is asked again. Note `change.cursor` together with what you did, and begin there.
 *
 * @throws permissionDenied, invalidSignature and whatever else is refused for good; invalidParameter when the cursor is
 *   none, another site's, or of the future
 */
export const feed = async function* (options: FeedOptions): AsyncGenerator<ChangeEvent, void> {
  const { signal } = options;
  let { after } = options;
  let pause = shortest;
  const isOver = (): boolean => signal?.aborted ?? false;
  while (!isOver()) {
    try {
      const { changes, cursor } = await ask(options, after);
      pause = shortest;
      for (const change of changes) {
        if (isOver()) return;
        yield change;
      }
      after = cursor;
    } catch (error) {
      if (isFinal(error)) throw error;
      if (isOver()) return;
      await sleep(pause * (0.5 + Math.random() / 2), undefined, signal && { signal }).catch(
        () => {},
      );
      pause = Math.min(pause * 2, longest);
    }
  }
};
