import type { OutroError } from '../core/error.ts';
import type { ClientMethodName } from '../core/methods.ts';
import { noteBackend } from './backend-of.ts';
import { openCall, type Call, type Calls, type CreateCalls } from './call.ts';
import type { Client } from './client.ts';
import { closeCall } from './close-call.ts';
import { checkTimeout, configure, type ClientConfig, type ClientOptions } from './config.ts';
import { createHandlers } from './handlers.ts';
import { beginLogout, concludeAlone, newsOf } from './logout.ts';
import { attempt, genuine, isAhead } from './page.ts';
import { createPresence } from './presence.ts';
import { refusal } from './refusal.ts';
import { ask, limitsOf, requestOf, within } from './request.ts';
import type { CallOptions, Response } from './response.ts';

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
  'getJWT',
  'exchangeIdToken',
  'getDeparture',
  'on',
  'addEventHandlers',
  'removeEventHandlers',
  'close',
] as const satisfies (keyof Client)[];

// Whether a logout makes sense can be told without the rest of the client; what a page may have got wrong waits for that.
const isPlain = ({ params: { sessions = 'this', forceProvidersLogout, cid = '' } }: Call) =>
  /^(this|all)\n(undefined|[\w.+, -]{1,999})\n[ -~]{0,100}$/i.test(
    [sessions, String(forceProvidersLogout), cid].join('\n'),
  );

const missing = 'the rest of outro did not load';

// What is asked while the rest is on its way: asking and loading do not wait for each other.
const askEarly = (config: ClientConfig, call: Call): Call['early'] => {
  const { method, params, token, limits } = call;
  if (!/^get\w+Info$/.test(method) || !(token || config.credentials)) return undefined;
  const path = `${method === 'getAccountInfo' ? 'accounts' : 'socialize'}.${method}`;
  const early = ask(config, path, { ...params, login_token: token }, limits);
  // Whoever waits for it hears of its failure.
  early.catch(() => {});
  return early;
};

/** What is always there of a client that somebody needs, or that has been made a moment ago. */
const wakeClient = (config: ClientConfig, load: () => Promise<CreateCalls>) => {
  const presence = createPresence(config);
  const { window, life, session, tickets } = presence;
  let calls: Calls | undefined;
  let loading: Promise<Calls> | undefined;

  const bring = (): Promise<Calls> =>
    (loading ??= load().then(
      (createCalls) => {
        if (!calls) {
          calls = createCalls({
            config,
            presence,
            ask,
            beginLogout,
            closeCall,
            newsOf,
            requestOf,
            within,
          });
          presence.further = calls.follow;
          if (!presence.visit) calls.follow(session.read());
        }
        return calls;
      },
      (cause: unknown) => {
        loading = undefined;
        throw refusal('networkError', missing, cause);
      },
    ));
  const bringSoon = (): void => {
    if (!life.aborted) bring().catch(() => {});
  };

  /** This browser is out; the providers have to wait for a client that is whole. */
  const logOutAlone = async (call: Call): Promise<Response> => {
    const isLate = !call.logout;
    const logout = (call.logout ??= beginLogout(
      config,
      presence,
      call.params,
      limitsOf(config.timeout),
    ));
    const answer = await concludeAlone(presence, logout, missing, isLate);
    return closeCall(presence, call, answer, newsOf(presence, logout, answer));
  };

  const carryOut = async (call: Call): Promise<Response> => {
    const isLogout = call.method === 'logout';
    let came: Calls;
    try {
      checkTimeout(call.limits.limit);
      // Whose session it is has to be known first, where another one has come in place of the one that was seen.
      if (isLogout && isPlain(call) && !presence.comparing)
        call.logout = beginLogout(config, presence, call.params, call.limits);
      else if (!calls) call.early = askEarly(config, call);
      came = calls ?? (await within(bring(), call.limits, missing));
    } catch (error) {
      const refused = error as OutroError;
      if (refused.failure !== 'invalidParameter') {
        // One that hangs is asked for again by the next call.
        loading = undefined;
        if (isLogout && call.params['sessions'] !== 'others') return logOutAlone(call);
      }
      return closeCall(presence, call, refused);
    }
    return came.perform(call);
  };
  const perform = async (method: ClientMethodName, given: CallOptions): Promise<Response> => {
    // Nobody has asked yet for what a page does that is only made ahead of a visit: a link to a page that logs out, say.
    if (presence.visit) await presence.visit;
    const call = openCall(config, presence, method, given);
    const response = await carryOut(call);
    // A session that no script can end goes on where nobody could be reached: at least nothing of it is shown.
    if (
      config.credentials &&
      call.logout &&
      response.receipt.some(({ status }) => /pending|failed/.test(status))
    )
      setTimeout(presence.blank);
    return response;
  };

  presence.compare = (before, token) =>
    bring().then(
      ({ compare }) => compare(before, token),
      // Nobody knows; the next look asks again.
      () => (presence.seen = before),
    );
  // An earlier logout may have left something to be sent, which takes the rest.
  presence.further = () => tickets.isWaiting() && bringSoon();
  if (config.preload !== false && window) {
    const start = (): unknown =>
      attempt(() => window.requestIdleCallback(bringSoon)) ?? setTimeout(bringSoon);
    if (genuine(config.document as Document, 'readyState') === 'complete') start();
    else presence.listen(window, 'load', start);
  }

  return { perform, own: { ...presence, ...createHandlers(presence) } };
};

/**
 * Makes a client of what is always there, and of the rest, which comes when the page is idle or something is called. What
 * is always there listens, hears other tabs, and can always log out here and at the backend. It wakes when it is used, and
 * else a moment after it was made: a page that is being read has more urgent things to do.
 *
 * @param load brings the rest.
 * @throws missingParameter when the key or the domain is missing; invalidParameter
 */
export const openClient = (options: ClientOptions, load: () => Promise<CreateCalls>): Client => {
  const config = configure(options);
  let awake: ReturnType<typeof wakeClient> | undefined;
  const wake = () => (awake ??= wakeClient(config, load));
  const methods = names.map((name) => [
    name,
    (...given: [CallOptions?]) => {
      const { own, perform } = wake();
      const act = Reflect.get(own, name) as ((...all: unknown[]) => unknown) | undefined;
      return act ? act(...given) : perform(name as ClientMethodName, given[0] ?? {});
    },
  ]);
  const look = () => wake().own.life.aborted || wake().own.look();
  // What happens from now on is missed by no page that is guarded, or that nobody has visited yet.
  if (config.guard || isAhead(config.document)) look();
  setTimeout(look);
  return noteBackend(Object.fromEntries(methods) as Client, {
    origin: config.origin,
    emit: (event) => wake().own.emit(event),
  });
};
