/**
 * What a step of leaving is about: the link, what came with it, the provider's side, the sessions.
 *
 * @see design.md section 3
 */
export type StepName =
  | 'session' // this session
  | 'sessions' // other sessions that had to end
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

/** One step of a receipt: plain data, the same in callback, promise, event and audit row. */
export interface Step {
  step: StepName;
  status: StepStatus;
  /** Provider id, where the step concerns one. */
  provider?: string;
  /** The provider's user id, where one provider has several identities. */
  identity?: string;
  /** Why it ended so, in a sentence for a log or a person. */
  reason?: string;
  /** Where the person can finish it, with `needs-user`. */
  url?: string;
  /** When it is tried again, ISO 8601, with `pending`. */
  retryAt?: string;
}

/** One honest answer to "what exactly is over now?". */
export type Receipt = Step[];

/** A provider that the browser should now leave, as the server names it in its answer. */
export interface Departure {
  provider: string;
  logout: Logout;
}

/**
 * How a person's session at a provider can be ended: one strategy per member, so that a row with a
 * missing field does not compile and "nothing can be done" is a written value with its reason.
 */
export type Logout =
  | { by: 'none'; reason: string }
  /** Load `url` in a hidden frame: at best asked for, since nobody can see into another origin. */
  | { by: 'frame'; url: string };
