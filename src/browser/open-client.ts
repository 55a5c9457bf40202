import { isEnvelope, type Envelope } from '../core/envelope.ts';
import type { OutroError } from '../core/error.ts';
import type { ClientMethodName } from '../core/methods.ts';
import type { Step } from '../core/receipt.ts';
import { refusal } from './refusal.ts';
import { noteBackend } from './backend-of.ts';
import { checkLimit, closeCall, openCall, type Call } from './call.ts';
import type { Client } from './client.ts';
import { configure, type ClientConfig, type ClientOptions } from './config.ts';
import { createHandlers } from './handlers.ts';
import { beginLogout, concludeLogout, isNews, type LogoutParams } from './logout.ts';
import { attempt, genuine } from './page.ts';
import { createPresence, type Presence } from './presence.ts';
import { attachRedemption, type Redeemed } from './redemption.ts';
import { ask, limitsOf, within, type WireParams } from './request.ts';
import type { CallOptions, Response } from './response.ts';

/** The rest of a client: whatever needs more than what is always there. */
export interface Calls {
  /** Does what a call asks for, and hands out what it came to. */
  perform: (call: Call) => Promise<Response>;
  compare: NonNullable<Presence['compare']>;
  /** What is done besides whenever the page looks. */
  follow: (token: string | undefined) => void;
  /** Leaves the providers that a redeemed ticket was answered with, and tells the page. */
  leave: (redeemed: Redeemed) => Promise<void>;
}

/** Makes the rest of a client. */
export type CreateCalls = (config: ClientConfig, presence: Presence) => Calls;

// Where the methods are that only read: what they ask is asked while the rest is on its way.
const reading: Partial<Record<ClientMethodName, string>> = {
  getUserInfo: 'socialize.getUserInfo',
  getAccountInfo: 'accounts.getAccountInfo',
  explainRemoval: 'socialize.explainRemoval',
};

const names = [
  'getReceipt',
  'removeConnection',
  'explainRemoval',
  'logout',
  'getUserInfo',
  'getAccountInfo',
  'unlink',
  'deleteAccount',
  'setAccountInfo',
  'getDeparture',
] as const satisfies ClientMethodName[];

/**
 * What a logout is given, if it can be told without the rest of the client that it makes sense; what a page may have got
 * wrong waits for that.
 */
const plainLogout = ({ sessions = 'this', forceProvidersLogout, cid }: Call['params']) =>
  /^(this|all)$/i.test(String(sessions)) &&
  /^(undefined|[\w.+, -]{1,999})$/.test(String(forceProvidersLogout)) &&
  /^[ -~]{0,100}$/.test((cid ?? '') as string)
    ? ({
        sessions: String(sessions).toLowerCase(),
        forceProvidersLogout,
        cid,
      } as LogoutParams)
    : undefined;

const missing = 'the rest of outro did not load';

// What is asked while the rest is on its way: asking and loading do not wait for each other.
const askEarly = (config: ClientConfig, { person }: Presence, call: Call): Call['early'] => {
  const path = reading[call.method];
  const isPlain = Object.values(call.params).every((value) => Object(value) !== value);
  if (!path || !isPlain || !(call.token || config.credentials)) return undefined;
  const UID = call.method === 'explainRemoval' ? person : undefined;
  const params = { ...call.params, login_token: call.token, UID } as WireParams;
  const early = ask(config, path, params, call.limits);
  // Whoever waits for it hears of its failure.
  early.catch(() => {});
  return early;
};

// What the backend said, as far as it can be used without the rest of the client.
const useAlone = (answer: unknown): Envelope => {
  if (!isEnvelope(answer) || answer.errorCode !== 0)
    throw refusal('networkError', 'the backend gave no result');
  const { departures = [], receipt = [], ...fields } = answer;
  const unleft = departures.map((one): Step => ({
    step: 'provider-session',
    provider: one?.provider,
    status: 'failed',
    reason: missing,
  }));
  return { ...fields, receipt: [...receipt, ...unleft] };
};

/**
 * Makes a client of what is always there, and of the rest, which comes when the page is idle or something is called. What
 * is always there listens, hears other tabs, and can always log out here and at the backend.
 *
 * @param load brings the rest.
 * @throws missingParameter when the key or the domain is missing; invalidParameter
 */
export const openClient = (options: ClientOptions, load: () => Promise<CreateCalls>): Client => {
  const config = configure(options);
  const presence = createPresence(config);
  const { window, life, session } = presence;
  let calls: Calls | undefined;
  let loading: Promise<Calls> | undefined;

  const bring = (): Promise<Calls> =>
    (loading ??= load().then(
      (createCalls) => {
        calls ??= createCalls(config, presence);
        return calls;
      },
      (cause: unknown) => {
        loading = undefined;
        throw refusal('networkError', missing, cause);
      },
    ));

  /** This browser is out; the providers have to wait for a client that is whole. */
  const logOutAlone = async (call: Call, error: OutroError): Promise<Response> => {
    const isBegun = call.logout !== undefined;
    const { sessions, forceProvidersLogout, cid } = call.params as Partial<LogoutParams>;
    const logout = (call.logout ??= beginLogout(
      config,
      presence,
      { sessions: sessions === 'all' ? 'all' : 'this', forceProvidersLogout, cid },
      limitsOf(config.timeout),
    ));
    const answers = logout.ways.map(async ({ answered }) => {
      // Its time is over: what is sent only now is not waited for.
      if (!isBegun) throw error;
      return useAlone((await answered).answer);
    });
    const answer = await concludeLogout(presence, logout, answers);
    const happened = { eventName: 'logout', context: null } as const;
    return closeCall(presence, call, answer, isNews(presence, logout, answer) ? { happened } : {});
  };

  const perform = async (method: ClientMethodName, given: CallOptions): Promise<Response> => {
    const call = openCall(config, presence, method, given);
    const isLogout = method === 'logout';
    let refused: OutroError | undefined;
    try {
      checkLimit(call);
      const plain = isLogout ? plainLogout(call.params) : undefined;
      // Whose session it is has to be known first, where another one has come in place of the one that was seen.
      if (plain && !presence.comparing)
        call.logout = beginLogout(config, presence, plain, call.limits);
      else if (!calls) call.early = askEarly(config, presence, call);
    } catch (error) {
      refused = error as OutroError;
    }
    if (refused) return closeCall(presence, call, refused);
    const came =
      calls ?? (await within(bring(), call.limits, missing).catch((error: OutroError) => error));
    if (!(came instanceof Error)) return came.perform(call);
    // One that hangs is asked for again by the next call.
    loading = undefined;
    return isLogout && call.params['sessions'] !== 'others'
      ? logOutAlone(call, came)
      : closeCall(presence, call, came);
  };

  const redeem = attachRedemption(config, presence, (redeemed) =>
    bring().then(
      ({ leave }) => leave(redeemed),
      () => {},
    ),
  );
  presence.compare = (before, token) =>
    bring().then(
      ({ compare }) => compare(before, token),
      // Nobody knows; the next look asks again.
      () => undefined,
    );
  presence.further = (token) => {
    redeem(token);
    if (calls) calls.follow(token);
    else if (token && presence.isListening && config.live && config.preload) preload();
  };
  let isPreloading = false;
  const preload = (): void => {
    if (!window || isPreloading) return;
    isPreloading = true;
    const act = (): void => {
      if (!life.aborted)
        bring().then(
          ({ follow }) => follow(session.read()),
          () => {},
        );
    };
    const start = (): unknown => attempt(() => window.requestIdleCallback(act)) ?? setTimeout(act);
    if (genuine(config.document as Document, 'readyState') === 'complete') start();
    else window.addEventListener('load', start, { once: true, signal: life });
  };
  if (config.preload) preload();
  setTimeout(() => {
    if (!life.aborted) presence.look();
  });

  const handlers = createHandlers(presence);
  const methods = names.map((name) => [
    name,
    (given?: CallOptions | null) => perform(name, given ?? {}),
  ]);
  const client: Client = {
    ...(Object.fromEntries(methods) as Client),
    on: presence.on,
    addEventHandlers: handlers.add,
    removeEventHandlers: handlers.remove,
    close: presence.close,
  };
  return noteBackend(client, config);
};
