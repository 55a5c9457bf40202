import { success, type Envelope } from '../core/envelope.ts';
import type { OutroError } from '../core/error.ts';
import type { Receipt, Step, StepStatus } from '../core/receipt.ts';
import type { ClientConfig } from './config.ts';
import { attempt } from './page.ts';
import type { Presence } from './presence.ts';
import { ask, type Answered, type Limits, type WireParams } from './request.ts';
import type { Settle } from './ticket.ts';

/** What a logout is given, once it is known to make sense. */
export interface LogoutParams {
  sessions: 'this' | 'all';
  forceProvidersLogout?: boolean | string | undefined;
  cid?: string | undefined;
}

/** A logout that has happened here and is being told to the backend, once for each session that this page could see. */
export interface Logout {
  scope: 'this' | 'all';
  ways: { params: WireParams; answered: Promise<Answered>; settle: Settle }[];
  /** Nothing of the session can be read here any more. */
  isClear: boolean;
  /** A session that this page cannot see may go on. */
  isUnsure: boolean;
}

// Milliseconds beyond its limit in which a request may still arrive, and its ticket belongs to this tab.
const grace = 1000;

/** A new id, 32 hex digits, as of a call; not a secret. */
export const createId = (): string =>
  attempt(() => crypto.randomUUID().replaceAll('-', '')) ??
  Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');

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
  const { session, tickets, ticket } = presence;
  const { credentials, isVendors } = config;
  const force = forceProvidersLogout === undefined ? undefined : String(forceProvidersLogout);
  const time = Math.max(0, limits.end - performance.now()) + grace;
  const tokens = credentials ? [undefined] : session.tokens();
  const isUnsure = !tokens.length && session.mayBeHidden();
  const keep = (token: string | undefined): Settle => {
    const of = token === undefined ? ticket && { ticket } : { token };
    return of && !isVendors ? tickets.keep(of, { sessions, force }, time) : async () => false;
  };
  const kept = tokens.map(keep);
  const isClear = tokens.length ? presence.leave() : true;
  const ways = tokens.map((token, index) => {
    const params = {
      cid,
      sessions,
      forceProvidersLogout: force,
      login_token: token,
      idempotencyKey: isVendors ? undefined : createId(),
    };
    const answered = ask(config, 'socialize.logout', params, limits);
    // Whoever waits for it hears of its failure.
    answered.catch(() => {});
    return { params, answered, settle: kept[index] as Settle };
  });
  return { scope: sessions, ways, isClear, isUnsure };
};

const hidden =
  'a session may go on that scripts of this page cannot see; end it at your server, or make the client with credentials: true';

const nobody = 'nobody is signed in here, so nothing says whose the others are';

// Only what was seen to be over everywhere is over: the least certain counts.
const order: StepStatus[] = ['failed', 'unsupported', 'pending', 'asked', 'done'];
const rank = ({ status }: Step): number => order.indexOf(status) + 1 || 9;

const merge = (receipts: Receipt[]): Receipt => {
  const steps = new Map<string, Step>();
  for (const step of receipts.flat()) {
    const name = `${step.step} ${step.provider} ${step.identity}`;
    const other = steps.get(name);
    if (!other || rank(step) < rank(other)) steps.set(name, step);
  }
  return [...steps.values()];
};

// What is said of a session whose end the backend did not confirm.
const unconfirmed = (scope: Logout['scope'], error: OutroError, isKept: boolean): Receipt => {
  // What is wrong with the request will not change; all else is tried again.
  const isFinal = error.code > 400_000 && error.code < 403_000;
  const status = isKept && !isFinal ? 'pending' : 'failed';
  const about = { status, reason: `only here: ${error.message}` } as const;
  return [
    { step: 'session', ...about },
    ...(scope === 'all' ? [{ step: 'sessions', ...about } as const] : []),
  ];
};

const nothingToEnd = ({ scope, isUnsure }: Logout): Receipt => [
  isUnsure
    ? { step: 'session', status: 'unsupported', reason: hidden }
    : { step: 'session', status: 'already' },
  ...(scope === 'all' ? [{ step: 'sessions', status: 'failed', reason: nobody } as const] : []),
];

/**
 * Waits for what the backend says of a logout, once for each session, and says what is over now.
 *
 * @param answers in the order of its `ways`.
 */
export const concludeLogout = async (
  presence: Presence,
  logout: Logout,
  answers: Promise<Envelope>[],
): Promise<Envelope> => {
  const { ways, scope, isClear } = logout;
  const said = await Promise.all(
    ways.map(async ({ settle }, index) => {
      try {
        const answer = await (answers[index] as Promise<Envelope>);
        void settle(true);
        return answer;
      } catch (error) {
        const isKept = await settle(false);
        // Its ticket may be taken from now on, and nobody who looked before has seen it.
        presence.epoch += 1;
        return success({ receipt: unconfirmed(scope, error as OutroError, isKept) });
      }
    }),
  );
  const receipt = ways.length ? merge(said.map((one) => one.receipt ?? [])) : nothingToEnd(logout);
  if (!isClear)
    for (const step of receipt)
      if (step.step === 'session')
        step.reason = `${step.reason ? `${step.reason}; ` : ''}its cookie can still be read here`;
  const departures = new Map(
    said.flatMap((one) => one.departures ?? []).map((one) => [one?.provider, one]),
  );
  return {
    callId: createId(),
    ...Object.assign({}, ...said),
    errorCode: 0,
    receipt,
    ...(departures.size && { departures: [...departures.values()] }),
  } as Envelope;
};

/**
 * Whether a logout is an event: something was over by it, or it is the first since anybody was seen to be signed in.
 * One that ends nothing, called by whoever hears of one, must not be heard for ever.
 */
export const isNews = (
  presence: Presence,
  { ways }: Logout,
  { receipt = [] }: Envelope,
): boolean => {
  const ended =
    ways.some(({ params }) => params['login_token']) ||
    receipt.some(({ step, status }) => step === 'session' && status === 'done');
  const isFirst = !presence.isOutTold;
  presence.isOutTold = true;
  return ended || isFirst;
};
