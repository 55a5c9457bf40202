import { Buffer } from 'node:buffer';
import type { Discovery } from '../outbound/discovery.ts';
import type { TripUnderWay } from './trip.ts';
import type { ApiRequest } from '../wire/request.ts';
import { createToken, hashToken } from '../config/token.ts';
import type { Site } from '../config/sites.ts';
import type { TripStop, StopNote } from '../exits/trip.ts';
import { stateOf } from './stop.ts';
import { returnAddress } from './ways-out.ts';

/** The `state` of such a question: by the cookie's token, so that no other provider of the trip can make the answer. */
export const probeState = ({ trip, token }: TripUnderWay, index: number): string => {
  const proof = hashToken(`${token} probe ${index}`);
  return `${stateOf(trip, index)}.${Buffer.from(proof).toString('base64url')}`;
};

/**
 * Address that asks a provider whether the person is still signed in there, with nothing shown and nothing gained: the
 * code that it may answer with is thrown away.
 *
 * @returns `undefined` when it cannot be asked.
 * @see OpenID Connect Core 1.0 section 3.1.2.1 "prompt"; browser-logout.md "What can be known"
 */
export const probeAddress = async (
  site: Site,
  { provider }: TripStop,
  state: string,
  discovery: Discovery,
): Promise<string | undefined> => {
  const { issuer, clientId } = site.providers[provider] ?? {};
  if (issuer === undefined || clientId === undefined) return undefined;
  const found = await discovery(issuer).catch(() => undefined);
  if (!found?.authorizationEndpoint) return undefined;
  const url = new URL(found.authorizationEndpoint);
  const verifier = new TextEncoder().encode(createToken());
  const challenge = await crypto.subtle.digest('SHA-256', verifier);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: returnAddress(site),
    scope: 'openid',
    prompt: 'none',
    state,
    // Some providers insist; nobody will redeem the code.
    code_challenge: Buffer.from(challenge).toString('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

// Answers that only somebody who is signed in gets.
const signedIn = ['interaction_required', 'consent_required', 'account_selection_required'];

/** What the answer to such a question proves: that nobody is signed in there, that somebody is, or nothing. */
export const readProbe = (given: ApiRequest): StopNote | undefined => {
  const error = given.param('error');
  if (error === 'login_required') return 'confirmedAt';
  const isSignedIn = error === undefined ? given.param('code') : signedIn.includes(error);
  return isSignedIn ? 'refusedAt' : undefined;
};
