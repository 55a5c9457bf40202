import { Buffer } from 'node:buffer';
import { providerRow, type Revoke, type RevokeRequest } from '../../providers/providers.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import { fill, fillAddress, fillAll, namesIn, type Values } from '../outbound/templates.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { tokenPlace, type Errand, type ErrandCheck, type ErrandOutcome } from '../exits/exits.ts';
import type { ServerContext } from '../caller/context.ts';

/** How a site takes permissions back at a provider: as it configured, else as the provider table says. */
export const revokeOf = (site: Site, provider: string): Revoke | undefined =>
  site.providers[provider]?.revoke ?? providerRow(provider)?.revoke;

const placeholders = new WeakMap<RevokeRequest, readonly string[]>();

/** Names of the placeholders that a request has. */
export const placeholdersOf = (request: RevokeRequest): readonly string[] => {
  const known = placeholders.get(request);
  if (known) return known;
  const basic = request.authorization === 'basic' ? '{clientId}{clientSecret}' : '';
  const names = namesIn(basic + JSON.stringify(request));
  placeholders.set(request, names);
  return names;
};

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
  if (answer instanceof Error) {
    const isRefused = answer.message.startsWith('refused: ');
    return isRefused
      ? { state: 'failed', reason: answer.message }
      : { state: 'pending', reason: 'no answer from the provider', isDown: true };
  }
  const { status, body, retryAfter } = answer;
  const seen = `${status} ${body}`;
  if (request.already && new RegExp(request.already, 'is').test(seen))
    return { state: 'already', isDown: false };
  if (status === 429 || status >= 500)
    return {
      state: 'pending',
      reason: `the provider answered ${status}`,
      isDown: true,
      ...(retryAfter !== undefined && { retryAfter }),
    };
  const isRefused = request.refused !== undefined && new RegExp(request.refused, 'is').test(body);
  if (status < 200 || status > 299 || isRefused)
    return {
      state: 'failed',
      reason: `the provider answered ${status}${isRefused ? ' with an error in its body' : ''}`,
      isDown: false,
    };
  return { state: 'done', isDown: false };
};

// Said instead of an attempt that may not be made any more.
const withheld: Record<Exclude<ErrandCheck, 'go'>, ErrandOutcome> = {
  'linked-again': { state: 'skipped', reason: 'the person has connected again since' },
  lost: { state: 'pending', reason: 'another attempt goes on with it' },
};

/** Takes one permission back, within `limit` milliseconds; never rejects. */
export type Revoker = (errand: Errand, limit: number) => Promise<ErrandOutcome>;

const notKept: ErrandOutcome = {
  state: 'unsupported',
  reason: 'the token that this provider asks for was not kept',
};

interface Tokens {
  authToken?: string;
  refreshToken?: string;
}

// Perhaps a key was left out of the configuration; it can be put back.
const sealedAway: ErrandOutcome = {
  state: 'pending',
  reason: 'the tokens could not be opened with the configured keys',
};

const openTokens = (errand: Errand, keyring: Keyring): Tokens | undefined => {
  if (errand.sealedTokens === undefined) return {};
  const opened = keyring.open(errand.sealedTokens, tokenPlace(errand));
  return opened === undefined ? undefined : (JSON.parse(opened) as Tokens);
};

// Which tokens are taken back, each by a request of its own.
const tokensToRevoke = (
  { eachToken }: RevokeRequest,
  { authToken, refreshToken }: Tokens,
): (string | undefined)[] =>
  eachToken
    ? [refreshToken, authToken].filter((token) => token !== undefined)
    : [refreshToken ?? authToken];

/** Makes the function that runs revocation jobs against the providers of the configured sites. */
export const createRevoker =
  ({ sites, store, keyring, discovery, outbound }: ServerContext): Revoker =>
  async (errand, limit) => {
    const site = sites.get(errand.site);
    const request = site && revokeOf(site, errand.provider);
    if (request?.by !== 'request')
      return { state: 'unsupported', reason: 'this provider is no longer configured with a way' };
    const { clientId, clientSecret, tenant, issuer } = site?.providers[errand.provider] ?? {};
    const tokens = openTokens(errand, keyring);
    if (!tokens) return sealedAway;
    const deadline = Date.now() + limit;
    const needed = placeholdersOf(request);
    const base: Values = {
      accessToken: tokens.authToken,
      refreshToken: tokens.refreshToken,
      clientId,
      clientSecret,
      tenant,
      providerUid: errand.providerUid,
    };
    if (needed.includes('revocationEndpoint')) {
      const found = await discovery(issuer ?? '', limit).catch(() => undefined);
      if (!found) return { state: 'pending', reason: 'its discovery document could not be read' };
      if (!found.revocationEndpoint)
        return { state: 'unsupported', reason: 'its discovery document names no revocation' };
      base['revocationEndpoint'] = found.revocationEndpoint;
    }
    let outcome = notKept;
    for (const token of tokensToRevoke(request, tokens)) {
      const values: Values = { ...base, token };
      // An empty token would be refused in words that may read as "gone before".
      if (needed.some((name) => /token$/i.test(name) && values[name] === undefined)) return notKept;
      // Every time: discovery or the token before may have taken seconds, in which the person came back.
      const check = await store.exits.checkErrand(errand);
      if (check !== 'go') return withheld[check];
      outcome = await attempt(request, values, outbound, Math.max(1, deadline - Date.now()));
      if (outcome.state !== 'done' && outcome.state !== 'already') break;
    }
    return outcome;
  };
