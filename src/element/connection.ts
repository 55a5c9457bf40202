import type { Explanation } from '../browser/answers.ts';
import type { Params } from '../core/methods.ts';
import type { ProviderLook } from './resources.ts';

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

/** Parameters of a removal, whatever it removes. */
export type Removal = Omit<Params<'removeConnection'>, keyof Target['names']>;

/** The person's connections, and what removing each would do; nobody is signed in where there is none. */
export interface Connections {
  isSignedIn: boolean;
  list: Connection[];
  /** All of them at once, where there are several. */
  all: Target | undefined;
  /** Names and marks of providers by id, as far as the backend tells them. */
  looks: Record<string, ProviderLook>;
}

/** What somebody wants to remove; nothing is a connection where all of them are meant. */
export interface Asked {
  target: Target;
  connection: Connection | undefined;
}

/** What a list shows of a removal. */
export interface RemovalState {
  /** What is being removed, by `keyOf`. */
  busy: string | undefined;
  /** What could not be removed, and why. */
  failed: { key: string; text: string } | undefined;
}
