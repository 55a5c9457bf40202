import { isOutroError } from '../core/is-outro-error.ts';
import type { Speech } from '../words/speech.ts';
import type { Key } from '../words/words.ts';

const known = ['networkError', 'requestTimeout'];

/** Why something failed, as far as that is of use to a person. */
export const reasonOf = (error: unknown, { say }: Speech): string => {
  if (!navigator.onLine) return say('reason.offline');
  const isKnown = isOutroError(error) && known.includes(error.failure);
  return say((isKnown ? `reason.${error.failure}` : 'reason.other') as Key);
};
