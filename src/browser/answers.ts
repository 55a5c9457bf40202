import type { ForetoldDeparture, Receipt } from '../core/receipt.ts';
import type { WireUser } from '../core/user.ts';
import type { Identity, User } from './user.ts';

/** What would lift a refusal; completed by editors, and open to what a newer backend says. */
export type Addition =
  | 'password'
  | 'passkey'
  | 'code'
  | 'another-identity'
  | 'recent-login'
  | (string & {});

/** What `explainRemoval` answers. */
export interface Explanation {
  /** Whether the removal would be done. */
  allowed: boolean;
  /** How it would fail, when it is not allowed. */
  wouldFail?: { errorCode: number; errorMessage: string; errorDetails?: string };
  /** What to add first, when it is not allowed. */
  addFirst?: Addition[];
  /** What it would begin with. */
  receipt: Receipt;
  /** What would be tried about the person's own session at each provider; a backend of an older version does not say. */
  providerSessions?: ForetoldDeparture[];
  /** The ways in that the person would still have. */
  waysInLeft: { kind: string; provider?: string }[];
  /** Whether signing in there would still open this account. */
  keepsMapping: boolean;
  /** Display names of providers by id. */
  names?: Record<string, string>;
  /** Addresses of the pictures that the site has for providers, by id. */
  marks?: Record<string, string>;
}

/** What each method answers besides what every response has. */
export interface Answers {
  removeConnection: { user: User };
  explainRemoval: Explanation;
  logout: {
    /** Comma list of the providers that the account was connected to. */
    connectedProviders?: string;
  };
  /** The answer as it came, and as pages read it. */
  getUserInfo: Partial<WireUser> & { user: User };
  getAccountInfo: {
    UID: string;
    isActive?: boolean;
    isRegistered?: boolean;
    loginProvider?: string;
    socialProviders?: string;
    profile?: Record<string, string>;
    loginIDs?: Record<string, unknown>;
    identities?: Identity[];
    /** Where `include` names it. */
    id_token?: string;
  };
  unlink: {
    user: User;
    /** By e-mail: whether the person exists and was unlinked. */
    is_unlinked?: boolean;
    /** By e-mail: whether every permission is seen to be revoked. */
    is_permissions_revoked?: boolean;
  };
  /** The account is gone, and this browser is out. */
  deleteAccount: object;
  setAccountInfo: { UID: string };
  getJWT: {
    id_token: string;
    /** Comma list of those of `fields` that are not known. */
    ignoredFields?: string;
  };
  /** Whoever was signed in at the vendor is signed in here, and this browser has the session. */
  exchangeIdToken: { UID: string };
  getReceipt: {
    /** Whether nothing is pending any more. */
    isComplete: boolean;
  };
  getDeparture: {
    /** Whether the browser has come back from every provider of the trip. */
    isComplete: boolean;
  };
}
