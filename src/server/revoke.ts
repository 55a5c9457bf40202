import { Buffer } from 'node:buffer';
import { providerRow, type Revoke, type RevokeRequest } from '../core/providers.ts';
import type { Outbound } from './outbound.ts';
import type { Keyring } from './secrets.ts';
import type { Site } from './sites.ts';
import { tokenPlace, type RevocationJob, type RevocationOutcome } from './store.ts';

/** How a site takes permissions back at a provider: as it configured, else as the provider table says. */
export const revokeOf = (site: Site, provider: string): Revoke | undefined =>
  site.providers[provider]?.revoke ?? providerRow(provider)?.revoke;

type Values = Record<string, string | undefined>;

const placeholder = /\{(\w+)\}/g;

/** Names of the placeholders that a request has. */
export const placeholdersOf = (request: RevokeRequest): string[] => {
  const basic = request.authorization === 'basic' ? '{clientId}{clientSecret}' : '';
  return [...(basic + JSON.stringify(request)).matchAll(placeholder)].map(([, name = '']) => name);
};

const fill = (text: string, values: Values): string =>
  text.replace(placeholder, (_, name: string) => values[name] ?? '');

// What goes into an address is one part of it, whatever a provider calls its users; only a tenant is a host.
const fillAddress = (url: string, values: Values): string => {
  const encoded = Object.entries(values).map(([name, value = '']) => [
    name,
    name === 'tenant' ? value : encodeURIComponent(value),
  ]);
  return fill(url, Object.fromEntries(encoded) as Values);
};

const fillAll = (texts: Readonly<Record<string, string>>, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, values)]));

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
): Promise<RevocationOutcome> => {
  const url = fillAddress(request.url, values);
  const answer = await outbound(url, initOf(request, values), limit).catch(
    (error: unknown) => error as Error,
  );
  if (answer instanceof Error) {
    const isRefused = answer.message.startsWith('refused: ');
    return {
      state: isRefused ? 'failed' : 'pending',
      reason: isRefused ? answer.message : 'no answer from the provider',
    };
  }
  const { status, body, retryAfter } = answer;
  const seen = `${status} ${body}`;
  if (request.already && new RegExp(request.already, 'is').test(seen)) return { state: 'already' };
  if (status === 429 || status >= 500)
    return {
      state: 'pending',
      reason: `the provider answered ${status}`,
      ...(retryAfter !== undefined && { retryAfter }),
    };
  const isRefused = request.refused !== undefined && new RegExp(request.refused, 'is').test(body);
  if (status < 200 || status > 299 || isRefused)
    return {
      state: 'failed',
      reason: `the provider answered ${status}${isRefused ? ' with an error in its body' : ''}`,
    };
  return { state: 'done' };
};

/** Takes one permission back, within `limit` milliseconds; never rejects. */
export type Revoker = (job: RevocationJob, limit: number) => Promise<RevocationOutcome>;

const notKept: RevocationOutcome = {
  state: 'unsupported',
  reason: 'the token that this provider asks for was not kept',
};

interface Tokens {
  authToken?: string;
  refreshToken?: string;
}

/** Makes the function that runs revocation jobs against the providers of the configured sites. */
export const createRevoker =
  (sites: Map<string, Site>, keyring: Keyring, outbound: Outbound): Revoker =>
  async (job, limit) => {
    const site = sites.get(job.site);
    const request = site && revokeOf(site, job.provider);
    if (request?.by !== 'request')
      return { state: 'unsupported', reason: 'this provider is no longer configured with a way' };
    const { clientId, clientSecret, tenant } = site?.providers[job.provider] ?? {};
    let tokens: Tokens = {};
    try {
      if (job.sealedTokens)
        tokens = JSON.parse(await keyring.open(job.sealedTokens, tokenPlace(job))) as Tokens;
    } catch {
      // Perhaps a key was left out of the configuration; it can be put back.
      return {
        state: 'pending',
        reason: 'the tokens could not be opened with the configured keys',
      };
    }
    const { authToken: accessToken, refreshToken } = tokens;
    const base = {
      accessToken,
      refreshToken,
      clientId,
      clientSecret,
      tenant,
      providerUid: job.providerUid,
    };
    const each = request.eachToken ? [refreshToken, accessToken] : [refreshToken ?? accessToken];
    const runs = each.filter(
      (token, index) => token !== undefined || (index === 0 && !request.eachToken),
    );
    const needed = placeholdersOf(request).filter((name) => /token$/i.test(name));
    const deadline = Date.now() + limit;
    let outcome = notKept;
    for (const token of runs) {
      const values: Values = { ...base, token };
      // An empty token would be refused in words that may read as "gone before".
      if (needed.some((name) => values[name] === undefined)) return notKept;
      outcome = await attempt(request, values, outbound, Math.max(1, deadline - Date.now()));
      if (outcome.state !== 'done' && outcome.state !== 'already') break;
    }
    return outcome;
  };
