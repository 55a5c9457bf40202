import { success, type Envelope } from '../core/envelope.ts';
import type { OutroError } from '../core/error.ts';

/** Which sessions a logout ends: this one, all others, or all of the account's. */
export type SessionScope = 'this' | 'others' | 'all';

/**
 * Leave tickets of this browser: what is left to do at the backend for people who are already out here. A ticket can
 * end the session that it was made from, or all of the account's, and nothing else; it does not lead back to the
 * session token.
 *
 * @see design.md section 5
 */
export interface Tickets {
  /** Makes the ticket of a token ahead of time, so that `keep` needs to wait for nothing. */
  prepare(token: string): Promise<unknown>;
  /**
   * Keeps the ticket of a token until it is dropped, also when page and browser close: before it returns, if it was
   * prepared. Gives whether it is kept; pages of insecure origins have no means to make one.
   */
  keep(token: string, scope: SessionScope): Promise<boolean>;
  /** Forgets a ticket, or the one made from a token. */
  drop(ticketOrToken: string): void;
  /** Names in storage of the tickets that wait: the last word is the ticket; the value is its scope and since when, ms. */
  kept(): string[];
}

/** Looks after the tickets of one site key, each under a name of its own in the page's local storage. */
export const createTickets = (window: Window | null | undefined, apiKey: string): Tickets => {
  const prefix = `outro_leave_${apiKey} `;
  const made: Record<string, string> = {};
  const nameOf = (one: string): string => prefix + (made[one] ?? one);
  // Where there is no storage, or a full one, the request that is on its way is all there is.
  const use = <Value>(act: (storage: Storage) => Value): Value | undefined => {
    try {
      return window ? act(window.localStorage) : undefined;
    } catch {
      return undefined;
    }
  };
  const tickets: Tickets = {
    async prepare(token) {
      const text = new TextEncoder().encode(`outro leave ticket ${token}`);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
      made[token] = btoa(String.fromCharCode(...hash));
    },
    async keep(token, scope) {
      if (!made[token]) await tickets.prepare(token);
      use((storage) => storage.setItem(nameOf(token), `${scope} ${Date.now()}`));
      return tickets.kept().includes(nameOf(token));
    },
    drop: (one) => use((storage) => storage.removeItem(nameOf(one))),
    kept: () =>
      use((storage) => Object.keys(storage).filter((name) => name.startsWith(prefix))) ?? [],
  };
  return tickets;
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
