import { isOutroError } from '../core/is-outro-error.ts';
import type { Speech } from '../words/speech.ts';
import type { Connections } from './connection.ts';
import { reasonOf } from './failure.ts';

/** A removal that failed, and what is known since. */
export interface Failed {
  error: unknown;
  /** Whose connection it was; nothing where all were meant. */
  provider: string | undefined;
  /** What the list shows now; nothing where it could not be read. */
  found: Connections | undefined;
  /** Its button, where it still has one. */
  button: HTMLElement | undefined;
}

/** What is said of a removal that failed: by the list as it is now, since the request may have arrived. */
export const tellFailure = (
  { error, provider, found, button }: Failed,
  speech: Speech,
): string[] => {
  const many = provider === undefined ? 'all' : 'one';
  const say = (key: 'unknown' | 'elsewhere' | 'removed' | 'still'): string =>
    speech.say(`${key}.${many}`, { provider: provider ?? '' });
  if (found?.isSignedIn === false) return [];
  if (!found) return [say('unknown'), reasonOf(error, speech)];
  // Its row says why, where it is refused now.
  if (button?.ariaDisabled) return [];
  const isThere = button !== undefined || (many === 'all' && found.list.length > 0);
  if (isThere) return [say('still'), reasonOf(error, speech)];
  const isGone = isOutroError(error) && error.failure === 'notConnected';
  return isGone ? [say('elsewhere')] : [say('removed'), speech.say('left.open')];
};
