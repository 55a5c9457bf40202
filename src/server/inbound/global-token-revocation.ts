import { fail } from '../../core/error.ts';
import type { Hears } from '../../providers/row.ts';
import { tokenAlgorithms } from '../config/inbound-settings.ts';
import { digestOf, heard, type InboundMessage, type Receiver } from './message.ts';
import { readSubject } from './subject.ts';
import { keysOfIssuer, verifyToken } from '../outbound/token.ts';

type Row = Extract<Hears, { kind: 'global-token-revocation' }>;

// Seconds: how old its token may be, and what clocks may differ.
const maxTokenAge = 600;
const clockTolerance = 180;

const bearerOf = ({ request }: InboundMessage): string =>
  /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.authorization ?? '')?.[1] ??
  fail('invalidSignature', 'Authorization: expected Bearer and a JWT that the provider has signed');

/** Checks who asks: a token of the provider's for this very address, used for nothing else. */
const verifyCaller = async (message: InboundMessage<Row>) => {
  const { parts, site, provider, settings } = message;
  const { issuer = settings.issuer ?? '', jwksUri } = settings.globalTokenRevocation ?? {};
  const keys = jwksUri ? parts.keySets(jwksUri) : await keysOfIssuer(parts, issuer);
  const { payload } = await verifyToken(bearerOf(message), keys, {
    algorithms: [...tokenAlgorithms],
    issuer,
    audience: `${site.publicUrl}/inbound/${site.apiKey}/${provider}/global-token-revocation`,
    requiredClaims: ['jti', 'exp'],
    maxTokenAge,
    clockTolerance,
  });
  const { jti, iat = 0 } = payload;
  if (typeof jti !== 'string' || jti === '') fail('invalidToken', 'jti: expected text');
  return { jti: String(jti), at: new Date(iat * 1000) };
};

/**
 * Lets a token stand for one body only. The signature covers the token and not whom the request is about: whoever has seen
 * one could otherwise name anybody. The same request again is the same request.
 */
const bindToBody = async (message: InboundMessage<Row>, jti: string): Promise<void> => {
  const { parts, site, provider, request } = message;
  const { body } = request;
  const { exits } = parts.store;
  const name = (...more: string[]) =>
    digestOf(JSON.stringify([site.apiKey, provider, jti, ...more]));
  const until = new Date(Date.now() + 2 * (maxTokenAge + clockTolerance) * 1000);
  const kind = 'global-token-revocation';
  if (await exits.seeOnce(kind, name(), until)) await exits.seeOnce(kind, name(body), until);
  else if (!(await exits.wasSeen(kind, name(body))))
    fail('duplicateNonce', 'jti: this token was used before, for another request');
};

const subjectIn = ({ request }: InboundMessage): unknown =>
  (request.document() as Record<string, unknown>)['sub_id'] ??
  fail('missingParameter', 'sub_id: expected, in a JSON body');

/**
 * Ends all sessions here of a person of the provider's: those that were opened before it asked, by whatever way in.
 *
 * @throws missingParameter, invalidSignature, invalidToken, invalidParameter, duplicateNonce, notConnected when nobody
 *   here is connected to that person; networkError when the provider's keys cannot be read
 * @see draft-parecki-oauth-global-token-revocation sections 3.2 to 3.5
 */
export const receiveGlobalTokenRevocation: Receiver<Row> = async (message) => {
  const { jti, at } = await verifyCaller(message);
  const given = subjectIn(message);
  await bindToBody(message, jti);
  let isKnown = false;
  for (const { providerUid } of await readSubject(message, given))
    if (providerUid !== undefined)
      isKnown = (await message.effects.endAll(providerUid, at)) || isKnown;
  if (!isKnown) fail('notConnected', 'sub_id: nobody here is connected to that person');
  return heard(204);
};
