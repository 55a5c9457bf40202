// oxlint-disable unicorn/prefer-add-event-listener -- nobody else can listen to what is made here, and each costs bytes
import { success, type Envelope } from '../core/envelope.ts';
import type { OutroError } from '../core/error.ts';
import type { ClientConfig } from './config.ts';
import { requestOf } from './request.ts';

/** Which sessions a logout ends: this one, all others, or all of the account's. */
export type SessionScope = 'this' | 'others' | 'all';

/**
 * What came of the logout that kept a ticket: if the backend confirmed it the ticket is forgotten, else it may be
 * redeemed from now on.
 *
 * @returns whether the ticket was kept, so that it outlives even a browser that is killed.
 */
export type Settle = (isConfirmed: boolean) => Promise<boolean>;

/**
 * Leave tickets of this browser: what is left to do at the backend for people who are already out here. A ticket can
 * end the session that it was made from, or all of the account's, and nothing else; it does not lead back to the
 * session token.
 *
 * @see design.md section 5
 */
export interface Tickets {
  /**
   * Keeps the ticket of a token: written also when the page is left at once, if `redeem` has met the token before.
   * Insecure origins cannot make one.
   */
  keep(token: string, scope: SessionScope): Settle;
  /**
   * Sends what waits, each ticket once at a time, and forgets what the backend confirms; makes the ticket of a token
   * ahead of time, so that `keep` needs to wait for nothing.
   *
   * @returns whether the ticket of this token waits: it is out, and a browser that was killed has brought it back.
   */
  redeem(token: string | undefined): Promise<boolean>;
}

const answerOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });

/**
 * Looks after the tickets of one site key, in a database of the page's origin: local storage is written seconds later,
 * and pages like to clear it when somebody leaves.
 */
export const createTickets = (config: ClientConfig, window: Window | null | undefined): Tickets => {
  const made: Record<string, string> = {};
  // What a logout or a redemption of this page is about to settle.
  const sending = new Set<string | undefined>();
  let database: IDBDatabase | undefined;

  const prepare = async (token: string | undefined): Promise<void> => {
    if (token && !made[token]) {
      const text = new TextEncoder().encode(`outro leave ticket ${token}`);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
      made[token] = btoa(String.fromCharCode(...hash));
    }
    if (database) return;
    const request = (window as Window).indexedDB.open(`outro_${config.apiKey}`);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('tickets', { keyPath: 'ticket' });
      // Who is not signed in leaves no empty database behind.
      if (!token) request.transaction?.abort();
    };
    const opened = await answerOf(request);
    // Who deletes databases must not have to wait for this page.
    opened.onclose = opened.onversionchange = () => {
      opened.close();
      database = undefined;
    };
    database = opened;
  };
  const change = (act: (tickets: IDBObjectStore) => void): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const transaction = (database as IDBDatabase).transaction('tickets', 'readwrite', {
        durability: 'strict',
      });
      act(transaction.objectStore('tickets'));
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = reject;
      // A page that is left now has no later turn in which it would be committed.
      transaction.commit?.();
    });
  const drop = (ticket: string): Promise<boolean> => change((tickets) => tickets.delete(ticket));

  return {
    keep(token, sessions) {
      const write = async (): Promise<boolean> => {
        if (!database || !made[token]) await prepare(token);
        const ticket = made[token];
        sending.add(ticket);
        return change((all) => all.put({ ticket, sessions, since: Date.now() }));
      };
      // A database that does not answer holds nobody up.
      const late = new Promise<false>((resolve) => setTimeout(resolve, 999, false));
      const kept = Promise.race([write(), late]).catch(() => false);
      return async (isConfirmed) => {
        const isKept = await kept;
        const ticket = made[token];
        sending.delete(ticket);
        if (isConfirmed && isKept) drop(ticket as string).catch(() => {});
        return isKept;
      };
    },
    async redeem(token) {
      await prepare(token);
      const store = database?.transaction('tickets').objectStore('tickets');
      const kept = store ? await answerOf(store.getAll()) : [];
      for (const { ticket, sessions, since } of kept) {
        if (sending.has(ticket)) continue;
        sending.add(ticket);
        // What was signed in after the logout is not meant.
        const age = Math.floor(Math.max(0, Date.now() - since) / 1000);
        config
          .fetch(`${config.origin}/socialize.redeemLeaveTicket`, {
            ...requestOf(config, { ticket, sessions, age }),
            keepalive: true,
            signal: AbortSignal.timeout(config.timeout),
          })
          .then((answer) => answer.json())
          .then(({ errorCode }: Envelope) => errorCode === 0 && drop(ticket))
          .catch(() => {})
          .finally(() => sending.delete(ticket));
      }
      return kept.some(({ ticket }) => ticket === made[`${token}`]);
    },
  };
};

/**
 * The answer of a logout that the backend did not confirm: this browser is out, the rest is said plainly.
 *
 * @param isKept whether a ticket waits to finish it.
 */
export const unconfirmed = ({ code, message }: OutroError, isKept: boolean): Envelope => {
  const reason = `only here: ${message}`;
  // A refusal will not change; all else is tried again.
  const status = isKept && code >= 500_000 ? 'pending' : 'failed';
  return success({ receipt: [{ step: 'session', status, reason }] });
};
