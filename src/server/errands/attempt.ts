import { Buffer } from 'node:buffer';
import type { RevokeRequest } from '../../providers/providers.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import { fill, fillAddress, fillAll, type Values } from '../outbound/templates.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import {
  tokenPlace,
  type ErrandCheck,
  type ErrandOutcome,
  type Revocation,
} from '../exits/exits.ts';
import type { ServerContext } from '../caller/context.ts';
import { placeholdersOf, revokeOf, unsetOf } from './plan-revocation.ts';
import { readAnswer } from './read-answer.ts';
import type { Revoker } from './revoker.ts';

const authorizationOf = ({ authorization }: RevokeRequest, values: Values): string | undefined => {
  if (authorization !== 'basic') return authorization && fill(authorization, values);
  const pair = [values['clientId'], values['clientSecret']].map((one) =>
    encodeURIComponent(one ?? ''),
  );
  return `Basic ${Buffer.from(pair.join(':')).toString('base64')}`;
};

const initOf = (request: RevokeRequest, values: Values): RequestInit => {
  const authorization = authorizationOf(request, values);
  const headers = {
    Accept: 'application/json',
    'User-Agent': 'outro',
    ...(request.headers && fillAll(request.headers, values)),
    ...(authorization && { Authorization: authorization }),
    ...(request.json && { 'Content-Type': 'application/json' }),
  };
  const body = request.form
    ? new URLSearchParams(fillAll(request.form, values))
    : request.json && JSON.stringify(fillAll(request.json, values));
  return { method: request.method, headers, ...(body && { body }) };
};

// What only the site can put right: it is tried again until it has.
const mend = (reason: string): ErrandOutcome => ({ state: 'pending', reason, isSites: true });

const attempt = async (
  request: RevokeRequest,
  values: Values,
  outbound: Outbound,
  limit: number,
): Promise<ErrandOutcome> => {
  const url = fillAddress(request.url, values);
  const answer = await outbound(url, initOf(request, values), limit).catch(
    (error: unknown) => error as Error,
  );
  if (!(answer instanceof Error)) return readAnswer(request, answer);
  // Refused by ourselves: the address is not one that may be asked.
  return answer.message.startsWith('refused: ')
    ? mend(`the address of the revocation is ${answer.message}`)
    : { state: 'pending', reason: 'no answer from the provider', isDown: true };
};

// Said instead of an attempt that may not be made any more.
const withheld: Record<Exclude<ErrandCheck, 'go'>, ErrandOutcome> = {
  'linked-again': { state: 'skipped', reason: 'the person has connected again since' },
  lost: { state: 'pending', reason: 'another attempt goes on with it' },
};

const notKept: ErrandOutcome = {
  state: 'unsupported',
  reason: 'the token that this provider asks for was not kept',
};

interface Tokens {
  authToken?: string;
  refreshToken?: string;
  /** When the access token runs out: Unix seconds, as the site was told. */
  tokenExpiration?: number;
}

// Perhaps a key was left out of the configuration; it can be put back.
const sealedAway = mend('the tokens could not be opened with the configured keys');

const openTokens = (errand: Revocation, keyring: Keyring): Tokens | undefined => {
  if (errand.sealedTokens === undefined) return {};
  const opened = keyring.open(errand.sealedTokens, tokenPlace(errand));
  return opened === undefined ? undefined : (JSON.parse(opened) as Tokens);
};

// Which tokens are taken back, each by a request of its own; the one that carries the permission comes first.
const tokensToRevoke = (
  { eachToken }: RevokeRequest,
  { authToken, refreshToken }: Tokens,
): (string | undefined)[] =>
  eachToken
    ? [refreshToken, authToken].filter((token) => token !== undefined)
    : [refreshToken ?? authToken];

// Seconds that the clocks of provider and instance may differ.
const clockTolerance = 180;

const mayHaveRunOut = ({ tokenExpiration }: Tokens): boolean =>
  tokenExpiration === undefined || tokenExpiration < Date.now() / 1000 + clockTolerance;

/**
 * Whether a request shows the provider nothing but an access token that may have run out. Then "this token is not
 * known" says nothing of the permission: its refresh token lives, shown to nobody.
 */
const showsLittle = (
  needed: readonly string[],
  token: string | undefined,
  tokens: Tokens,
): boolean => {
  const { authToken, refreshToken } = tokens;
  const isShown = (one: string | undefined, name: string): boolean =>
    one !== undefined && (needed.includes(name) || (needed.includes('token') && token === one));
  return (
    isShown(authToken, 'accessToken') &&
    !isShown(refreshToken, 'refreshToken') &&
    mayHaveRunOut(tokens)
  );
};

const notShown: ErrandOutcome = {
  state: 'failed',
  reason:
    'the provider knows the access token no more, which may only have run out; whether the permission stands is not known',
};

/** What came of several tokens: what was seen to go with one of them is gone, whatever the others were. */
const together = (before: ErrandOutcome | undefined, next: ErrandOutcome): ErrandOutcome =>
  before?.state === 'done' && next.state === 'already' ? before : next;

// Milliseconds in which the log is told of one thing to put right once, however many errands wait for it.
const saidFor = 3_600_000;

/** Tells the log what a site has to put right. */
const createNagging = ({ logMend }: ServerContext) => {
  // One entry for each provider of each site.
  const said = new Map<string, { reason: string; until: number }>();
  return ({ site, provider }: Revocation, reason: string): void => {
    const name = `${site} ${provider}`;
    const last = said.get(name);
    if (last?.reason === reason && last.until > Date.now()) return;
    said.set(name, { reason, until: Date.now() + saidFor });
    logMend({ site, provider, reason });
  };
};

const day = 86_400;

const givenUp = (outcome: ErrandOutcome, lifetime: number): ErrandOutcome => ({
  ...outcome,
  state: 'failed',
  reason: `${outcome.reason}; given up after ${lifetime < day ? `${lifetime} seconds` : `${Math.floor(lifetime / day)} days`}`,
});

/** What the texts of a request stand for, or why nobody can be asked. */
const gather = async (
  request: RevokeRequest,
  { providers }: Site,
  errand: Revocation,
  { authToken, refreshToken }: Tokens,
  ask: (issuer: string) => ReturnType<ServerContext['discovery']>,
): Promise<Values | ErrandOutcome> => {
  const { clientId, clientSecret, tenant, issuer = '' } = providers[errand.provider] ?? {};
  const { providerUid } = errand;
  const known = {
    accessToken: authToken,
    refreshToken,
    clientId,
    clientSecret,
    tenant,
    providerUid,
  };
  if (!placeholdersOf(request).includes('revocationEndpoint')) return known;
  const found = await ask(issuer).catch(() => undefined);
  if (!found)
    return { state: 'pending', reason: 'its discovery document could not be read', isDown: true };
  const { revocationEndpoint } = found;
  return revocationEndpoint
    ? { ...known, revocationEndpoint }
    : { state: 'unsupported', reason: 'its discovery document names no revocation' };
};

const isOutcome = (gathered: Values | ErrandOutcome): gathered is ErrandOutcome =>
  'state' in gathered;

const tryOnce = async (
  { sites, store, keyring, discovery, outbound }: ServerContext,
  errand: Revocation,
  limit: number,
): Promise<ErrandOutcome> => {
  const site = sites.get(errand.site);
  const request = site && revokeOf(site, errand.provider);
  if (!site || request?.by !== 'request')
    return mend('the site has configured no way any more to take this permission back');
  const unset = unsetOf(request, site, errand.provider);
  if (unset) return mend(unset);
  const tokens = openTokens(errand, keyring);
  if (!tokens) return sealedAway;
  const deadline = Date.now() + limit;
  const base = await gather(request, site, errand, tokens, (issuer) => discovery(issuer, limit));
  if (isOutcome(base)) return base;
  const needed = placeholdersOf(request);
  let outcome: ErrandOutcome | undefined;
  for (const token of tokensToRevoke(request, tokens)) {
    const values: Values = { ...base, token };
    // An empty token would be refused in words that may read as "gone before".
    if (needed.some((name) => /token$/i.test(name) && values[name] === undefined)) return notKept;
    // Every time: discovery or the token before may have taken seconds, in which the person came back.
    const check = await store.exits.checkErrand(errand);
    if (check !== 'go') return withheld[check];
    const answered = await attempt(request, values, outbound, Math.max(1, deadline - Date.now()));
    const isUnknown =
      answered.state === 'already' && !outcome && showsLittle(needed, token, tokens);
    outcome = together(outcome, isUnknown ? { ...answered, ...notShown } : answered);
    if (outcome.state !== 'done' && outcome.state !== 'already') break;
  }
  return outcome ?? notKept;
};

/** Makes the function that tries errands at the providers of the configured sites. */
export const createRevoker = (parts: ServerContext): Revoker => {
  const nag = createNagging(parts);
  return async (errand, limit) => {
    const outcome = await tryOnce(parts, errand, limit);
    if (outcome.isSites) nag(errand, outcome.reason ?? '');
    const lifetime = parts.sites.get(errand.site)?.errandLifetime ?? Number.POSITIVE_INFINITY;
    const isOver =
      outcome.state === 'pending' && outcome !== withheld.lost && errand.age > lifetime;
    return isOver ? givenUp(outcome, lifetime) : outcome;
  };
};
