import type { Explanation } from '../browser/answers.ts';

/** What one button removes. */
export interface Target {
  /** What `removeConnection` is given to name it; nothing means all. */
  names: { provider?: string; subProvider?: string; providerUID?: string };
  /** What removing it would do; absent where the backend cannot tell, as the vendor's cloud cannot, or has not been asked. */
  explanation: Explanation | undefined;
}

/** A connected account. */
export interface Connection extends Target {
  /** Id of the provider, with the network behind an aggregator, as receipts have it. */
  provider: string;
  /** What tells it apart from others: name, address or id of the person there; `''` where none is known. */
  account: string;
  /** The person has signed in with it this time. */
  isCurrent: boolean;
}
