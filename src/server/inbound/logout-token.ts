import type { JWTPayload } from 'jose';
import { fail } from '../../core/error.ts';
import type { Hears } from '../../providers/row.ts';
import { tokenAlgorithms } from '../config/inbound-settings.ts';
import { actOnce, digestOf, heard, idOf, type InboundMessage, type Receiver } from './message.ts';
import { keysOfIssuer, verifyToken } from '../outbound/token.ts';

const member = 'http://schemas.openid.net/event/backchannel-logout';

// Seconds: how old a logout token may be, and what clocks may differ.
const maxTokenAge = 300;
const clockTolerance = 180;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readToken = ({ request }: InboundMessage): string =>
  request.param('logout_token') ||
  fail('missingParameter', 'logout_token: expected once, in a form body');

/** What OpenID Connect asks of the claims, beyond what makes a JWT valid. */
const readClaims = ({ events, nonce, jti, sub, sid }: JWTPayload, type: string | undefined) => {
  // An ID token, or any other token of this provider, must not pass for one of these.
  if (type !== undefined && !/^(application\/)?(logout\+jwt|jwt)$/i.test(type))
    fail('invalidToken', 'typ: expected logout+jwt, or none');
  if (!isObject(events) || !isObject(events[member]))
    fail('invalidToken', `events: expected an object with ${member}, itself an object`);
  if (nonce !== undefined) fail('invalidToken', 'nonce: expected none: this is no ID token');
  if (typeof jti !== 'string' || jti === '')
    fail('invalidToken', 'jti: expected the id of the token');
  const claims = { sub: idOf(sub), sid: idOf(sid) };
  if (sub !== undefined && claims.sub === undefined) fail('invalidToken', 'sub: expected text');
  if (sid !== undefined && claims.sid === undefined) fail('invalidToken', 'sid: expected text');
  if (claims.sub === undefined && claims.sid === undefined)
    fail('invalidToken', 'sub: expected sub, or sid, or both');
  return { ...claims, jti: String(jti) };
};

/**
 * OpenID Connect back-channel logout: ends the session of ours that the provider's session `sid` opened, and those of
 * the person `sub` of which no sign-in told a `sid`; without a `sid`, all that the person opened through this provider.
 *
 * A token that was taken before is refused, as the specification says; the refusal says too that what it asked for is
 * done, so that a provider that lost our first answer is not told anything false.
 *
 * @throws missingParameter, invalidToken, duplicateNonce; networkError when the provider's keys cannot be read
 * @see OpenID Connect Back-Channel Logout 1.0 sections 2.4 to 2.8; providers.md section 5.7
 */
export const receiveLogoutToken: Receiver<Extract<Hears, { kind: 'logout-token' }>> = async (
  message,
) => {
  const { parts, site, provider, settings } = message;
  const { issuer = '', clientId = '', idTokenAlgorithm } = settings;
  const token = readToken(message);
  const { payload, type } = await verifyToken(token, await keysOfIssuer(parts, issuer), {
    algorithms: idTokenAlgorithm ? [idTokenAlgorithm] : [...tokenAlgorithms],
    issuer,
    audience: [clientId, ...(settings.inbound?.clientIds ?? [])],
    maxTokenAge,
    clockTolerance,
  });
  const { jti, sub, sid } = readClaims(payload, type);
  const id = digestOf(JSON.stringify([site.apiKey, provider, issuer, jti]));
  const until = new Date(Date.now() + 2 * (maxTokenAge + clockTolerance) * 1000);
  const ended = { issuer, sid, providerUid: sub };
  const isFirst = await actOnce(parts.store.exits, ['logout-token', id, until], () =>
    message.effects.signOut(ended),
  );
  if (!isFirst)
    fail('duplicateNonce', 'jti: this token was taken before, and what it asked for is done');
  return heard();
};
