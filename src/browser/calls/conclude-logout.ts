import { success, type Envelope } from '../../core/envelope.ts';
import type { OutroError } from '../../core/error.ts';
import type { Receipt, Step, StepStatus } from '../../core/receipt.ts';
import type { ClientConfig } from '../config.ts';
import type { Logout } from '../logout.ts';
import type { Presence } from '../presence.ts';
import { createId } from '../request.ts';
import { mayHideSession } from './hidden-session.ts';
import type { TicketStorage } from './ticket-storage.ts';

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

const nothingToEnd = (scope: Logout['scope'], isUnsure: boolean): Receipt => [
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
  config: ClientConfig,
  presence: Presence,
  storage: TicketStorage,
  logout: Logout,
  answers: Promise<Envelope>[],
): Promise<Envelope> => {
  const { ways, scope, isClear } = logout;
  const said = await Promise.all(
    ways.map(async ({ kept }, index) => {
      try {
        const answer = await (answers[index] as Promise<Envelope>);
        void kept?.then((ticket) => storage.settle(ticket, true));
        return answer;
      } catch (error) {
        const isKept = await storage.settle(await kept, false);
        // Its ticket may be taken from now on, and nobody who looked before has seen it.
        presence.epoch += 1;
        return success({ receipt: unconfirmed(scope, error as OutroError, isKept) });
      }
    }),
  );
  const receipt = ways.length
    ? merge(said.map((one) => one.receipt ?? []))
    : nothingToEnd(scope, await mayHideSession(config, presence.session));
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
