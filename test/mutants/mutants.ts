import { answerMutants } from './answers.ts';
import { betterAuth } from './better-auth.ts';
import { changes } from './changes.ts';
import { clients } from './clients.ts';
import { doors } from './doors.ts';
import { heard } from './heard.ts';
import type { Mutant } from './mutant.ts';
import { moving } from './moving.ts';
import { names } from './names.ts';
import { pages } from './pages.ts';
import { rates } from './rates.ts';
import { told } from './told.ts';
import { trips } from './trips.ts';

/** TABLE: the guards of the server. */
export const mutants: readonly Mutant[] = [
  ...answerMutants,
  ...betterAuth,
  ...changes,
  ...clients,
  ...doors,
  ...heard,
  ...moving,
  ...names,
  ...pages,
  ...rates,
  ...told,
  ...trips,
];
