// oxlint-disable unicorn/prefer-add-event-listener -- nobody else can listen to what is made here, and each costs bytes
import type { ClientConfig } from './config.ts';
import { readCookie, writeCookie } from './cookie.ts';
import { attempt } from './page.ts';

/** Which sessions a logout ends: this one, all others, or all of the account's. */
export type SessionScope = 'this' | 'others' | 'all';

/** What a logout asked for that may have to be asked for again. */
export interface Wish {
  sessions: SessionScope;
  /** Which sessions at providers are to end, as it travels. */
  force?: string | undefined;
}

/** A ticket that waits, as the database has it. */
export interface KeptTicket extends Wish {
  ticket: string;
  /** Milliseconds of the logout. */
  since: number;
  /** Milliseconds until which it belongs to the tab that is sending it, or rests after a failure. */
  until: number;
  /** How often it was sent in vain, and how often of these the backend has refused it. */
  failures?: number;
  refusals?: number;
}

/** What came of sending a ticket, or the logout that kept it. */
export type Fate = 'confirmed' | 'refused' | 'failed';

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
 * session token. While a tab sends one it belongs to that tab.
 *
 * @see design.md section 5
 */
export interface Tickets {
  /** Makes the ticket of a token ahead of time and opens their storage, so that `keep` needs to wait for neither. */
  prepare: (token: string | undefined) => Promise<void>;
  /**
   * Keeps the ticket of a session: written also when the page is left at once, if it was prepared. Insecure origins
   * cannot make one.
   *
   * @param of its token, or the ticket that the backend has handed out.
   * @param time milliseconds in which only this tab sends it.
   */
  keep: (of: { token: string } | { ticket: string }, wish: Wish, time: number) => Settle;
  /**
   * Takes those that are due, to send them within `time` milliseconds.
   *
   * @param isBack is called if the ticket of the given token waits: it is out, and a browser that was killed has brought
   *   the session's cookie back.
   */
  take: (
    token: string | undefined,
    time: number,
    isBack: () => void,
  ) => Promise<{ due: KeptTicket[]; next: number }>;
  /** Says what came of a ticket that was taken. */
  release: (kept: KeptTicket, fate: Fate) => void;
  /** Closes their storage. */
  close: () => void;
}

// Milliseconds that a ticket rests at most, and how often it may be refused before it is given up.
const longestRest = 3_600_000;
const refusalsAtMost = 8;

const answerOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });

// A clock that was set back must not make one wait for ever.
const isDue = ({ until }: KeptTicket, now: number): boolean =>
  until <= now || until > now + longestRest;

/**
 * Looks after the tickets of one site key, in a database of the page's origin: local storage is written seconds later,
 * and pages like to clear it when somebody leaves.
 */
export const createTickets = (
  { apiKey, document }: ClientConfig,
  window: Window | null | undefined,
): Tickets => {
  const made: Record<string, string> = {};
  let database: IDBDatabase | undefined;
  let opening: Promise<void> | undefined;

  const open = async (isNew: boolean): Promise<void> => {
    const request = (window as Window).indexedDB.open(`outro_${apiKey}`);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('tickets', { keyPath: 'ticket' });
      // Who is not signed in leaves no empty database behind.
      if (!isNew) request.transaction?.abort();
    };
    database = await answerOf(request);
    // Who deletes databases must not have to wait for this page.
    database.onclose = database.onversionchange = close;
  };
  const close = (): void => {
    database?.close();
    database = undefined;
  };
  const make = async (token: string): Promise<void> => {
    const text = new TextEncoder().encode(`outro leave ticket ${token}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
    made[token] = btoa(String.fromCharCode(...hash));
  };
  // One connection, however many ask for it at once.
  const connect = async (isNew: boolean): Promise<void> => {
    if (database) return;
    const before = opening ?? Promise.resolve();
    opening = before.catch(() => {}).then(() => (database ? undefined : open(isNew)));
    await opening;
  };
  const change = <Value>(act: (tickets: IDBObjectStore) => Value): Promise<Value> =>
    new Promise((resolve, reject) => {
      const transaction = (database as IDBDatabase).transaction('tickets', 'readwrite', {
        durability: 'strict',
      });
      const value = act(transaction.objectStore('tickets'));
      transaction.oncomplete = () => resolve(value);
      transaction.onabort = reject;
    });
  const put = (entry: KeptTicket): Promise<unknown> =>
    change((tickets) => {
      tickets.put(entry);
      // A page that is left now has no later turn in which it would be committed.
      tickets.transaction.commit?.();
    });
  // A browser that is killed may have written that the session's cookie is gone and not yet the database, but no cookie
  // without those that were set before it: until it is in the database, a ticket is noted in a cookie of its own. Where
  // there is no database, it stays there.
  const noteName = `__Host-outro_${apiKey}`;
  const note = (entry = ''): void =>
    writeCookie(
      document as Document,
      `${noteName}=${encodeURIComponent(entry)}; path=/; max-age=${entry ? 9e5 : -1}; secure`,
    );
  const noted = (): KeptTicket | undefined =>
    attempt(() => JSON.parse(readCookie(document, noteName)) as KeptTicket);

  const release: Tickets['release'] = (kept, fate) => {
    const { failures = 0, refusals = 0 } = kept;
    const refused = refusals + Number(fate === 'refused');
    // The first failure does not make the next call wait; a refusal does, for it will hardly be another one.
    const step = fate === 'refused' ? refused + 5 : failures > 1 ? failures : 0;
    const rest = step ? Math.min(1000 * 2 ** step, longestRest) : 0;
    const isOver = fate === 'confirmed' || refused >= refusalsAtMost;
    if (isOver && noted()?.ticket === kept.ticket) note();
    const until = Date.now() + rest;
    const entry = { ...kept, until, failures: failures + 1, refusals: refused };
    if (database)
      (isOver ? change((tickets) => tickets.delete(kept.ticket)) : put(entry)).catch(() => {});
  };

  return {
    async prepare(token) {
      if (token && !made[token]) await make(token);
      await connect(Boolean(token));
    },
    release,
    close,
    keep(of, wish, time) {
      const since = Date.now();
      let kept: KeptTicket | undefined;
      const write = async (): Promise<boolean> => {
        const token = 'token' in of ? of.token : undefined;
        if (token !== undefined && !made[token]) await make(token);
        const ticket = 'ticket' in of ? of.ticket : made[of.token];
        if (!ticket) return false;
        // Until then no other tab sends it: only the answer to the logout itself names the providers to be left.
        kept = { ticket, ...wish, since, until: since + time };
        note(JSON.stringify(kept));
        if (!database) await connect(true);
        await put(kept);
        if (noted()?.ticket === ticket) note();
        return true;
      };
      // A database that does not answer holds nobody up.
      const late = new Promise<false>((resolve) => setTimeout(resolve, 999, false));
      const isNoted = (): boolean => noted()?.ticket === kept?.ticket && kept !== undefined;
      const written = Promise.race([write(), late]).catch(() => false);
      return async (isConfirmed) => {
        if (isConfirmed && isNoted()) note();
        const isKept = await written;
        if (kept) release({ ...kept }, isConfirmed ? 'confirmed' : 'failed');
        return isKept || (!isConfirmed && isNoted());
      };
    },
    async take(token, time, isBack) {
      const old = noted();
      if (token && !made[token]) await make(token).catch(() => {});
      await connect(Boolean(token ?? old)).catch(() => {});
      const now = Date.now();
      if (!database) return { due: old && isDue(old, now) ? [old] : [], next: 0 };
      if (old?.ticket)
        await put(old).then(
          () => note(),
          () => {},
        );
      const [due, rest]: [KeptTicket[], number[]] = [[], []];
      // Looked at and taken in one transaction: two tabs never send the same one.
      await change((tickets) => {
        tickets.getAll().onsuccess = ({ target }) => {
          for (const kept of (target as IDBRequest<KeptTicket[]>).result) {
            if (kept.ticket === made[`${token}`]) isBack();
            if (isDue(kept, now)) {
              due.push(kept);
              tickets.put({ ...kept, until: now + time });
            } else rest.push(kept.until - now);
          }
        };
      });
      return { due, next: Math.min(...rest) };
    },
  };
};
