// oxlint-disable unicorn/prefer-add-event-listener -- nobody else can listen to what is made here
import type { ClientConfig } from '../config.ts';
import { attempt } from '../page.ts';
import type { KeptTicket, Tickets } from '../ticket.ts';

/**
 * Where tickets wait, in a database of the page's origin: local storage is written seconds later, and pages like to clear
 * it, and cookies, when somebody leaves.
 */
export interface TicketStorage {
  /**
   * Changes it in one transaction.
   *
   * @throws where there is none, or another tab holds it up
   */
  change: <Value>(act: (tickets: IDBObjectStore) => Value) => Promise<Value>;
  /** Opens it, and moves there what is noted; where there is none it is made only if it is needed. */
  open: (isNeeded: boolean) => Promise<void>;
  /**
   * Says what came of the logout that kept a ticket: if the backend confirmed it the ticket is forgotten, else it may be
   * redeemed from now on.
   *
   * @returns whether it is kept, so that it outlives even a browser that is killed.
   */
  settle: (kept: KeptTicket | undefined, isConfirmed: boolean) => Promise<boolean>;
}

// Milliseconds for a database; one that does not answer holds nobody up.
const patience = 999;

/** Opens the database of a site key's tickets when it is asked for. */
export const createTicketStorage = (
  { apiKey, preload }: ClientConfig,
  tickets: Tickets,
  window: Window | undefined,
  life: AbortSignal,
): TicketStorage => {
  let database: IDBDatabase | undefined;
  let opening: Promise<unknown> | undefined;

  const close = (): void => {
    database?.close();
    database = undefined;
  };
  life.addEventListener('abort', close);
  const connect = (isNew: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = (window as Window).indexedDB.open(`outro_${apiKey}`);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('tickets', { keyPath: 'ticket' });
        // Who is not signed in leaves no empty database behind.
        if (!isNew) request.transaction?.abort();
      };
      request.onerror = reject;
      setTimeout(reject, patience);
      request.onsuccess = () => {
        // The one that was waited for before this came late.
        close();
        database = request.result;
        // Who deletes databases must not have to wait for this page.
        database.onclose = database.onversionchange = close;
        resolve();
      };
    });
  const change: TicketStorage['change'] = (act) =>
    new Promise((resolve, reject) => {
      const transaction = (database as IDBDatabase).transaction('tickets', 'readwrite', {
        durability: 'strict',
      });
      const store = transaction.objectStore('tickets');
      const value = act(store);
      const waiting = store.count();
      transaction.oncomplete = () => {
        // A page that does not load the rest by itself has to know that something waits.
        if (preload === false) tickets.mark(waiting.result > 0);
        resolve(value);
      };
      transaction.onabort = reject;
      // A tab that was frozen within a transaction of its own does not end it.
      setTimeout(() => attempt(() => transaction.abort()), patience);
    });
  const open: TicketStorage['open'] = async (isNeeded) => {
    const noted = tickets.noted();
    // One connection, however many ask for it at once.
    const before = opening?.catch(() => {});
    opening = (async () => {
      await before;
      if (!database) await connect(isNeeded || noted.length > 0);
    })();
    await opening;
    if (noted.length === 0) return;
    await change((store) => {
      for (const kept of noted) store.put(kept);
    });
    for (const kept of noted) tickets.note(kept, true);
  };

  const settle = async (kept: KeptTicket, isConfirmed: boolean): Promise<boolean> => {
    const entry = { ...kept, until: 0, failures: 1 };
    const isNoted = tickets.isNoted(kept);
    // Where there is no database, the cookie keeps it.
    if (isConfirmed || isNoted) tickets.note(entry, isConfirmed);
    // What never left the cookie is hardly ever in the database, and whoever waits for the logout need not wait for that.
    if (isConfirmed && isNoted) await new Promise((resolve) => setTimeout(resolve));
    await open(!isConfirmed);
    await change((store) => {
      if (isConfirmed) store.delete(kept.ticket);
      else store.put(entry);
    });
    return true;
  };
  return {
    change,
    open,
    async settle(kept, isConfirmed) {
      if (!kept) return false;
      const late = new Promise<false>((resolve) => setTimeout(resolve, patience, false));
      const isKept = await Promise.race([settle(kept, isConfirmed), late]).catch(() => false);
      return isKept || tickets.isNoted(kept);
    },
  };
};
