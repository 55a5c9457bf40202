import { isEnvelope, type Envelope } from '../core/envelope.ts';
import type { Receipt, StepName, StepStatus } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import type { Happened } from './events.ts';
import type { Presence } from './presence.ts';
import { ask, createId, type Answered, type Limits, type WireParams } from './request.ts';
import type { KeptTicket } from './ticket.ts';

/** What a logout is given, once it is known to make sense. */
export interface LogoutParams {
  sessions?: string;
  forceProvidersLogout?: boolean | string | undefined;
  cid?: string | undefined;
}

/** A logout that has happened here and is being told to the backend, once for each session that this page could see. */
export interface Logout {
  scope: 'this' | 'all';
  ways: {
    params: WireParams;
    answered: Promise<Answered>;
    /** Its ticket, where one can be had. */
    kept: Promise<KeptTicket | undefined> | undefined;
  }[];
  /** Nothing of the session can be read here any more. */
  isClear: boolean;
}

// Milliseconds beyond its limit in which a request may still arrive, and its ticket belongs to this tab.
const grace = 1000;

/**
 * Ends the session in this browser, whatever happens on the network, tells the other tabs, and sends the backend what
 * ends it there: all before this returns, so that nothing that happens to the page afterwards can keep it from that.
 *
 * @see design.md section 5
 */
export const beginLogout = (
  config: ClientConfig,
  presence: Presence,
  { sessions, forceProvidersLogout, cid }: LogoutParams,
  limits: Limits,
): Logout => {
  const { session, ticket, tickets } = presence;
  const { credentials, isVendors } = config;
  const scope = /^all$/i.test(String(sessions)) ? 'all' : 'this';
  const force = forceProvidersLogout?.toString();
  const time = limits.end - performance.now() + grace;
  const tokens = credentials ? [undefined] : session.tokens();
  const keeping = tokens.map((token) =>
    isVendors ? undefined : tickets.keep({ token, ticket }, { sessions: scope, force }, time),
  );
  const isClear = !tokens.length || presence.leave();
  const ways = tokens.map((token, index) => {
    const params = {
      cid,
      sessions: scope,
      forceProvidersLogout: force,
      login_token: token,
      idempotencyKey: isVendors ? undefined : createId(),
    };
    const answered = ask(config, 'socialize.logout', params, limits);
    // Whoever waits for it hears of its failure.
    answered.catch(() => {});
    return { params, answered, kept: keeping[index]?.catch(() => undefined) };
  });
  return { scope, ways, isClear };
};

/**
 * Says what is over where the rest of the client did not come: no more than was seen.
 *
 * @param reason why it did not come.
 * @param isLate what was sent is not waited for any more.
 */
export const concludeAlone = async (
  { tickets }: Presence,
  { ways, scope, isClear }: Logout,
  reason: string,
  isLate: boolean,
): Promise<Envelope> => {
  let all: Partial<Envelope> = {};
  const receipt: Receipt = [];
  const say = (status: StepStatus, step: StepName = 'session', provider?: string): unknown =>
    receipt.push({ step, status, reason, ...(provider && { provider }) });
  for (const { answered, kept } of ways) {
    const answer = isLate || (await answered.catch(() => undefined))?.answer;
    const ticket = await kept;
    const isDone = isEnvelope(answer) && answer.errorCode === 0;
    if (isDone) {
      const { departures, receipt: steps = [], ...fields } = answer;
      all = fields;
      receipt.push(...steps);
      for (const one of departures ?? []) say('failed', 'provider-session', one?.provider);
      if (ticket) tickets.note(ticket, true);
    } else {
      const status = ticket && tickets.isNoted(ticket) ? 'pending' : 'failed';
      say(status);
      if (scope === 'all') say(status, 'sessions');
    }
  }
  // Whether one goes on that nobody here can see takes the rest to know.
  if (!ways.length) say('unsupported');
  if (!isClear) say('failed');
  return { callId: createId(), ...all, errorCode: 0, receipt };
};

/**
 * The event of a logout, where it is one: something was over by it, or it is the first since anybody was seen to be signed
 * in. One that ends nothing, called by whoever hears of one, must not be heard for ever.
 */
export const newsOf = (
  presence: Presence,
  { ways }: Logout,
  { receipt = [] }: Envelope,
): Happened | undefined => {
  const ended =
    ways.some(({ params }) => params['login_token']) ||
    receipt.some(({ step, status }) => step === 'session' && status === 'done');
  const isFirst = !presence.isOutTold;
  presence.isOutTold = true;
  return ended || isFirst ? { eventName: 'logout', context: null } : undefined;
};
