import { fail } from '../../core/error.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Exits } from '../exits/exits.ts';
import { digestOf, type InboundMessage } from './message.ts';

/** A provider of a site. */
interface Place {
  site: string;
  provider: string;
}

// Milliseconds for which a verification that was asked for may come, and for which it is known that it came.
const lifetime = 86_400_000;

const placeOf = ({ site, provider }: Place): string => `verification:${site} ${provider}`;

const kind = 'verification';

/** A state to ask a verification with, which whoever knows the keys recognises. */
export const createVerification = (keyring: Keyring, place: Place): string =>
  keyring.seal(String(Date.now()), placeOf(place));

/** Whether the verification that was asked with this state has come, at any instance. */
export const wasVerified = (exits: Exits, state: string): Promise<boolean> =>
  exits.wasSeen(kind, digestOf(state));

/**
 * Takes a verification event: one that nobody asked for is a greeting, one that was asked for is noted.
 *
 * @throws invalidToken when its state is none of ours
 * @see OpenID Shared Signals Framework 1.0 section 8.1.4
 */
export const confirmVerification = async (
  { parts, site, provider }: Pick<InboundMessage, 'parts' | 'site' | 'provider'>,
  state: unknown,
): Promise<void> => {
  if (state === undefined) return;
  const text = typeof state === 'string' ? state : '';
  const opened = parts.keyring.open(text, placeOf({ site: site.apiKey, provider }));
  const age = Date.now() - Number(opened ?? Number.NaN);
  if (!(age <= lifetime)) fail('invalidToken', 'state: expected that of a request within a day');
  await parts.store.exits.seeOnce(kind, digestOf(text), new Date(Date.now() + lifetime));
};
