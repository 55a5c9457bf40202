import { expect } from 'vitest';
import type { Done } from './perform.ts';
import { keyOf } from './people.ts';
import {
  added,
  differences,
  isDone,
  liveSession,
  sessionOf,
  waysInto,
  type Row,
  type Rows,
} from './rows.ts';
import { tokenIn, type Sent } from './tabs.ts';
import type { ProviderCall, World } from './world.ts';

/** What a moment was like, from outside. */
export interface Seen {
  world: World;
  before: Rows;
  after: Rows;
  dones: Done[];
  calls: ProviderCall[];
  /** Remote events that each tab had heard when the moment began, by the list of its first listener. */
  heard: Map<object, number>;
}

interface Step {
  step: string;
  status: string;
  provider?: string;
  identity?: string;
}

export const receiptOf = (answer: object): Step[] =>
  (Reflect.get(answer, 'receipt') ?? []) as Step[];

const requestsOf = ({ dones }: Seen): { done: Done; one: Sent }[] =>
  dones.flatMap((done) => done.sent.map((one) => ({ done, one })));

/** Requests that were carried out, and not answered from what an earlier one had been. */
export const carriedOut = (seen: Seen) =>
  requestsOf(seen).filter(({ done, one }) => one.answer.errorCode === 0 && !done.isReplay);

export const isNamed = (path: string, name: string): boolean =>
  path.toLowerCase().endsWith(`.${name.toLowerCase()}`);

// A row that says that a receipt is finished is no change of its own.
const changesIn = (before: Rows, after: Rows): Row[] =>
  added('journal', before, after).filter((row) => row['finishes'] === null);

const reads = [
  'getUserInfo',
  'getAccountInfo',
  'explainRemoval',
  'getDeparture',
  'getReceipt',
  'feed',
];
const isRead = ({ path }: Sent): boolean =>
  [...reads, 'exchangeUIDSignature'].some((name) => isNamed(path, name));

// It takes the tokens back that it brought, and says so in the journal.
const isRefusedSignIn = ({ path, answer }: Sent): boolean =>
  isNamed(path, 'notifyLogin') && answer.errorCode === 403002;

/** Promise 1: with `fail` no account loses its last way in. */
export const nobodyIsLockedOut = (seen: Seen): void => {
  const { before, after } = seen;
  const lost = after.accounts.filter(
    ({ id }) => waysInto(before, id) > 0 && waysInto(after, id) === 0,
  );
  if (lost.length === 0) return;
  const forgiving = requestsOf(seen).flatMap(({ one }) => {
    const body = new URLSearchParams(one.body);
    const handling = body.get('lastIdentityHandling');
    const isRemoval = isNamed(one.path, 'removeConnection') && handling !== 'fail';
    const isForced = isNamed(one.path, 'setAccountInfo') && handling === 'remove';
    return isRemoval || isForced || isNamed(one.path, 'unlink') ? [one.answer.callId] : [];
  });
  const journal = changesIn(before, after);
  for (const { id } of lost) {
    const own = journal.filter((row) => row['account'] === String(id));
    const isMeant = own.some(
      (row) => row['actor'] === 'provider' || forgiving.includes(String(row['call_id'])),
    );
    expect(isMeant, `promise 1: account ${String(id)} lost its last way in under fail`).toBe(true);
  }
};

/** Promise 2: who was refused, or only asked, has changed nothing. */
const allOrNothing = (seen: Seen): void => {
  const { before, after, dones, calls } = seen;
  const requests = requestsOf(seen);
  const idle = requests.filter(
    ({ done, one }) =>
      (one.answer.errorCode !== 0 && !isRefusedSignIn(one)) || isRead(one) || done.isReplay,
  );
  const acts = dones.filter(({ step }) => !['load', 'online', 'provider'].includes(step.do));
  const isQuiet = acts.every(({ step }) => step.do !== 'work' && !step.do.startsWith('inbound'));
  if (isQuiet && idle.length === requests.length) {
    expect(differences(before, after), 'promise 2: a refused call has changed rows').toEqual([]);
    expect(calls, 'promise 2: a refused call has contacted a provider').toEqual([]);
  }
  const entries = changesIn(before, after).map((row) => String(row['call_id']));
  expect(new Set(entries).size, 'promise 2: one call has been carried out twice').toBe(
    entries.length,
  );
  for (const { one } of idle)
    if (!dones.some((done) => done.sent.includes(one) && done.isReplay))
      expect(entries, 'promise 2: a refused call stands in the journal').not.toContain(
        one.answer.callId,
      );
};

/** The same request again is answered with the first one's answer. */
const onceIsEnough = ({ dones, before, after }: Seen): void => {
  for (const { first, isReplay, sent, step } of dones) {
    const [one, other] = sent;
    // What is kept of a person goes with the account.
    const isForgotten = dones.some((each) => each.step.do === 'deleteAccount');
    if (isReplay && first?.errorCode === 0 && !isForgotten)
      expect(one?.answer.callId, 'a repeated request has been carried out again').toBe(
        first.callId,
      );
    if (!('twice' in step) || !step.twice || !one || !other) continue;
    const done = [one, other].filter(({ answer }) => answer.errorCode === 0);
    const isKept = done.some(({ answer }) => isDone(after, answer.callId));
    if (done.length === 2 && isKept)
      expect(one.answer.callId, 'one key, two answers').toBe(other.answer.callId);
    if (dones.length === 1)
      expect(one.answer.errorCode, 'one key, two results').toBe(other.answer.errorCode);
    const ids = new Set(done.map(({ answer }) => answer.callId));
    const rows = changesIn(before, after).filter(({ call_id }) => ids.has(String(call_id)));
    expect(rows.length, 'a request sent twice has been carried out twice').toBeLessThan(2);
  }
};

const tokenOf = ({ body }: Sent, { token }: Done): string | undefined =>
  new URLSearchParams(body).get('login_token') ?? token;

type IsMeant = (session: Row) => boolean;

// A ticket is about what there was when the person left.
const openedBefore =
  (own: Row | undefined): IsMeant =>
  ({ created_at }) =>
    !own?.['ended_at'] || new Date(created_at as Date) < new Date(own['ended_at'] as Date);

/** Promise 3: what is said to be over opens nothing, now and ever. */
const noFalseSuccess = (seen: Seen): void => {
  const { world, before, after } = seen;
  const end = (token: string | undefined): unknown => token && world.over.add(token);
  const endAll = (account: unknown, except: string | undefined, isMeant: IsMeant): void => {
    for (const token of world.tokens) {
      const session = sessionOf(before, token);
      if (session?.['account_id'] === account && token !== except && session && isMeant(session))
        end(token);
    }
  };
  for (const { done, one } of carriedOut(seen)) {
    const token = tokenOf(one, done);
    const session = token && sessionOf(before, token);
    const uid = new URLSearchParams(one.body).get('UID');
    const account = session
      ? session['account_id']
      : before.accounts.find((row) => row['uid'] === uid)?.['id'];
    const isOver = (name: string): boolean =>
      receiptOf(one.answer).some(
        ({ step, status }) => step === name && (status === 'done' || status === 'already'),
      );
    const isLogout = isNamed(one.path, 'logout') || isNamed(one.path, 'redeemLeaveTicket');
    if (!isLogout && !isNamed(one.path, 'deleteAccount')) continue;
    // A uid may have been given to another account at the same moment.
    if (!session && seen.dones.length > 1) continue;
    if (isOver('session')) end(token);
    if (isOver('sessions') && account !== undefined)
      endAll(
        account,
        isOver('session') ? undefined : token,
        isNamed(one.path, 'redeemLeaveTicket') ? openedBefore(session || undefined) : () => true,
      );
  }
  const alive = [...world.over].filter((token) => liveSession(after, token));
  expect(alive, 'promise 3: a session that was said to be over still opens').toEqual([]);
};

/** Promise 4: who leaves is out here, whatever the network did. */
const outAtOnce = ({ world, after, dones }: Seen): void => {
  for (const { step, tab, token, response, failure, sent } of dones) {
    if (step.do !== 'logout' || !tab || !token) continue;
    if (step.params.sessions === 'others') {
      if (step.trouble === 'offline')
        expect(failure?.code, 'promise 4: others cannot be ended offline').toBeGreaterThan(0);
      continue;
    }
    // Promise 13: whoever else is signed in by now is not logged out by a page that has read another.
    if (failure && /somebody else|^UID/.test(failure.details ?? '')) continue;
    expect(response?.errorCode, 'promise 4: a logout has failed').toBe(0);
    expect(tokenIn(tab, world.site), 'promise 4: the token is still in the browser').not.toBe(
      token,
    );
    const [first] = receiptOf(response ?? {});
    // Its ticket gone when the call gave up, it says `failed`: another tab had redeemed it meanwhile.
    const isRedeemed = step.trouble === 'offline' && !liveSession(after, token);
    expect(['done', 'already', 'pending', isRedeemed && 'failed']).toContain(first?.status);
    // A page that has read nobody speaks for whoever has signed in by the time that it knows whose session this is.
    const ended = sent.flatMap(({ path, body }) =>
      isNamed(path, 'logout') ? (new URLSearchParams(body).get('login_token') ?? []) : [],
    );
    for (const one of ended.length > 0 ? ended : [token]) world.pending.add(one);
  }
};

/** Promise 6: no call for a link that the person has made since, or never took back. */
const neverTheNewLink = ({ before, calls }: Seen): void => {
  const old = new Map(before.identities.map((row) => [row['id'], row['generation']]));
  for (const { linked } of calls)
    for (const { id, generation } of linked)
      expect(old.get(id), 'promise 6: a living permission was taken back').not.toBe(
        Number(generation),
      );
};

const goneIn = (answer: Sent['answer']): string[] =>
  receiptOf(answer).flatMap(({ step, provider, identity }) =>
    step === 'identity' ? [keyOf(provider, identity)] : [],
  );

const isLinked = (rows: Rows, person: string): boolean =>
  rows.identities.some(
    (row) => row['state'] === 'linked' && keyOf(row['provider'], row['provider_uid']) === person,
  );

/** Promise 7: what began before a removal does not bring the identity back. */
const goneStaysGone = (seen: Seen): void => {
  const { world, after } = seen;
  const now = world.moments.at(-1) ?? 0;
  const gone = new Set(
    // Asking what would be over, or what was, ends nothing.
    carriedOut(seen).flatMap(({ one }) => (isRead(one) ? [] : goneIn(one.answer))),
  );
  const signIns = seen.dones.filter(
    ({ step, sent }) => step.do === 'signIn' && sent[0]?.answer.errorCode === 0,
  );
  for (const person of gone) {
    const own = signIns.filter(({ persons }) => persons?.includes(person));
    // All that came at once with the removal had begun before it.
    const isOld = own.every(({ startedAt }) => startedAt !== undefined && startedAt * 1000 <= now);
    if (isOld) expect(isLinked(after, person), `promise 7: ${person} is linked again`).toBe(false);
  }
};

/** Promise 8, and events: once per listener, also after one that throws. */
const everybodyHearsOnce = (seen: Seen): void => {
  for (const { step, tab, heard, context, callbacks, response, failure } of seen.dones) {
    if (!tab || !heard) continue;
    expect(callbacks, 'one callback for one call').toBe(1);
    expect(Boolean(response) !== Boolean(failure), 'one answer for one call').toBe(true);
    const isEvent = ['logout', 'removeConnection', 'unlink'].includes(step.do);
    const isHeard = isEvent && response !== undefined && response.is_unlinked !== false;
    // What is known of a person who has left meanwhile is told to nobody (1.11).
    const isMeanwhile = seen.dones.some(
      (other) =>
        other.step !== step &&
        ['logout', 'signIn'].includes(other.step.do) &&
        other.tab?.browser === tab.browser,
    );
    // A logout that ends nothing is heard the first time only (1.12).
    const isIdle =
      step.do === 'logout' &&
      receiptOf(response ?? {}).every(
        (one) => one.step !== 'session' || ['already', 'kept'].includes(one.status),
      );
    const times = isHeard ? (isMeanwhile || isIdle ? [0, 1] : [1]) : [0];
    for (const list of heard)
      expect(
        times,
        `promise 8: ${step.do} was heard otherwise than once by the page that called`,
      ).toContain(list.filter((event) => event.context === context).length);
  }
  for (const tab of seen.world.tabs) {
    const [one, other] = tab.heard;
    expect(one, 'promise 8: two listeners have heard different things').toEqual(other);
    otherTabsHear(seen, tab);
  }
};

const otherTabsHear = ({ dones, heard }: Seen, tab: Seen['world']['tabs'][number]): void => {
  const [list] = tab.heard;
  const remote = list.slice(heard.get(list) ?? 0).filter((event) => event.remote);
  const causes = (name: string): Done[] =>
    dones.filter(
      ({ tab: caller, heard: page, token, step, response }) =>
        caller &&
        // The page that called may have been loaded anew meanwhile.
        (caller !== tab || page !== tab.heard) &&
        caller.browser === tab.browser &&
        token !== undefined &&
        (name === 'logout'
          ? step.do === 'logout' && step.params.sessions !== 'others'
          : ['removeConnection', 'unlink'].includes(step.do) &&
            response?.errorCode === 0 &&
            response.is_unlinked !== false),
    );
  for (const name of ['logout', 'connectionRemoved']) {
    const count = remote.filter(({ eventName }) => eventName === name).length;
    const most = causes(name).length;
    const replaced = name === 'logout' ? tab.replaced : 0;
    expect(count, `${tab.name} heard ${name} from elsewhere too often`).toBeLessThanOrEqual(
      most + replaced,
    );
    tab.replaced -= Math.min(replaced, Math.max(0, count - most));
    const isKnown = name === 'connectionRemoved' || tab.knows;
    const [{ failure } = {}, ...more] = dones;
    // A page that finds somebody else signed in than it has read is refused, and ends nothing.
    const isAlone = more.length === 0 && most === 1 && failure === undefined;
    if (isAlone && replaced === 0 && isKnown && tab.channels.length > 0)
      expect(count, `${tab.name} did not hear ${name} from the other tab`).toBe(1);
  }
  // It has forgotten whoever was signed in.
  if (remote.some(({ eventName }) => eventName === 'logout')) tab.knows = false;
};

/** After each moment. */
export const promises: ((seen: Seen) => void)[] = [
  nobodyIsLockedOut,
  allOrNothing,
  onceIsEnough,
  noFalseSuccess,
  outAtOnce,
  neverTheNewLink,
  goneStaysGone,
  everybodyHearsOnce,
];
