import type { Outcome } from '../core/receipt.ts';

/** How things stand when a site rehearses leaving. */
export interface Situation {
  /** What the network does in place of carrying an answer. */
  network?: 'offline' | 'slow' | 'refused by a gateway';
  /** The session is over, as the backend sees it. */
  isSignedOut?: true;
  /** The connections are all there is to sign in with. */
  isLastWayIn?: true;
  /** The site wants a recent sign-in for a removal, and this one is not. */
  needsRecentLogin?: true;
  /** What becomes of the permission. */
  grant: Outcome;
  /** What becomes of the session at the provider; a trip is for the browser to go on. */
  leaves: Outcome | 'trip';
}

const done: Situation = {
  grant: { status: 'done' },
  leaves: {
    status: 'done',
    reason: 'the provider told the backend that this session has ended',
  },
};

const unseen: Outcome = {
  status: 'asked',
  reason: 'asked in a hidden frame; its result cannot be seen',
};

/** TABLE of the scenarios that a site can rehearse. */
export const scenarios = {
  /** Everything is seen to be over. */
  everythingDone: done,
  /** The provider does not answer: the permission is taken back later. */
  providerDown: {
    grant: { status: 'pending', reason: 'the provider answered 503' },
    leaves: unseen,
  },
  /** The provider answers 422 when the permission is taken back. */
  providerRefuses: {
    grant: { status: 'failed', reason: 'the provider answered 422' },
    leaves: unseen,
  },
  /** The person has taken the permission back at the provider before. */
  alreadyRevoked: {
    ...done,
    grant: { status: 'already', reason: 'the person has taken it back at the provider' },
  },
  /** The provider’s logout page allows no frame: it takes a window, or the person. */
  refusesFraming: { ...done, leaves: 'trip' },
  /** The connections are the last way in: `lastIdentityHandling: 'fail'` is refused, `soft` keeps the mapping. */
  lastWayIn: { ...done, isLastWayIn: true },
  /** The site wants a recent sign-in for a removal: refused until the person has signed in again. */
  recentLoginNeeded: { ...done, needsRecentLogin: true },
  /** The session has ended elsewhere: removals are refused, and a logout finds nothing to do. */
  sessionOver: { ...done, isSignedOut: true },
  /** The backend answers, but late. */
  slowBackend: { ...done, network: 'slow' },
  /** Something before the backend answers 422, with nothing of ours in it. */
  backendUnprocessable: { ...done, network: 'refused by a gateway' },
  /** No request arrives. */
  offline: { ...done, network: 'offline' },
} as const satisfies Record<string, Situation>;

/** A situation that a site rehearses. */
export type LeavingScenario = keyof typeof scenarios;
