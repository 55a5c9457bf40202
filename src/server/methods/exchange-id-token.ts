import { createHash } from 'node:crypto';
import { fail } from '../../core/error.ts';
import { sourceRow } from '../../providers/sources.ts';
import { signUid, type UidSignature } from '../caller/signature.ts';
import type { Site } from '../config/sites.ts';
import { verifyToken } from '../outbound/token.ts';
import { issuerOf, keysAddress, placeOf, type VendorPlace } from '../outbound/vendor-address.ts';
import { journalOf, update, type MethodContext, type ServerMethod } from './context.ts';
import { endOldest, openSession, sessionCookie, type SessionCookie } from './open-session.ts';

// Seconds: how old a token may be, and what clocks may differ.
const maxTokenAge = 3600;
const clockTolerance = 30;

/** A vendor whose sessions are traded for ours. */
export interface FormerSite extends VendorPlace {
  issuer: string;
  audience: string | undefined;
}

/** Where a site moves from, if it trades sessions. */
export const formerSiteOf = ({ apiKey, sources }: Site): FormerSite | undefined => {
  const [name, settings] = Object.entries(sources).find(([, one]) => one.tradesSessions) ?? [];
  const row = name === undefined ? undefined : sourceRow(name);
  if (!row || !settings) return undefined;
  const place = placeOf(row, apiKey, settings);
  return { ...place, issuer: settings.issuer ?? issuerOf(place), audience: settings.audience };
};

/**
 * Who a token of the vendor's says is signed in there.
 *
 * @throws invalidToken; networkError when the vendor's keys cannot be read
 */
const readToken = async (
  token: string,
  former: FormerSite,
  { keySets }: Pick<MethodContext, 'keySets'>,
): Promise<{ uid: string; id: string; expiresAt: Date }> => {
  const { apiKey, audience, issuer } = former;
  const { payload } = await verifyToken(token, keySets(keysAddress(former)), {
    algorithms: ['RS256'],
    issuer,
    ...(audience !== undefined && { audience }),
    requiredClaims: ['exp', 'sub'],
    maxTokenAge,
    clockTolerance,
  });
  const { sub, exp = 0 } = payload;
  if (audience === undefined && payload['apiKey'] !== apiKey)
    fail('invalidToken', 'apiKey: expected the key of the site that this one moves from');
  const uid =
    sub !== undefined && /^[^\p{Cc}\p{Cs}]{1,300}$/u.test(sub)
      ? sub
      : fail('invalidToken', 'sub: expected a UID');
  // Of what is signed: the signature could be spelled otherwise.
  const signed = token.slice(0, token.lastIndexOf('.'));
  return {
    uid,
    id: createHash('sha256').update(`${apiKey} ${signed}`).digest('hex'),
    expiresAt: new Date((exp + 2 * clockTolerance) * 1000),
  };
};

interface Traded extends SessionCookie, UidSignature {
  UID: string;
  sessionInfo: SessionCookie & { expires_in: number };
}

/**
 * `socialize.exchangeIdToken`: signs in here whoever is signed in at the vendor, once for each token, so that nobody is
 * asked to sign in again because a page has moved.
 *
 * @throws notSupported, invalidToken, duplicateNonce, unauthorizedUser, networkError
 * @see beside.md section 7
 */
export const exchangeIdToken: ServerMethod<'exchangeIdToken'> = async (params, context) => {
  const { site } = context.caller;
  const former =
    formerSiteOf(site) ??
    fail('notSupported', 'sources: expected one with tradesSessions in the configuration');
  const { uid, id, expiresAt } = await readToken(params.id_token, former, context);
  const { token, session, expiresIn } = openSession(undefined, site);
  const who = { site: site.apiKey, uid };
  const unknown = 'sub: no user of this site has this UID; import the people first';
  // Looked up first, so that a token is not used up by somebody who is still to be imported.
  if (!(await context.store.people.read(who))) fail('unauthorizedUser', unknown);
  if (!(await context.store.exits.seeOnce('id-token', `${site.apiKey} ${id}`, expiresAt)))
    fail('duplicateNonce', 'id_token: expected one that was not traded before');
  const { answer } = await update<Traded>(context, who, (account) => {
    if (!account) return fail('unauthorizedUser', unknown);
    const cookie = sessionCookie(site, token);
    const ended = endOldest(account, site);
    const fields = {
      UID: account.uid,
      ...signUid(site.secret[0]!, account.uid),
      ...cookie,
      sessionInfo: { ...cookie, expires_in: expiresIn },
    };
    const journal = journalOf('exchangeIdToken', context, params, ended.receipt, fields);
    return { change: { ...ended.change, openSession: session, journal }, answer: fields };
  });
  return answer;
};
