// oxlint-disable unicorn/prefer-add-event-listener -- nobody else can listen to what is made here, and each costs bytes
import type { ClientConfig } from './config.ts';
import { readCookie } from './cookie.ts';

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
  /** Makes the ticket of a token ahead of time and opens their storage, so that `keep` needs to wait for neither. */
  prepare: (token: string | undefined) => Promise<void>;
  /**
   * Keeps the ticket of a token: written also when the page is left at once, if it was prepared. Insecure origins cannot
   * make one.
   */
  keep(token: string, scope: SessionScope): Settle;
  /**
   * Takes those that wait, to send them, but none that this page is about to settle.
   *
   * @param isBack is called if the ticket of the given token waits: it is out, and a browser that was killed has brought
   *   the session's cookie back.
   */
  take(token: string | undefined, isBack: () => void): Promise<KeptTicket[]>;
  /** Says whether the backend has confirmed a ticket that was taken. */
  release(ticket: string, isConfirmed?: boolean): void;
}

/** A ticket that waits. */
export interface KeptTicket {
  ticket: string;
  sessions: SessionScope;
  /** Milliseconds of the logout. */
  since: number;
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
  const { apiKey, document } = config;
  const made: Record<string, string> = {};
  // What a logout or a redemption of this page is about to settle.
  const sending = new Set<string>();
  let database: IDBDatabase | undefined;

  const prepare = async (token: string | undefined): Promise<void> => {
    if (token && !made[token]) {
      const text = new TextEncoder().encode(`outro leave ticket ${token}`);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
      made[token] = btoa(String.fromCharCode(...hash));
    }
    if (database) return;
    const request = (window as Window).indexedDB.open(`outro_${apiKey}`);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('tickets', { keyPath: 'ticket' });
      // Who is not signed in leaves no empty database behind.
      if (!token) request.transaction?.abort();
    };
    database = await answerOf(request);
    // Who deletes databases must not have to wait for this page.
    database.onclose = database.onversionchange = () => {
      database?.close();
      database = undefined;
    };
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
  // A browser that is killed may have written that the session's cookie is gone and not yet the database, but no cookie
  // without those that were set before it: until it is in the database, a ticket is noted in a cookie of its own.
  const noteName = `__Host-outro_${apiKey}`;
  const note = (entry = ''): void => {
    (document as Document).cookie =
      `${noteName}=${encodeURIComponent(entry)}; path=/; max-age=${entry ? 9e5 : -1}; secure`;
  };
  const put = async (entry: string): Promise<true> => {
    await change((tickets) => tickets.put(JSON.parse(entry)));
    note();
    return true;
  };
  const release: Tickets['release'] = (ticket, isConfirmed) => {
    // A confirmed one is never sent again, even if it is read before it is gone.
    if (isConfirmed) change((tickets) => tickets.delete(ticket)).catch(() => {});
    else sending.delete(ticket);
  };

  return {
    prepare,
    release,
    keep(token, sessions) {
      const write = async (): Promise<boolean> => {
        if (!database || !made[token]) await prepare(token);
        const ticket = `${made[token]}`;
        const entry = JSON.stringify({ ticket, sessions, since: Date.now() });
        sending.add(ticket);
        note(entry);
        return put(entry);
      };
      // A database that does not answer holds nobody up.
      const late = new Promise<false>((resolve) => setTimeout(resolve, 999, false));
      const kept = Promise.race([write(), late]).catch(() => false);
      return async (isConfirmed) => {
        if (isConfirmed) note();
        const isKept = await kept;
        release(`${made[token]}`, isConfirmed && isKept);
        return isKept;
      };
    },
    async take(token, isBack) {
      const noted = readCookie(document, noteName);
      await prepare(token || noted);
      if (noted) await put(noted).catch(() => {});
      const store = database?.transaction('tickets').objectStore('tickets');
      const kept: KeptTicket[] = store ? await answerOf(store.getAll()) : [];
      return kept.filter(({ ticket }) => {
        if (ticket === made[`${token}`]) isBack();
        return !sending.has(ticket) && sending.add(ticket);
      });
    },
  };
};
