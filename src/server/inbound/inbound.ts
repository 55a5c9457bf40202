import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { Hears } from '../../providers/row.ts';
import { unprovedFailures, type Gate } from '../caller/gate.ts';
import { onlySite, readerOf } from '../wire/page.ts';
import { readAddress } from '../wire/parameters.ts';
import { refusalPage, toRefusal } from '../wire/refusal-page.ts';
import { readRequest, type BodyFormat } from '../wire/request.ts';
import type { ServerContext } from '../caller/context.ts';
import { hearsOf } from '../config/hears-of.ts';
import type { Site } from '../config/sites.ts';
import type { ServerMethod } from '../methods/context.ts';
import { deletionPage } from './deletion.ts';
import { effectsOf } from './effects.ts';
import { receiveFrontChannel } from './front-channel.ts';
import { receiveGlobalTokenRevocation } from './global-token-revocation.ts';
import { receiveLogoutToken } from './logout-token.ts';
import {
  inboundHeaders,
  type InboundMessage,
  type InboundContext,
  type Receiver,
} from './message.ts';
import { receiveFromSource, type SourceMessage } from './people-source.ts';
import { settingsIn } from './places.ts';
import { refusalOf } from './refusal.ts';
import { receiveSamlLogout } from './saml.ts';
import { receiveSecurityEvent } from './security-event.ts';
import { receiveDataDeletion, receiveDeauthorize } from './signed-request.ts';
import { receiveWebhook } from './webhook.ts';

type Kind = Hears['kind'];
type Receivers = { [Name in Kind]: Receiver<Extract<Hears, { kind: Name }>> };

// What the site must have configured for each kind; a webhook's row says it itself.
const needs: Record<Kind, string[]> = {
  'logout-token': ['issuer', 'clientId'],
  'front-channel': ['issuer'],
  saml: ['saml'],
  deauthorize: ['clientSecret'],
  'data-deletion': ['clientSecret'],
  'security-event': ['clientId'],
  'global-token-revocation': ['issuer'],
  webhook: [],
};

const needsOf = (row: Hears, { transmitter }: Site['providers'][string]): string[] =>
  row.kind === 'security-event' && transmitter?.audience ? [] : needs[row.kind];

const methodsOf = (row: Hears): string[] => {
  if (row.kind === 'front-channel' || row.kind === 'saml') return ['GET'];
  if (row.kind !== 'webhook') return ['POST'];
  return [...new Set([...row.methods, ...(row.challenge ? [row.challenge.method] : [])])];
};

const formatsOf = (row: Hears): readonly BodyFormat[] => {
  if (row.kind === 'webhook') return row.formats;
  if (row.kind === 'global-token-revocation') return ['json'];
  if (row.kind !== 'security-event') return ['form'];
  return row.member === undefined ? ['text'] : ['json'];
};

const findRow = (
  sites: Map<string, Site>,
  [apiKey = '', provider = '', kind = '']: string[],
): Pick<InboundMessage, 'site' | 'provider' | 'settings' | 'row'> => {
  const site =
    sites.get(apiKey) ?? fail('invalidApiKey', 'apiKey: no site of this service has this key');
  const settings = Object.hasOwn(site.providers, provider) ? site.providers[provider] : undefined;
  if (!settings) return fail('notSupported', 'provider: this site has not configured it');
  const rows = hearsOf(provider, settings);
  const row = rows.find((one) => one.kind === kind);
  if (!row)
    return fail(
      'notSupported',
      `kind: expected ${rows.map((one) => one.kind).join(' or ') || 'none: nothing is heard of this provider'}`,
    );
  const configured: Record<string, unknown> = {
    ...settings,
    ...settings.inbound,
    ...(row.kind === 'global-token-revocation' && settings.globalTokenRevocation),
  };
  const missing = [...needsOf(row, settings), ...settingsIn(row)].find((name) => !configured[name]);
  if (missing)
    return fail('notSupported', `${missing}: this site has not configured it for this provider`);
  return { site, provider, settings, row };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
};

/**
 * Makes the answer to everything under `/inbound/`, where providers tell what happened there:
 * `/inbound/<apiKey>/<provider>/<kind>`, `/inbound/<apiKey>/<vendor>/accounts` for people who came along from there, and
 * `/inbound/deletion/<code>` for the person who asked for it. Success is answered only when the effect is committed or there was nothing to do; an error says what was expected, in JSON.
 *
 * @see providers.md section 5; design.md section 6
 */
export const createInbound = (
  parts: InboundContext,
  deleteAccount: ServerMethod<'deleteAccount'>,
) => {
  const receivers: Receivers = {
    'logout-token': receiveLogoutToken,
    'front-channel': receiveFrontChannel,
    saml: receiveSamlLogout,
    deauthorize: receiveDeauthorize,
    'data-deletion': receiveDataDeletion,
    'security-event': receiveSecurityEvent,
    'global-token-revocation': receiveGlobalTokenRevocation,
    webhook: receiveWebhook,
  };
  return async (raw: Request, gate: Gate): Promise<Response> => {
    const callId = crypto.randomUUID().replaceAll('-', '');
    const url = new URL(raw.url);
    const path = url.pathname.split('/').slice(2).map(decode);
    let row: Hears | undefined;
    try {
      if (path[0] === 'deletion' && path.length === 2)
        return await showDeletion(parts, raw, path[1] ?? '', { callId, gate });
      readAddress(url);
      if (path[2] === 'accounts' && path.length === 3)
        return await receiveAccounts(raw, path, { parts, callId, deleteAccount });
      const found = findRow(parts.sites, path);
      ({ row } = found);
      const { method } = raw;
      const allowed = methodsOf(row);
      if (method === 'HEAD' || method === 'OPTIONS' || !allowed.includes(method))
        return refuseMethod(method, allowed);
      const request = await readRequest(raw, { formats: formatsOf(row) });
      const receive = receivers[row.kind] as Receiver<Hears>;
      const arrived = { ...found, parts, callId };
      return await receive({
        ...arrived,
        effects: effectsOf(arrived),
        request,
        key: path[3] ?? '',
      });
    } catch (error) {
      // Without the last part of the address, which may be a secret.
      const place = `/inbound/${path.slice(0, 3).join('/')}`;
      if (!isOutroError(error) || error.failure === 'networkError')
        parts.logError({ callId, path: place, error });
      const counted = await countRefusal(parts.sites.get(path[0] ?? ''), error, gate);
      return refusalOf(counted, callId, row, () => gate.retryAfter());
    }
  };
};

/** What a vendor that has people of a site tells of them. */
const receiveAccounts = async (
  raw: Request,
  [apiKey = '', source = '']: string[],
  given: Pick<SourceMessage, 'parts' | 'callId' | 'deleteAccount'>,
): Promise<Response> => {
  if (raw.method !== 'POST') return refuseMethod(raw.method, ['POST']);
  const site =
    given.parts.sites.get(apiKey) ??
    fail('invalidApiKey', 'apiKey: no site of this service has this key');
  const request = await readRequest(raw, { formats: ['json'] });
  return receiveFromSource({ ...given, site, source, request });
};

// Good messages are not counted, for one address sends them all.
const countRefusal = async (
  site: Site | undefined,
  error: unknown,
  gate: Gate,
): Promise<unknown> => {
  if (!isOutroError(error) || !unprovedFailures.includes(error.failure)) return error;
  return gate.unproved(site, 'message', true).then(
    () => error,
    (limit: unknown) => limit,
  );
};

// A person reads it, so that what goes wrong is told in a page too.
const showDeletion = async (
  parts: ServerContext,
  raw: Request,
  code: string,
  { callId, gate }: { callId: string; gate: Gate },
): Promise<Response> => {
  let lang: string | undefined;
  try {
    lang = readAddress(new URL(raw.url)).param('lang');
    const shown = await deletionPage(parts, code, raw.headers, lang);
    // Nobody who was given a code asks for others.
    if (shown.status === 404) await gate.unproved(undefined, 'code', true);
    return shown;
  } catch (error) {
    if (!isOutroError(error)) parts.logError({ callId, path: '/inbound/deletion', error });
    const refusal = toRefusal(error, callId);
    const reader = await readerOf(raw.headers, lang, onlySite(parts.sites));
    if (refusal.failure !== 'apiRateLimitExceeded') return refusalPage(reader, refusal);
    // As every door here says it.
    const refused = await refusalPage(reader, refusal, 429);
    refused.headers.set('Retry-After', String(gate.retryAfter()));
    return refused;
  }
};

// Looking changes nothing, whatever is asked for.
const refuseMethod = (method: string, allowed: string[]): Response => {
  const headers = { ...inboundHeaders, Allow: [...allowed, 'HEAD', 'OPTIONS'].join(', ') };
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers });
  if (method === 'HEAD') return new Response(null, { headers });
  const error_description = `method: expected ${allowed.join(' or ')}`;
  return Response.json(
    { error: 'method_not_allowed', error_description },
    { status: 405, headers },
  );
};
