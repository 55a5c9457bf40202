import { changes } from './changes.ts';
import { doors } from './doors.ts';
import type { Mutant } from './mutant.ts';
import { pages } from './pages.ts';

/** TABLE: the guards of the server, and of pages. */
export const mutants: readonly Mutant[] = [...doors, ...changes, ...pages];
