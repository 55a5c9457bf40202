import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { codeOf, httpStatus } from '../../core/codes.ts';
import { fail } from '../../core/error.ts';
import type { PeopleSource } from '../../providers/sources.ts';
import { signForm } from '../caller/signature.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import { addressOf, placeOf, type VendorPlace } from '../outbound/vendor-address.ts';

/** How a site reaches the vendor that has its people. */
export interface VendorAccess extends VendorPlace {
  userKey: string;
  /** That of the user key, base64. */
  secret: string;
  fetch: typeof globalThis.fetch;
  /** Milliseconds before a call is tried again for the first time. */
  firstWait: number;
  /** How often a call is made at most. */
  attempts: number;
}

/** A `fetch` that goes the guarded way out, where nobody waits long. */
export const guardedFetch =
  (outbound: Outbound): typeof globalThis.fetch =>
  async (url, init) => {
    const { status, body } = await outbound(new Request(url).url, init ?? {}, guardedLimit);
    return new Response(body, { status });
  };

/** What a site has configured of it, and how it is reached. */
type Given = Pick<VendorAccess, 'userKey' | 'secret' | 'fetch' | 'firstWait' | 'attempts'> & {
  apiKey?: string | undefined;
  domain?: string | undefined;
};

/** Makes the way to a vendor. */
export const accessOf = (row: PeopleSource, apiKey: string, given: Given): VendorAccess => ({
  ...given,
  ...placeOf(row, apiKey, given),
});

/** An answer of the vendor. */
export type VendorAnswer = { errorCode: number; errorMessage?: string | undefined } & Record<
  string,
  unknown
>;

// Milliseconds for one call, for one that somebody waits for, and between two of them at most; bytes of an answer.
const limit = 60_000;
const guardedLimit = 5000;
const longestWait = 60_000;
const bodySize = 64 * 1024 * 1024;

const answerSchema = z.looseObject({
  errorCode: z.number(),
  errorMessage: z.string().optional(),
});

const readText = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > bodySize) throw new Error('an answer of more than 64 MiB');
  }
  return text + decoder.decode();
};

const ask = async (
  access: VendorAccess,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Promise<VendorAnswer | undefined> => {
  const { apiKey, userKey, secret, fetch } = access;
  const url = addressOf(access, method);
  const body = await signForm(url, secret, {
    apiKey,
    userKey,
    httpStatusCodes: 'false',
    ...parameters,
  });
  try {
    const signal = AbortSignal.timeout(limit);
    const response = await fetch(url, { method: 'POST', body, signal, redirect: 'manual' });
    const parsed = answerSchema.safeParse(JSON.parse(await readText(response)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Calls a method of the vendor, signed with a user key as its SDKs sign, again and again where it says that it may do later.
 *
 * @throws operationNotAllowed where the site is at another data centre; networkError where it keeps not answering; both say
 *   what to do
 * @see gigya-protocol sections 8 and 11
 */
export const callVendor = async (
  access: VendorAccess,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Promise<VendorAnswer> => {
  const { row, firstWait, attempts } = access;
  const { again, elsewhere, elsewhereDomain } = row.failures;
  const mayDoLater = (code: number): boolean =>
    httpStatus(code) >= 500 || again.some((name) => codeOf(name) === code);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(access, method, parameters);
    if (answer?.errorCode === codeOf(elsewhere)) {
      const there = answer[elsewhereDomain];
      fail(
        'operationNotAllowed',
        `domain: ${row.name} says ${answer.errorCode}, the site is at ${typeof there === 'string' ? there : 'another data centre'}; run the same command with that as --domain, and it goes on`,
      );
    }
    if (answer && !mayDoLater(answer.errorCode)) return answer;
    const why = answer ? `says ${answer.errorCode}` : 'does not answer';
    if (attempt >= attempts)
      fail(
        'networkError',
        `${row.name} ${why}${attempts > 1 ? `, ${attempts} times in a row` : ''}; wait, then run the same command, and it goes on`,
      );
    await wait(Math.min(longestWait, firstWait * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));
  }
};

/** Whether an answer says that the account is not there. */
export const isNotThere = ({ errorCode }: VendorAnswer, { failures }: PeopleSource): boolean =>
  httpStatus(errorCode) === 404 || failures.unknown.some((name) => codeOf(name) === errorCode);
