import type { Receipt } from '../core/receipt.ts';

/** What `explainRemoval` answers. */
export interface Explanation {
  allowed: boolean;
  /** What would lift a refusal: `password`, `passkey`, `code`, `another-identity`, `recent-login`. */
  addFirst?: string[];
  receipt: Receipt;
  waysInLeft: { kind: string; provider?: string }[];
  keepsMapping: boolean;
  /** Display names of providers by id. */
  names?: Record<string, string>;
}

/** What one button removes. */
export interface Target {
  /** What `removeConnection` is given to name it; nothing means all. */
  names: { provider?: string; subProvider?: string; providerUID?: string };
  /** Absent where the backend cannot tell, as the vendor's cloud cannot. */
  explanation: Explanation | undefined;
}

/** A connected account. */
export interface Connection extends Target {
  provider: string;
  /** Name or address of the person there; `''` where none is known. */
  account: string;
  /** The person has signed in with it this time. */
  isCurrent: boolean;
}
