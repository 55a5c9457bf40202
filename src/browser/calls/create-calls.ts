import { success, type Envelope } from '../../core/envelope.ts';
import { fail, toOutroError, type OutroError } from '../../core/error.ts';
import { methods, type MethodRow } from '../../core/methods.ts';
import { parseParams } from '../../core/schema.ts';
import type { WireUser } from '../../core/user.ts';
import type { Call, Calls, CreateCalls } from '../call.ts';
import type { Happened } from '../events.ts';
import { leaveProviders } from '../leave/departure.ts';
import { createId, limitsOf, type Limits, type Post, type WireParams } from '../request.ts';
import type { User } from '../user.ts';
import { concludeLogout } from './conclude-logout.ts';
import { createFollow } from './live.ts';
import { keepSession } from './keep-session.ts';
import { createRedemption, type Redeemed } from './redemption.ts';
import { createPost } from './transport.ts';
import { createTicketStorage } from './ticket-storage.ts';
import { toUser } from './user.ts';
import { watchCookies } from './watch-cookies.ts';

/** What a call came to, before it is handed out. */
interface Result {
  answer: Envelope;
  user?: User | undefined;
  happened?: Happened | undefined;
  goTo?: string | undefined;
}

const unreached = ['networkError', 'requestTimeout', 'operationCanceled'];

/** Makes what a client needs only when something is called: it checks, sends, reads, leaves providers. */
export const createCalls: CreateCalls = (start) => {
  const { config, presence, beginLogout, closeCall, newsOf, within } = start;
  const { document, isVendors, credentials } = config;
  const { session } = presence;
  const storage = createTicketStorage(config, presence.tickets, presence.window, presence.life);
  // Of whom the page was told that somebody else is signed in.
  let told: string | undefined;

  const send = createPost(start);
  const post: Post = async (...request) => {
    const { leaveTicket, ...answer } = await send(...request);
    if (typeof leaveTicket === 'string') presence.ticket = leaveTicket;
    return answer;
  };
  const placeOf = (limits: Limits, fullPage?: boolean) => ({
    document,
    limit: Math.max(0, limits.end - performance.now()),
    fullPage,
    post,
  });

  // Told of somebody else once; the page's next reading says who it is.
  const hearOfAnother = (): void => {
    if (told === presence.person) return;
    told = presence.person;
    presence.hear({ eventName: 'logout' });
  };
  const read = (UID: unknown): void => {
    if (typeof UID !== 'string' || !UID) return;
    if (presence.person !== undefined && presence.person !== UID) hearOfAnother();
    presence.person = UID;
    told = undefined;
    if (credentials) presence.enter();
  };

  /** Asks by the session of now, or by another that this page can see, if that one turns out to be over. */
  const carry = async (
    call: Call,
    row: MethodRow,
    params: WireParams,
    token = row.changes ? call.token : session.read(),
    tried: string[] = [],
  ): Promise<Envelope> => {
    if (!token && !credentials && row.session) {
      if (row.session !== 'optional')
        fail('unauthorizedUser', 'session: expected a signed-in user; sign in first');
      return success();
    }
    const { epoch } = presence;
    const request = {
      ...params,
      login_token: row.session && token,
      UID: row.isReading || row.isPublic || isVendors ? undefined : presence.person,
      idempotencyKey: row.changes && !isVendors ? createId() : undefined,
    };
    const { early } = call;
    call.early = undefined;
    try {
      const answer = await post(
        row.path as string,
        request,
        call.limits,
        token === call.token ? early : undefined,
      );
      if (token) session.prefer(token);
      // What was read for a session that has ended meanwhile, or before something was heard, is asked again.
      const isCurrent =
        row.changes || !row.session || (session.read() === token && epoch === presence.epoch);
      return isCurrent ? answer : await carry(call, row, params);
    } catch (cause) {
      const { failure, details = '' } = cause as OutroError;
      if (failure !== 'unauthorizedUser') throw cause;
      if (details.startsWith('UID') && presence.person !== undefined) hearOfAnother();
      const other = session.tokens().find((one) => one !== token && !tried.includes(one));
      if (!other || !token) throw cause;
      return carry(call, row, params, other, [...tried, token]);
    }
  };

  /** Waits until it is known whose session has come in place of another one. */
  const makeSure = async (call: Call): Promise<void> => {
    const { comparing } = presence;
    if (!comparing) return;
    await within(comparing, call.limits, 'whose session this is was not known');
    if (presence.logouts !== call.logouts && presence.person !== undefined)
      fail(
        'unauthorizedUser',
        'session: somebody else has signed in since this page was read; read the user again',
      );
    // A page that has read nobody speaks for whoever is signed in by now.
    call.logouts = presence.logouts;
  };

  const logOut = async (call: Call, checked: WireParams): Promise<Envelope> => {
    if (!call.logout) await makeSure(call);
    const logout = (call.logout ??= beginLogout(config, presence, checked, call.limits));
    const answers = logout.ways.map(({ params, answered }) =>
      post('socialize.logout', params, call.limits, answered),
    );
    return concludeLogout(config, presence, storage, logout, answers);
  };

  const userOf = async (call: Call, row: MethodRow, answer: Envelope, all: unknown) => {
    if (!row.givesUser) return undefined;
    if (answer.user || !row.event) return toUser(answer.user ?? (answer as Partial<WireUser>), all);
    // The vendor's cloud leaves the updated user out of its answer to a removal; getUserInfo has it at top level. The
    // removal has happened whether or not there is an answer.
    return post('socialize.getUserInfo', { login_token: session.read() }, call.limits).then(
      (one) => toUser(one as Partial<WireUser>),
      () => toUser(),
    );
  };

  const carryOut = async (call: Call): Promise<Result> => {
    const row: MethodRow = methods[call.method];
    const checked = parseParams(row.params(), call.params) as WireParams;
    const isEnd = row.session === 'ends' && checked['sessions'] !== 'others';
    if (row.changes && !isEnd) await makeSure(call);
    const { departures = [], ...answer } = await (isEnd
      ? logOut(call, checked)
      : carry(call, row, checked));
    const opened = call.method === 'exchangeIdToken' && keepSession(config, answer['sessionInfo']);
    if (row.isReading || opened) read(answer['UID']);
    const left = await leaveProviders(departures, placeOf(call.limits, call.options.fullPage));
    let user = await userOf(call, row, answer, checked['includeAllIdentities']);
    answer.receipt = [...(answer.receipt ?? []), ...left.receipt];
    let happened: Happened | undefined;
    if (isEnd && call.logout) happened = newsOf(presence, call.logout, answer);
    // An account that is gone takes its session along.
    else if (
      row.event === 'logout' &&
      row.session === 'required' &&
      presence.logouts === call.logouts
    ) {
      presence.leave();
      presence.isOutTold = true;
      happened = { eventName: 'logout', context: null };
    }
    // An unlink that found nobody changed nothing, so nobody hears of it.
    else if (!isEnd && row.event === 'connectionRemoved' && answer['is_unlinked'] !== false) {
      // Whose it was has left meanwhile: what is known of this person is shown to nobody any more.
      if (presence.logouts !== call.logouts) user = toUser();
      else {
        const provider = (call.params['provider'] as string | undefined) ?? '';
        happened = { eventName: row.event, provider, user, context: null };
      }
    }
    return { answer, user, happened, goTo: left.goTo };
  };

  const perform = async (call: Call): ReturnType<Calls['perform']> => {
    const result = await carryOut(call).catch(toOutroError);
    if (result instanceof Error) return closeCall(presence, call, result);
    const { answer, user, happened, goTo } = result;
    const response = closeCall(presence, call, answer, happened, user);
    // Of a logout the other tabs know.
    if (user && happened)
      presence.tell({
        eventName: happened.eventName,
        provider: happened.provider ?? '',
        receipt: response.receipt,
        user,
      });
    if (goTo) presence.window?.location.assign(goTo);
    return response;
  };

  const uidOf = async (token: string): Promise<unknown> => {
    const limits = limitsOf(config.timeout);
    return (await post('socialize.getUserInfo', { login_token: token }, limits))['UID'];
  };
  const isSamePerson = async (before: string, token: string): Promise<boolean | undefined> => {
    try {
      const isSame = (presence.person ?? (await uidOf(before))) === (await uidOf(token));
      // The page is told of it by whoever asked.
      if (!isSame) told = presence.person;
      return isSame;
    } catch (error) {
      return unreached.includes((error as OutroError).failure) ? undefined : false;
    }
  };

  const leave = async ({ receipt, departures }: Redeemed): Promise<void> => {
    // Whoever is signed in again is not sent away from there.
    if (presence.isIn) return;
    const left = await leaveProviders(departures, placeOf(limitsOf(config.timeout)));
    // A page whose own person has ended hears of that, and of this one no second time; whoever has come in meanwhile is in.
    if (presence.isOutTold || presence.logouts || presence.isIn) return;
    presence.isOutTold = true;
    const steps = [...receipt, ...left.receipt];
    presence.emit({ eventName: 'logout', receipt: steps, context: null, remote: true });
  };

  watchCookies(presence);
  const listen = createFollow(start, post);
  const redeem = createRedemption(start, storage, leave);
  return {
    perform,
    follow(token) {
      if (isVendors) return;
      redeem(token);
      listen(token);
    },
    async compare(before, token) {
      const isSame = await isSamePerson(before, token);
      if (presence.seen !== token) return;
      // Nobody knows: the next look asks again.
      if (isSame === undefined) presence.seen = before;
      if (isSame !== false) return;
      presence.hear({ eventName: 'logout' });
      presence.seen = token;
      presence.enter();
    },
  };
};
