import { readCookies, writeCookie } from './cookie.ts';
import { attempt } from './page.ts';

/** Which sessions a logout ends: this one, all others, or all of the account's. */
export type SessionScope = 'this' | 'others' | 'all';

/** What a logout asked for that may have to be asked for again. */
export interface Wish {
  sessions: SessionScope;
  /** Which sessions at providers are to end, as it travels. */
  force?: string | undefined;
}

/** A ticket that waits. */
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

/**
 * Leave tickets of this browser: what is left to do at the backend for people who are already out here. A ticket can
 * end the session that it was made from, or all of the account's, and nothing else; it does not lead back to the
 * session token. While a tab sends one it belongs to that tab.
 *
 * They are noted in a cookie of their own: a browser that is killed may have written that the session's cookie is gone,
 * but no cookie without those that were set before it. The rest of the client moves them to a database.
 *
 * @see design.md section 5
 */
export interface Tickets {
  /** Tickets by token, as far as they have been made. */
  made: Record<string, string>;
  /** Makes the ticket of a token ahead of time, so that `keep` need not wait for it. Insecure origins cannot make one. */
  prepare: (token: string | undefined) => Promise<void>;
  /**
   * Keeps the ticket of a session, if it has one: noted before this returns, if it was prepared.
   *
   * @param of its token, or the ticket that the backend has handed out.
   * @param time milliseconds in which only this tab sends it.
   */
  keep: (
    of: { token?: string | undefined; ticket?: string | undefined },
    wish: Wish,
    time: number,
  ) => Promise<KeptTicket | undefined>;
  /** Those that are noted. */
  noted: () => KeptTicket[];
  isNoted: (kept: KeptTicket) => boolean;
  /** Notes one again, or no more. */
  note: (kept: KeptTicket, isOver?: boolean) => void;
  /** Leaves word, or takes it back, that some wait in the database. */
  mark: (isWaiting: boolean) => void;
  /** Whether any waits, as far as that is noted. */
  isWaiting: () => boolean;
}

/** Looks after the tickets of one site key, as long as the rest of the client is not there. */
export const createTickets = (document: Document | undefined, apiKey: string): Tickets => {
  const made: Record<string, string> = {};
  const name = `__Host-outro_${apiKey}`;
  const read = (): string => readCookies(document, name)[0] ?? '';
  const write = (value: string): void =>
    writeCookie(
      document,
      `${name}=${encodeURIComponent(value)}; path=/; secure; max-age=${value ? 9e5 : -1}`,
    );
  const prepare = async (token: string | undefined): Promise<void> => {
    if (!token || made[token]) return;
    const text = new TextEncoder().encode(`outro leave ticket ${token}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
    made[token] = btoa(String.fromCharCode(...hash));
  };
  // What stands there when none is noted.
  let empty = '';
  const noted = (): KeptTicket[] => attempt(() => JSON.parse(read()) as KeptTicket[]) ?? [];
  const note: Tickets['note'] = (kept, isOver) => {
    const others = noted().filter(({ ticket }) => ticket !== kept.ticket);
    const all = isOver ? others : [...others, kept];
    write(all.length ? JSON.stringify(all) : empty);
  };

  return {
    made,
    prepare,
    noted,
    note,
    isNoted: (kept) => noted().some(({ ticket }) => ticket === kept.ticket),
    mark(isWaiting) {
      empty = isWaiting ? '[]' : '';
      if (!noted().length) write(empty);
    },
    isWaiting: () => Boolean(read()),
    async keep({ token, ticket }, wish, time) {
      const since = Date.now();
      if (token && !made[token]) await prepare(token);
      const own = token ? made[token] : ticket;
      if (!own) return undefined;
      // Until then no other tab sends it: only the answer to the logout itself names the providers to be left.
      const kept = { ticket: own, ...wish, since, until: since + time };
      note(kept);
      return kept;
    },
  };
};
