import type { Client } from '../browser/client.ts';
import type { Receipt } from '../core/receipt.ts';

// Milliseconds between questions about a receipt, and how many there are at most: where the page hears events, the end
// comes by itself.
const shortest = 5000;
const longest = 60_000;
const questions = 30;

/**
 * Follows what is pending in a receipt until it has an end: hears it, and asks when it is due.
 *
 * @param heard is told the receipt as it stands; gives back what is left of it.
 * @returns what ends it.
 */
export const followReceipt = (
  client: Client,
  callId: string,
  receipt: Receipt,
  heard: (receipt: Receipt) => Receipt,
): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let now = receipt;
  const wait = (): void => {
    clearTimeout(timer);
    const due = now.flatMap(({ status, retryAt = '' }) =>
      status === 'pending' ? Date.parse(retryAt) || 0 : [],
    );
    if (due.length === 0 || callId === '' || asked >= questions) return;
    const time = Math.min(...due) + 2000 - Date.now();
    timer = setTimeout(() => void ask(), Math.min(longest, Math.max(shortest, time)));
  };
  const hear = (told: Receipt): void => {
    now = heard(told);
    wait();
  };
  const ask = async (): Promise<void> => {
    asked += 1;
    try {
      hear((await client.getReceipt({ callId })).receipt);
    } catch {
      // Not known yet is no news; it is asked again.
      wait();
    }
  };
  const stop = client.on('receipt', (event) => {
    if (event.callId === callId) hear(event.receipt);
  });
  wait();
  return () => {
    clearTimeout(timer);
    stop();
  };
};
