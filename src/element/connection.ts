import type { Explanation } from '../browser/answers.ts';

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
