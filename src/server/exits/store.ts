import type { People } from '../people/people.ts';
import type { Exits } from './exits.ts';

/** Where everything is: people, and what outro must remember of their leaving. */
export interface Store {
  people: People;
  exits: Exits;
  /** Connections to the database by their state, where there are several. */
  connections?: (() => Record<'busy' | 'idle' | 'waiting', number>) | undefined;
  /** On tables of a site's own: the triggers beside its library that close what no lock of ours can, by their tables. */
  guard?: () => Promise<{ table: string; isThere: boolean }[]>;
  /** Ends the connections that this store opened. */
  close(): Promise<void>;
}
