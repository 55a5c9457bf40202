/**
 * What a step of leaving is about: the link, what came with it, the provider's side, the sessions.
 *
 * @see design.md section 3
 */
export type StepName =
  | 'session' // this session
  | 'sessions' // other sessions that had to end
  | 'site-session' // the site's own session, where it is not the one above, or what goes on opening beside it
  | 'identity' // the link between the provider's user and the account
  | 'login-id' // the e-mail or user name that came with it
  | 'data' // profile data stored from the provider; its tokens go when the revocation has ended
  | 'grant' // the person's consent at the provider
  | 'token' // a token only; the app stays listed at the provider
  | 'provider-session'; // the person's session at the provider, in this browser

/** How a step ended, as far as it was seen; `asked` is never `done`. */
export type StepStatus =
  | 'done'
  | 'already'
  | 'kept'
  | 'asked'
  | 'pending'
  | 'blocked'
  | 'needs-user'
  | 'unsupported'
  | 'failed';

/** One step of a receipt: plain data, the same in callback, promise, event and journal. */
export interface Step {
  step: StepName;
  status: StepStatus;
  /** Provider id, where the step concerns one. */
  provider?: string;
  /** The provider's user id, where one provider has several identities. */
  identity?: string;
  /** Why it ended so, in a sentence for a log or a person. */
  reason?: string;
  /** Where the person can finish it, with `needs-user`, or look at it, with `unsupported`. */
  url?: string;
  /** When it is tried again, ISO 8601, with `pending`. */
  retryAt?: string;
}

/** How one thing ended, as far as it was seen. */
export type Outcome = Pick<Step, 'status' | 'reason' | 'url'>;

/** One honest answer to "what exactly is over now?". */
export type Receipt = Step[];

/** A provider that the browser should now leave, as the server names it in its answer: ways in order. */
export interface Departure {
  provider: string;
  ways: Way[];
  /** A connection made by FedCM that goes too: what `IdentityCredential.disconnect` is given. */
  fedcm?: { configURL: string; clientId: string; accountHint: string } | undefined;
}

/**
 * What would be tried about a person's own session at a provider, told before it is: never more than can come of it.
 *
 * @see design.md section 4 "forceProvidersLogout"
 */
export interface ForetoldDeparture {
  provider: string;
  /**
   * `asked`: the provider is asked, and only some confirm it; `needs-user`: only the person can do it, at `url`;
   * `unsupported`: nothing is tried; `kept`: the call does not want it left.
   */
  status: 'asked' | 'needs-user' | 'unsupported' | 'kept';
  /** How it begins: a hidden frame; a small window, or with `fullPage` in place of the page; the provider's own page. */
  by?: 'frame' | 'popup' | 'link';
  /** A function of the provider's own script: on a page that has it, it is called first, which asks as well. */
  script?: string;
  /** Where the person can do it. */
  url?: string;
  /** Why nothing is tried, or more is not. */
  reason?: string;
}

/**
 * One way in which a page can end a person's session at a provider, told by the backend as data: tried in order
 * until one is conclusive. "Nothing can be done" is a written value with its reason.
 *
 * @see browser-logout.md
 */
export type Way =
  | { by: 'none'; reason: string }
  /** Call a function of the provider's own script, such as `FB.logout`, if the page has loaded it. */
  | {
      by: 'script';
      call: string;
      /** It is given a callback, and calls it when the provider has answered. */
      answers: boolean;
      /** What its answer, or its return, proves. */
      status: 'done' | 'asked' | 'unsupported';
      reason: string;
    }
  /** Load `url` in a hidden frame: at best asked for, since nobody can see into another origin. */
  | { by: 'frame'; url: string }
  /** Visit `url` at the backend, which leads through the providers of `trip` one by one, in a small window. */
  | { by: 'popup'; url: string; trip: string }
  /** The same in place of this page, if the caller allows it. */
  | { by: 'page'; url: string; trip: string }
  /** Only the person can do it, there. */
  | { by: 'link'; url: string; reason: string };
