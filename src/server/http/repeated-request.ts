import { Buffer } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { lazy, parseParams, textField } from '../../core/schema.ts';
import { sessionOf, type Caller } from '../caller/caller.ts';
import type { Keyring } from '../config/keyring.ts';
import { hashToken } from '../config/token.ts';
import type { KeptAnswer } from '../exits/exits.ts';
import type { MethodContext, RepeatableRequest } from '../methods/context.ts';
import type { RemoteMethodName } from '../methods/rows.ts';
import type { RequestKey } from '../rules/account.ts';
import type { ApiRequest } from '../wire/request.ts';

/** The fields of an answer, and the id of the call that they come from. */
export interface Answered {
  callId: string;
  fields: object;
}

const keyField = lazy(() => textField(100, 8));

// Milliseconds that an answer may take from its commit until it is kept: the first attempt at a revocation, and some.
const answerTime = 3500;

// Milliseconds.
const pollInterval = 50;

/** What a caller has proved. Whoever needs no proof is known by what they ask. */
const proofOf = (caller: Caller, asked: string): string => {
  if (caller.kind === 'anybody') return `anybody ${asked}`;
  const session = sessionOf(caller);
  return session
    ? `session ${Buffer.from(session).toString('hex')}`
    : `${caller.kind} ${caller.key?.userKey ?? ''}`;
};

/**
 * Reads `idempotencyKey`: the same request again, by the same caller, is then answered with what the first one was.
 *
 * @param params checked; what is no parameter of the method (signature, nonce, format) may differ.
 * @throws invalidParameter
 */
export const readKey = (
  request: ApiRequest,
  method: RemoteMethodName,
  params: object,
  caller: Caller,
): RequestKey | undefined => {
  const given = request.param('idempotencyKey');
  if (given === undefined) return undefined;
  const key = parseParams(keyField(), given, 'idempotencyKey');
  // Some signs are two to JavaScript.
  if (key.length < 16 && Array.from(key).length < 8)
    fail('invalidParameter', 'idempotencyKey: expected text of 8 to 100 characters');
  const sorted = Object.entries(params).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const asked = JSON.stringify([method, caller.uid ?? null, sorted]);
  const proof = proofOf(caller, asked);
  const site = caller.site.apiKey;
  return {
    site,
    key,
    caller: hashToken(`${site}\n${proof}`),
    // Together with the proof, so that nobody guesses an e-mail from the hash.
    request: hashToken(`${proof}\n${asked}`),
  };
};

const placeOf = ({ site, caller, key }: RequestKey): string =>
  `journal.sealed_answer:${site} ${Buffer.from(caller).toString('hex')} ${key}`;

/** A request that may arrive again, before anything is known of its answer. */
export const repeatable = (key: RequestKey, keyring: Keyring): RepeatableRequest => ({
  key,
  seal: (fields) => keyring.seal(JSON.stringify(fields), placeOf(key)),
});

/** Waits for the answer of a call that has only just been carried out; its process may also have died. */
const settled = async (
  first: KeptAnswer,
  key: RequestKey,
  { store }: MethodContext,
): Promise<KeptAnswer> => {
  let found = first;
  while (found.sealedAnswer === undefined && found.age < answerTime) {
    await wait(pollInterval);
    const again = await store.exits.readAnswer(key);
    if (!again) return found;
    found = again;
  }
  return found;
};

/**
 * @throws invalidParameter when the key was used for another request; serverError when the answer is lost and there
 *   is no receipt to give instead
 */
const replay = async (
  first: KeptAnswer,
  key: RequestKey,
  context: MethodContext,
): Promise<Answered> => {
  if (!Buffer.from(first.request).equals(key.request))
    return fail('invalidParameter', 'idempotencyKey: was used for another request');
  const isOwn = first.callId === context.callId;
  const { callId, receipt, sealedAnswer } = isOwn ? first : await settled(first, key, context);
  const opened =
    sealedAnswer === undefined ? undefined : context.keyring.open(sealedAnswer, placeOf(key));
  if (opened !== undefined) return { callId, fields: JSON.parse(opened) as object };
  // A receipt is true for ever; a session token, or anything else, cannot be told again.
  return receipt.length > 0
    ? { callId, fields: { receipt } }
    : fail(
        'serverError',
        'idempotencyKey: the first request with it was carried out, and its answer is lost; send the request again with a new key',
      );
};

/**
 * Answers a request that has a key: with the answer of the first one, if there was one, also when that is under way
 * right now. Nobody looks for one first, since nearly every request is new: one that is not cannot write its change
 * under a key that is taken, or finds nothing left to change. The whole answer is kept, sealed, in the journal row of
 * the change: at once where it is known then, else behind it. Of a request that changed nothing, nothing is kept: it may
 * be made again.
 *
 * @throws whatever `run` throws; invalidParameter when the key was used for another request
 */
export const answerOnce = async (
  once: RepeatableRequest,
  method: RemoteMethodName,
  context: MethodContext,
  run: (context: MethodContext) => Promise<object>,
): Promise<Answered> => {
  const { store, callId, logError } = context;
  const report = (error: unknown): void => logError({ callId, path: `/${method}`, error });
  try {
    const fields = await run({ ...context, once });
    if (once.entry !== undefined && !once.isAnswered)
      await store.exits.keepAnswer(once.entry, once.seal(fields)).catch(report);
    if (once.entry !== undefined) return { callId, fields };
    const first = await store.exits.readAnswer(once.key);
    return first ? await replay(first, once.key, context) : { callId, fields };
  } catch (error) {
    // It may have been refused because the same request, before or at the same time, has had its way.
    const meanwhile = await store.exits.readAnswer(once.key).catch(() => undefined);
    if (!meanwhile) throw error;
    if (!isOutroError(error)) report(error);
    return replay(meanwhile, once.key, context);
  }
};
