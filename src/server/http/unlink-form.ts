import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import { fail, type OutroError } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { externalNameField, lazy, matching, textField } from '../../core/schema.ts';
import type { Account, Identity } from '../rules/account.ts';
import { sessionOf } from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import type { Gate } from '../caller/gate.ts';
import { onlySite, readerOf } from '../wire/page.ts';
import { refusalPage, toRefusal } from '../wire/refusal-page.ts';
import { planRevocation } from '../errands/plan-revocation.ts';
import type { Revoker } from '../errands/revoker.ts';
import { update } from '../methods/context.ts';
import { finishRemoval, performRemoval } from '../methods/perform-removal.ts';
import { remoteMethods } from '../methods/rows.ts';
import { decideRemoval } from '../rules/removal.ts';
import { readLanguage } from '../wire/page-language.ts';
import { readParams, readRequest, type ApiRequest } from '../wire/request.ts';
import { createToken } from '../config/token.ts';
import type { Site } from '../config/sites.ts';
import { selectExternal } from '../methods/unlink.ts';
import { confirmationPage } from './confirmation-page.ts';
import { identifyForm } from './form-caller.ts';
import { linkParameters, readSignedLink } from './signed-link.ts';
import { addressOf, outcomeOf, readTarget, redirect } from './unlink-target.ts';

const path = '/action/v2/unlinkaccount';

// Milliseconds in which a confirmation page can be answered.
const answerTime = 10 * 60_000;

const integerField = () => matching(/^\d{1,11}$/, 'an integer of at most 11 digits');

// Without these two there is no site to ask and nowhere to go back to.
const addressParams = lazy(() =>
  z.object({ vhost: integerField(), redirectUrl: textField(100, 1) }),
);

const unlinkParams = lazy(() =>
  z.object({
    uid: integerField(),
    external_id_provider_name: z.optional(externalNameField()),
    sub_provider_name: z.optional(externalNameField()),
  }),
);

const findSite = (parts: ServerContext, vhost: string): Site =>
  [...parts.sites.values()].find((one) => one.vhost === vhost) ??
  fail('invalidParameter', 'vhost: expected the id of an application of this service');

const requireEnabled = (site: Site, request: ApiRequest): void => {
  const enabled =
    site.actions.unlinkaccount ??
    fail(
      'permissionDenied',
      'unlinkaccount: expected to be enabled in the actions of this application',
    );
  const isSigned = site.actions.asks === 'application';
  const names = [...enabled, 'csrf', 'lang', ...(isSigned ? linkParameters : [])];
  for (const name of request.params.keys())
    // Unknown ones too: a misspelt provider name would otherwise mean every provider.
    if (!names.some((one) => one.toLowerCase() === name.toLowerCase()))
      fail(
        'permissionDenied',
        `${name.slice(0, 50)}: expected only parameters enabled for unlinkaccount, which are ${enabled.join(', ')}`,
      );
};

/** What the form is given. */
interface FormContext extends ServerContext {
  revoker: Revoker;
}

/** Exactly what a person was asked; the answer counts for nothing else. */
interface Claim {
  session: string;
  site: string;
  params: Record<string, string | undefined>;
}

const sealProof = (claim: Claim, { keyring }: ServerContext): string => {
  const expiresAt = Date.now() + answerTime;
  return keyring.seal(JSON.stringify({ claim, id: createToken(), expiresAt }), 'csrf');
};

const proves = async (proof: string, claim: Claim, parts: ServerContext): Promise<boolean> => {
  const opened = parts.keyring.open(proof, 'csrf') ?? 'null';
  const sealed = JSON.parse(opened) as { claim: Claim; id: string; expiresAt: number } | null;
  return (
    sealed !== null &&
    JSON.stringify(sealed.claim) === JSON.stringify(claim) &&
    sealed.expiresAt > Date.now() &&
    // By the id inside: the sealed text can be spelled in several ways that open alike.
    parts.store.exits.seeOnce('csrf', sealed.id, new Date(sealed.expiresAt))
  );
};

const rules = { removeLoginID: false, lastIdentityHandling: 'soft' } as const;

/** A request that names a site and a place to go back to, before anything in it is believed. */
interface Asked {
  given: ApiRequest;
  callId: string;
  site: Site;
  vhost: string;
  redirectUrl: string;
  target: URL;
  /** Found out by whoever looked: the cookies open nothing. */
  isStranger?: boolean;
}

const readClaim = async ({ given, site, vhost, redirectUrl }: Asked) => {
  const params = { vhost, redirectUrl, ...readParams(unlinkParams(), given, true) };
  const caller = await identifyForm(given, site, remoteMethods.unlink.path, params.uid);
  const session = Buffer.from(sessionOf(caller) ?? []).toString('base64url');
  return { claim: { session, site: site.apiKey, params }, params, caller };
};

const select = (
  found: Account | undefined,
  params: z.output<ReturnType<typeof unlinkParams>>,
): [Account, Identity[]] => {
  // One answer for no session, somebody else and nobody: it tells nobody who has an account.
  if (found?.uid !== params.uid) return fail('unauthorizedUser');
  const name = {
    externalIdProviderName: params.external_id_provider_name,
    subProviderName: params.sub_provider_name,
  };
  return [found, selectExternal(found, name)];
};

/** Asks, or does what was asked before; what it throws goes back to the page by redirect. */
const askOrUnlink = async (parts: FormContext, asked: Asked): Promise<Response> => {
  const { given, site, target, callId } = asked;
  const { claim, params, caller: person } = await readClaim(asked);
  const application = await readSignedLink(given, site, params.uid, parts);
  const caller = application ?? person;
  asked.isStranger = caller.isStranger === true;
  const who = caller.account();
  const pick = (found: Account | undefined) => {
    asked.isStranger = found === undefined;
    return select(found, params);
  };
  // A link changes nothing by itself, whatever it carries.
  const proof = given.httpMethod === 'POST' ? given.param('csrf') : undefined;
  if (application || (proof !== undefined && (await proves(proof, claim, parts)))) {
    // A page without script has nobody to leave providers with.
    const context = { ...parts, caller, callId, origin: undefined };
    const provider = params.external_id_provider_name;
    const request = { method: 'unlink', rules, provider, force: false } as const;
    const removed = await update(context, who, (found) =>
      performRemoval(...pick(found), request, context, () => ({})),
    );
    await finishRemoval(removed, false, context);
    return redirect(target, { unlinkaccount: 'unlinked' });
  }
  const [account, selected] = pick(await parts.store.people.read(who));
  const lang = given.param('lang');
  const question = {
    account,
    selected,
    decision: decideRemoval(account, selected, rules, site, planRevocation(site)),
    isRepeated: proof !== undefined,
    action: new URL(site.publicUrl).pathname.replace(/\/$/, '') + path,
    fields: { ...params, lang: readLanguage(lang), csrf: sealProof(claim, parts) },
    keepUrl: addressOf(target),
    origins: [...site.origins, ...site.redirects],
  };
  return confirmationPage(question, await readerOf(given.headers, lang, site));
};

/**
 * Makes the answer to `/action/v2/unlinkaccount`, for pages without script: a link or form leads to a page
 * that asks; its form unlinks and redirects with `unlinkaccount=unlinked`, or `unlinkaccount=error` with
 * `errorCode`, `reason` and, where one is at fault, `parameter`.
 *
 * @returns a function that gives `undefined` for every other path and throws nothing: requests that name no
 *   site or no place to go back to are refused in a page (missingParameter, invalidParameter,
 *   permissionDenied, invalidRequest, requestTooLarge, unknownMethod), others by redirect (unauthorizedUser,
 *   missingParameter, invalidParameter, notConnected, apiRateLimitExceeded, serverError)
 * @see newspark-unlinkaccount; design.md section 4 "unlink by link"
 */
export const createUnlinkForm = (parts: FormContext) => {
  const explain = (error: unknown, callId: string): OutroError => {
    if (!isOutroError(error)) parts.logError({ callId, path, error });
    return toRefusal(error, callId);
  };
  return async (request: Request, gate: Gate): Promise<Response | undefined> => {
    if (new URL(request.url).pathname !== path) return undefined;
    const callId = crypto.randomUUID().replaceAll('-', '');
    // What a refusal is told by: known as far as the request has been read.
    let site = onlySite(parts.sites);
    let lang: string | undefined;
    try {
      if (!/^(GET|POST)$/.test(request.method))
        fail('unknownMethod', 'method: expected GET or POST');
      const given = await readRequest(request);
      lang = given.param('lang');
      const { vhost, redirectUrl } = readParams(addressParams(), given, true);
      site = findSite(parts, vhost);
      requireEnabled(site, given);
      const target = readTarget(redirectUrl, site);
      const asked: Asked = { given, callId, site, vhost, redirectUrl, target };
      return await askOrUnlink(parts, asked)
        .catch(async (error: unknown) => {
          if (asked.isStranger) await gate.unproved(site, 'session', true);
          throw error;
        })
        .catch((error: unknown) => redirect(target, outcomeOf(explain(error, callId))));
    } catch (error) {
      const refusal = explain(error, callId);
      const page = await refusalPage(await readerOf(request.headers, lang, site), refusal);
      if (refusal.failure === 'unknownMethod') page.headers.set('Allow', 'GET, POST');
      return page;
    }
  };
};
