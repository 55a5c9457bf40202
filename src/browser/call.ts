import type { ClientMethodName } from '../core/methods.ts';
import type { closeCall } from './close-call.ts';
import type { ClientConfig } from './config.ts';
import type { beginLogout, Logout, newsOf } from './logout.ts';
import type { Presence } from './presence.ts';
import {
  limitsOf,
  type Answered,
  type ask,
  type Limits,
  type requestOf,
  type within,
} from './request.ts';
import type { CallOptions, Response } from './response.ts';

/** A call as it stood when it was made. */
export interface Call {
  method: ClientMethodName;
  options: Pick<CallOptions, 'callback' | 'context' | 'fullPage'>;
  params: Record<string, unknown>;
  limits: Limits;
  /** Of the session that it is about. */
  token: string | undefined;
  /** How many logouts the page had seen. */
  logouts: number;
  /** The logout that it has begun. */
  logout?: Logout;
  /** What is asked while the rest of the client is on its way. */
  early?: Promise<Answered> | undefined;
}

/** Notes what a call is about, before anything else can happen. */
export const openCall = (
  { cid, timeout }: ClientConfig,
  presence: Presence,
  method: ClientMethodName,
  given: CallOptions,
): Call => {
  const { callback, context = null, fullPage, signal, timeout: limit, ...rest } = given;
  const params: Record<string, unknown> = { cid };
  // Nothing is as good as not given.
  for (const [name, value] of Object.entries(rest))
    if (value !== undefined && value !== null) params[name] = value;
  return {
    method,
    options: { callback, context, fullPage },
    params,
    limits: limitsOf(limit ?? timeout, signal),
    token: presence.look(),
    logouts: presence.logouts,
  };
};

/** The rest of a client: whatever needs more than what is always there. */
export interface Calls {
  /** Does what a call asks for, and hands out what it came to. */
  perform: (call: Call) => Promise<Response>;
  compare: NonNullable<Presence['compare']>;
  /** What is done besides whenever the page looks. */
  follow: (token: string | undefined) => void;
}

/** What the rest of a client is given of what is always there: nothing of it travels a second time. */
export interface Start {
  config: ClientConfig;
  presence: Presence;
  ask: typeof ask;
  beginLogout: typeof beginLogout;
  closeCall: typeof closeCall;
  newsOf: typeof newsOf;
  requestOf: typeof requestOf;
  within: typeof within;
}

/** Makes the rest of a client. */
export type CreateCalls = (start: Start) => Calls;
