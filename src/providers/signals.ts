const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';

/**
 * TABLE of the shared signals that are acted on, by name: type of the event, and what it means. One that only may concern
 * how a person gets in there, as a new key of theirs, means nothing here.
 *
 * @see OpenID CAEP 1.0 sections 3.1 and 3.3; OpenID RISC 1.0 section 2
 */
export const signals = {
  'session-revoked': { type: `${caep}session-revoked`, means: 'signed-out' },
  'credential-change': {
    type: `${caep}credential-change`,
    means: { means: 'signed-out', when: { change_type: 'revoke|update|delete' } },
  },
  'account-disabled': { type: `${risc}account-disabled`, means: 'signed-out' },
  'account-purged': { type: `${risc}account-purged`, means: 'removed' },
  'account-credential-change-required': {
    type: `${risc}account-credential-change-required`,
    means: 'signed-out',
  },
  'credential-compromise': { type: `${risc}credential-compromise`, means: 'signed-out' },
  // What transmitters from before CAEP say for session-revoked.
  'sessions-revoked': { type: `${risc}sessions-revoked`, means: 'signed-out' },
} as const;

/** A signal by its name. */
export type SignalName = keyof typeof signals;

/** The names of all of them. */
export const signalNames = Object.keys(signals) as SignalName[];

/** Types of the events by which a transmitter tells of the stream itself. */
export const streamEvents = {
  verification: 'https://schemas.openid.net/secevent/ssf/event-type/verification',
  updated: 'https://schemas.openid.net/secevent/ssf/event-type/stream-updated',
} as const;
