import { createHash } from 'node:crypto';
import * as z from 'zod';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { sourceRow, type PeopleSource, type SourceMeaning } from '../../providers/sources.ts';
import type { Caller } from '../caller/caller.ts';
import type { Site } from '../config/sites.ts';
import { mayAsk } from '../config/source-settings.ts';
import { update, type MethodContext, type ServerMethod } from '../methods/context.ts';
import { performRemoval } from '../methods/perform-removal.ts';
import { toNewcomer } from '../moving/account-line.ts';
import {
  accessOf,
  callVendor,
  guardedFetch,
  isNotThere,
  type VendorAccess,
} from '../moving/vendor.ts';
import { turnAccount } from '../moving/vendor-account.ts';
import type { ApiRequest } from '../wire/request.ts';
import { judgeNewcomer } from '../rules/judge-newcomer.ts';
import type { Newcomer, Trouble } from '../rules/newcomer.ts';
import { keyOfPerson } from '../rules/newcomer-keys.ts';
import { actOnce, digestOf, heard, idOf, isSameText, type InboundContext } from './message.ts';
import { verifyToken } from '../outbound/token.ts';
import { issuerOf, keysAddress } from '../outbound/vendor-address.ts';

/** A message of a vendor that has people of a site, before anything in it is believed. */
export interface SourceMessage {
  parts: InboundContext;
  callId: string;
  site: Site;
  /** The vendor, by its name in `sources`. */
  source: string;
  deleteAccount: ServerMethod<'deleteAccount'>;
  request: ApiRequest;
}

// Seconds that clocks may differ, beyond the minute for which a message counts.
const clockTolerance = 180;

// Messages hold up to a hundred; so many accounts are looked at there at once.
const eventsAtMost = 200;
const atOnce = 8;

const messageSchema = z.looseObject({
  nonce: z.string().optional(),
  events: z
    .array(
      z.looseObject({
        type: z.string(),
        data: z.looseObject({ uid: z.unknown().optional() }).optional(),
      }),
    )
    .max(eventsAtMost),
});

const readEvents = (request: ApiRequest): z.output<typeof messageSchema> => {
  const parsed = messageSchema.safeParse(request.document());
  return parsed.success
    ? parsed.data
    : fail('invalidRequest', `body: expected JSON with events, at most ${eventsAtMost}`);
};

/** Whom the events are about, and what they mean; who was deleted has not changed besides. */
const meaningsOf = (
  request: ApiRequest,
  jti: string,
  row: PeopleSource,
): Map<string, SourceMeaning> => {
  const { nonce = jti, events } = readEvents(request);
  if (nonce !== jti) fail('invalidToken', 'jti: expected the nonce of the body');
  const meanings = new Map<string, SourceMeaning>();
  for (const { type, data } of events) {
    const meaning = Object.hasOwn(row.webhook.events, type) ? row.webhook.events[type] : undefined;
    const uid = idOf(data?.uid);
    if (meaning && uid !== undefined && meanings.get(uid) !== 'deleted') meanings.set(uid, meaning);
  }
  return meanings;
};

/** Checks who sent the message, and that it is this very message. */
const prove = async (
  { parts, request: { headers, body } }: SourceMessage,
  access: VendorAccess,
): Promise<string> => {
  const { header } = access.row.webhook;
  const token = headers.get(header) ?? fail('missingParameter', `${header}: expected a signed JWT`);
  const by = issuerOf(access);
  const { payload } = await verifyToken(token, parts.keySets(keysAddress(access)), {
    algorithms: ['RS256'],
    issuer: [by, by.replace(/\/$/, '')],
    requiredClaims: ['iat', 'exp', 'sub', 'jti'],
    clockTolerance,
  });
  const { sub = '', jti = '' } = payload;
  if (!isSameText(createHash('sha256').update(body).digest('base64url'), sub.replace(/=+$/, '')))
    fail('invalidToken', 'sub: expected the SHA-256 of the body');
  return jti;
};

const contextOf = ({ parts, site, callId }: SourceMessage, uid: string): MethodContext => {
  const caller: Caller = {
    kind: 'provider',
    site,
    isSigned: true,
    uid,
    account: () => ({ site: site.apiKey, uid }),
  };
  return { ...parts, caller, callId, origin: undefined };
};

/** The account goes here as it went there: permissions are taken back, and the site is told. */
const removeAccount = async (message: SourceMessage, uid: string): Promise<void> => {
  try {
    await message.deleteAccount({ cid: undefined }, contextOf(message, uid));
  } catch (error) {
    // Nobody here is called so, or not any more.
    if (!isOutroError(error) || error.failure !== 'unauthorizedUser') throw error;
  }
};

const say = ({ parts, site, source }: SourceMessage, { path, text }: Trouble): void =>
  parts.logMend({ site: site.apiKey, provider: source, reason: `${path}: ${text}` });

/** The account as it is there now; `undefined` where it is not there, or cannot come. */
const readAccount = async (
  message: SourceMessage,
  access: VendorAccess,
  uid: string,
): Promise<Newcomer | undefined> => {
  const { account, name } = access.row;
  const answer = await callVendor(access, account.method, { UID: uid, ...account.parameters });
  if (isNotThere(answer, access.row)) return undefined;
  if (answer.errorCode !== 0)
    return fail('networkError', `${name} refuses ${account.method} with ${answer.errorCode}`);
  const given = { place: 1, text: '', line: { ...answer, UID: uid } };
  const { isRefused, line } = turnAccount(given, { passwordWayIn: false });
  if (isRefused) return undefined;
  try {
    return toNewcomer(line, message.site.apiKey, message.parts.keyring);
  } catch (error) {
    if (!isOutroError(error)) throw error;
    say(message, { kind: 'invalid', path: 'account', text: error.details ?? '' });
    return undefined;
  }
};

/** Connections that came along from there and are not there any more go as if their person had removed them. */
const removeGone = async (message: SourceMessage, newcomer: Newcomer): Promise<void> => {
  const { apiKey: site } = message.site;
  const seen = await message.parts.store.people.bringing?.look(site, [newcomer]);
  const there = new Set(newcomer.identities.map(keyOfPerson));
  const gone = (seen?.accounts.get(newcomer.uid)?.identities ?? [])
    .filter((one) => one.cameAlong && one.state === 'linked' && !there.has(keyOfPerson(one)))
    .map(({ id }) => id);
  if (gone.length === 0) return;
  const context = contextOf(message, newcomer.uid);
  const rules = { removeLoginID: false, lastIdentityHandling: 'soft' } as const;
  await update(context, context.caller.account(), (account) => {
    const selected = (account?.identities ?? []).filter(({ id }) => gone.includes(id));
    if (!account || selected.length === 0) return { answer: undefined };
    const provider = selected.length === 1 ? selected[0]?.provider : undefined;
    const request = { method: 'removeConnection', rules, provider, force: false } as const;
    return performRemoval(account, selected, request, context, () => ({}));
  });
};

const followAccount = async (
  message: SourceMessage,
  access: VendorAccess,
  uid: string,
): Promise<void> => {
  const { people } = message.parts.store;
  const newcomer = await readAccount(message, access, uid);
  if (!newcomer || !people.bringing) return;
  const judged = await people.bringing.bring(message.site.apiKey, [newcomer], (seen) => [
    judgeNewcomer(newcomer, seen, 'error'),
  ]);
  for (const trouble of judged.flatMap(({ troubles }) => troubles)) say(message, trouble);
  await removeGone(message, newcomer);
};

/**
 * What a vendor tells of people of this site who came along from there: an account that is deleted there is deleted here, one
 * that has changed is looked at there and follows, with what our own calls would have done. The same message again changes
 * nothing.
 *
 * @throws notSupported, missingParameter, invalidToken, invalidRequest; networkError when keys or accounts cannot be read,
 *   so that it is told again
 * @see beside.md section 7; moving-in.md
 */
export const receiveFromSource = async (message: SourceMessage): Promise<Response> => {
  const { parts, site, source } = message;
  const row = sourceRow(source);
  const settings = Object.hasOwn(site.sources, source) ? site.sources[source] : undefined;
  if (!row || !settings || !mayAsk(settings) || !parts.store.people.bringing)
    return fail('notSupported', 'source: this site has not configured it');
  const fetch = guardedFetch(parts.outbound);
  const access = accessOf(row, site.apiKey, { ...settings, fetch, firstWait: 0, attempts: 1 });
  const jti = await prove(message, access);
  const meanings = [...meaningsOf(message.request, jti, row)];
  const id = digestOf(JSON.stringify([site.apiKey, source, jti]));
  const until = new Date(Date.now() + 4 * clockTolerance * 1000);
  await actOnce(parts.store.exits, ['people-source', id, until], async () => {
    for (let from = 0; from < meanings.length; from += atOnce)
      await Promise.all(
        meanings
          .slice(from, from + atOnce)
          .map(([uid, meaning]) =>
            meaning === 'deleted'
              ? removeAccount(message, uid)
              : followAccount(message, access, uid),
          ),
      );
  });
  return heard();
};
