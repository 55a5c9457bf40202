import type { OutroError } from '../../core/error.ts';
import type { Receipt, Step } from '../../core/receipt.ts';
import type { Client } from '../client.ts';
import { attempt } from '../page.ts';

// Milliseconds between questions about what is due, and that an attempt takes from when it is; ever more, but how many
// there are at most: where the page hears events, the end comes by itself.
const shortest = 1000;
const longest = 60_000;
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
  const wait = (isNow = false): void => {
    clearTimeout(timer);
    const due = known.flatMap(({ status, retryAt = '' }) =>
      status === 'pending' ? Date.parse(retryAt) || 0 : [],
    );
    if (!callId || signal.aborted || due.length === 0 || asked >= questions) return;
    const again = Math.min(longest, shortest * 2 ** asked);
    // What is old has to be heard of once before it says when it is due.
    const next = isOld && known === receipt ? 0 : Math.min(...due) + shortest - Date.now();
    timer = setTimeout(() => void ask(), isNow ? 0 : Math.max(again, next));
  };
  const hear = (now: Receipt): void => {
    known = merge(known, now);
    heard(known);
    wait();
  };
  const ask = async (): Promise<void> => {
    const before = known;
    asked += 1;
    try {
      const { receipt: now } = await client.getReceipt({ callId, signal });
      // An answer that was overtaken says what was.
      if (known === before) hear(now);
    } catch (error) {
      // Who may not ask, as after a logout, keeps what is known; that nobody answered, or knows it yet, is no news.
      if ((error as OutroError).failure !== 'unauthorizedUser') wait();
    }
  };
  const stop = client.on('receipt', (event) => {
    if (event.callId === callId) hear(event.receipt);
  });
  attempt(() => window.addEventListener('online', () => wait(true), { signal }));
  wait(isOld);
  return () => {
    clearTimeout(timer);
    life.abort();
    stop();
  };
};
