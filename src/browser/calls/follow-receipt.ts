import { isOutroError } from '../../core/is-outro-error.ts';
import type { Receipt, Step } from '../../core/receipt.ts';
import type { Client } from '../client.ts';
import { attempt } from '../page.ts';

// Milliseconds between questions about what is due: ever more, and one at most waits so long for what is due later.
const shortest = 1000;
const longest = 60_000;
const longestDue = 3_600_000;

// Milliseconds that an attempt takes, from when it is due.
const attemptTime = 1000;

// Where the page hears events, the end comes by itself.
const questions = 30;

const isSame = (one: Step, other: Step): boolean =>
  one.step === other.step && one.provider === other.provider && one.identity === other.identity;

/** A receipt as it stands with what is known now; the backend knows nothing of the steps in the browser. */
const merge = (receipt: Receipt, now: Receipt): Receipt =>
  receipt.map((step) => now.find((one) => isSame(one, step)) ?? step);

/**
 * Follows what is pending in a receipt until it has an end: hears it, and asks when it is due, and when the browser has a
 * network again. What ended before the page's stream was open, or while it was away, is told by the answers.
 *
 * @param heard is told the receipt as it stands by then.
 * @param isOld asks at once: it may have ended before anybody followed it.
 * @returns what ends it.
 */
export const followReceipt = (
  client: Client,
  callId: string,
  receipt: Receipt,
  heard: (receipt: Receipt) => void,
  isOld = false,
): (() => void) => {
  const life = new AbortController();
  const { signal } = life;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let known = receipt;
  // Goes up with everything heard: an answer that was overtaken says what was.
  let epoch = 0;
  let isSure = !isOld;
  const findDue = (): number[] =>
    known.flatMap(({ status, retryAt = '' }) =>
      status === 'pending' ? Date.parse(retryAt) || 0 : [],
    );
  const wait = (): void => {
    clearTimeout(timer);
    const due = findDue();
    if (signal.aborted || due.length === 0 || asked >= questions) return;
    const time = Math.min(...due) + attemptTime - Date.now();
    const again = Math.min(longest, shortest * 2 ** asked);
    timer = setTimeout(() => void ask(), Math.min(longestDue, Math.max(again, isSure ? time : 0)));
  };
  const hear = (now: Receipt): void => {
    if (signal.aborted) return;
    epoch += 1;
    isSure = true;
    known = merge(known, now);
    heard(known);
    wait();
  };
  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    asked += 1;
    const before = epoch;
    try {
      const { receipt: now } = await client.getReceipt({ callId, signal });
      if (epoch === before) hear(now);
    } catch (error) {
      // Who may not ask, as after a logout, keeps what is known; that nobody answered, or knows it yet, is no news.
      if (!isOutroError(error) || error.failure !== 'unauthorizedUser') wait();
    }
  };
  const stop = client.on('receipt', (event) => {
    if (event.callId === callId) hear(event.receipt);
  });
  if (callId !== '') {
    attempt(() =>
      window.addEventListener('online', () => void (findDue().length > 0 && ask()), { signal }),
    );
    if (isOld) void ask();
    else wait();
  }
  return () => {
    clearTimeout(timer);
    life.abort();
    stop();
  };
};
