// oxlint-disable unicorn/prefer-add-event-listener -- nobody else can listen to what is asked here
import { isEnvelope } from '../../core/envelope.ts';
import type { Departure, Receipt } from '../../core/receipt.ts';
import type { Start } from '../call.ts';
import { limitsOf } from '../request.ts';
import type { KeptTicket } from '../ticket.ts';
import type { TicketStorage } from './ticket-storage.ts';

/** What the backend says of a logout that a ticket has finished. */
export interface Redeemed {
  receipt: Receipt;
  departures: Departure[];
}

type Fate = 'confirmed' | 'refused' | 'failed';

// Milliseconds that a ticket rests at most, and how often it may be refused before it is given up.
const longestRest = 3_600_000;
const refusalsAtMost = 8;

// A clock that was set back must not make one wait for ever.
const isDue = ({ until }: KeptTicket, now: number): boolean =>
  until <= now || until > now + longestRest;

/**
 * Lets a page send, whenever it looks and when the network returns, the tickets that wait.
 *
 * @param leave is told of a logout that names providers to be left: the tab that had asked for it never heard of them.
 * @returns what sends them.
 * @see design.md section 5
 */
export const createRedemption = (
  { config, presence, ask }: Pick<Start, 'config' | 'presence' | 'ask'>,
  storage: TicketStorage,
  leave: (redeemed: Redeemed) => unknown,
): ((token: string | undefined) => void) => {
  const { session, tickets, window, life } = presence;
  const { change, open } = storage;
  // What this page knew when it took the tickets that waited: only something new can have brought another.
  let settled: string | undefined;

  /** Takes those that are due, to send them within the limit; in one transaction: two tabs never send the same one. */
  const take = async (token: string | undefined): Promise<{ due: KeptTicket[]; next: number }> => {
    const now = Date.now();
    const [due, rest]: [KeptTicket[], number[]] = [[], []];
    const judge = (kept: KeptTicket): void => {
      // It is out, and a browser that was killed has brought the session's cookie back.
      if (token && kept.ticket === tickets.made[token] && session.read() === token) {
        session.clear();
        presence.hear({ eventName: 'logout' });
      }
      if (isDue(kept, now)) due.push(kept);
      else rest.push(kept.until - now);
    };
    await tickets.prepare(token).catch(() => {});
    try {
      await open(Boolean(token));
      await change((store) => {
        store.getAll().onsuccess = ({ target }) => {
          for (const kept of (target as IDBRequest<KeptTicket[]>).result) judge(kept);
          for (const kept of due) store.put({ ...kept, until: now + config.timeout });
        };
      });
    } catch {
      // Without a database there is what the cookie has.
      for (const kept of tickets.noted()) judge(kept);
    }
    return { due, next: Math.min(...rest) };
  };

  const send = async (kept: KeptTicket): Promise<Fate> => {
    const { ticket, sessions, force, since } = kept;
    // What was signed in after the logout is not meant.
    const age = Math.floor(Math.max(0, Date.now() - since) / 1000);
    const params = { ticket, sessions, forceProvidersLogout: force, age };
    // A ticket is its own proof, from whatever page: nothing else goes along.
    const limits = limitsOf(config.timeout);
    const { answer } = await ask(config, 'socialize.redeemLeaveTicket', params, limits, {
      credentials: 'omit',
    });
    if (!isEnvelope(answer)) return 'failed';
    const { errorCode, receipt = [], departures = [] } = answer;
    if (departures.length > 0) leave({ receipt, departures });
    if (errorCode === 0) return 'confirmed';
    // Too many at once, or a failure of the backend's own, is no refusal.
    return errorCode > 500_000 || /rate/i.test(answer.errorMessage ?? '') ? 'failed' : 'refused';
  };

  const release = (kept: KeptTicket, fate: Fate): void => {
    if (fate !== 'confirmed') settled = '';
    const { failures = 0, refusals = 0 } = kept;
    const refused = refusals + Number(fate === 'refused');
    // The first failure does not make the next call wait; a refusal does, for it will hardly be another one.
    const step = fate === 'refused' ? refused + 5 : failures > 1 ? failures : 0;
    const rest = step ? Math.min(1000 * 2 ** step, longestRest) : 0;
    const isOver = fate === 'confirmed' || refused >= refusalsAtMost;
    const until = Date.now() + rest;
    const entry = { ...kept, until, failures: failures + 1, refusals: refused };
    change((store) => (isOver ? store.delete(kept.ticket) : store.put(entry))).then(
      // It may have been noted only because the database was full or held up when it was taken.
      () => tickets.note(entry, true),
      () => tickets.note(entry, isOver),
    );
  };

  const redeem = async (token: string | undefined): Promise<void> => {
    const known = `${presence.epoch} ${token}`;
    if (known === settled) return;
    settled = known;
    const { due, next } = await take(token);
    if (next < Infinity)
      setTimeout(() => {
        settled = '';
        if (!life.aborted) presence.look();
      }, next);
    for (const kept of due)
      void send(kept)
        .catch((): Fate => 'failed')
        .then((fate) => release(kept, fate));
  };

  // What the browser calls online takes a moment to carry anything.
  window?.addEventListener(
    'online',
    () => {
      presence.epoch += 1;
      setTimeout(presence.look, 999);
    },
    { signal: life },
  );
  return (token) => {
    redeem(token).catch(() => {
      settled = '';
    });
  };
};
