import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import {
  booleanField,
  lazy,
  matching,
  providerField,
  textField,
  wordField,
} from '../../core/schema.ts';
import { providerId } from '../../providers/providers.ts';
import type { NewIdentity, NewLoginId } from '../rules/account.ts';
import { requireLoginId } from '../rules/login-name.ts';

// What servers tell of a person, as JSON inside a parameter.

// Half a sign, as of a text that was cut, goes into no database: what people read is mended, what tells them apart refused.
const freeText = (length: number) =>
  z.pipe(
    textField(length),
    z.transform((text: string) => text.toWellFormed()),
  );
/**
 * What tells people apart. Counted like every other text, in units of UTF-16: by whole signs, one part of a request would
 * admit what another refuses.
 */
export const identifier = (length: number) =>
  matching(
    new RegExp(
      `^(?!.*(?:[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]))[^\\u0000-\\u001f\\u007f-\\u009f]{1,${length}}$`,
      's',
    ),
    `text of 1 to ${length} characters, no control characters, no half of a sign`,
  );

/** What is known of a person, field by field. */
export const profileFields = () => ({
  nickname: z.optional(freeText(300)),
  firstName: z.optional(freeText(300)),
  lastName: z.optional(freeText(300)),
  email: z.optional(freeText(300)),
  photoURL: z.optional(freeText(1000)),
  thumbnailURL: z.optional(freeText(1000)),
});

/** `userInfo`, `profile`: what is known of the person. */
export const profileSchema = lazy(() => z.object(profileFields(), 'a JSON object'));

/** A network as the tables keep it; `all` and `none` are words of those who ask for a removal. */
export const networkField = () =>
  matching(
    /^(?!(?:all|none)$)[^\p{Cc}\p{Cs}\p{CWL}]{0,50}$/u,
    'a network in lower case, at most 50 characters, neither all nor none',
  );

/** Tokens that a provider gave the site. */
export const tokenFields = () => ({
  authToken: z.optional(z.string('text')),
  tokenSecret: z.optional(z.string('text')),
  refreshToken: z.optional(z.string('text')),
  idToken: z.optional(z.string('text')),
  tokenExpiration: z.optional(z.number('Unix seconds')),
});

const personFields = () =>
  z.object(
    {
      providerUID: identifier(300),
      subProvider: z._default(networkField(), ''),
      allowsLogin: booleanField(true),
      ...tokenFields(),
      issuer: z.optional(identifier(300)),
      sid: z.optional(identifier(300)),
      /** When the sign-in began, which is before the person was sent to the provider; fractions count. */
      startedAt: z.optional(z.number('Unix seconds')),
      ...profileFields(),
    },
    'an object with providerUID',
  );

// A refusal names the field as it was written: of a person who stands alone, without a position.
const oneOrMany = () => {
  const one = personFields();
  const many = z.array(one);
  return z.transform<unknown, z.output<typeof many>>((input, { issues }) => {
    const parsed = z.safeParse(Array.isArray(input) ? many : one, input, { reportInput: true });
    if (parsed.success) return [parsed.data].flat();
    for (const { path, message, input: given } of parsed.error.issues)
      issues.push({ code: 'custom', path: [...path], message, input: given });
    return z.NEVER;
  });
};

/** `providerSessions`: provider → the person there, or several, with the tokens the site was given. */
export const providerSessionsSchema = lazy(() =>
  z.record(providerField(), oneOrMany(), 'a JSON object: provider → session'),
);

/** `loginIDs`: what the site knows the person by, and the way in that each provides. */
export const loginIdsSchema = lazy(() =>
  z.array(
    z.object(
      {
        value: identifier(300),
        kind: wordField(['email', 'username', 'phone'], 'email'),
        wayIn: z.optional(wordField(['password', 'passkey', 'code', 'none'])),
        provider: z.optional(providerField()),
        verified: booleanField(true),
      },
      'an object with value',
    ),
    'a JSON array',
  ),
);

/**
 * Decodes a parameter that holds JSON.
 *
 * @throws invalidParameter
 */
export const decodeJson = (
  parameter: string,
  text: string | undefined,
  absent: string,
): unknown => {
  try {
    return JSON.parse(text ?? absent);
  } catch {
    return fail('invalidParameter', `${parameter}: expected JSON text`);
  }
};

/**
 * Turns `loginIDs` into login ids to keep.
 *
 * @param identities that are linked in the same call, to which a login id may belong.
 * @throws invalidParameter
 */
export const toLoginIds = (
  given: z.output<ReturnType<typeof loginIdsSchema>>,
  identities: NewIdentity[],
): NewLoginId[] => {
  const all = given.map(({ value, kind, wayIn, verified, provider: spelling }): NewLoginId => {
    const provider = spelling && providerId(spelling);
    const from =
      provider === undefined
        ? []
        : identities.flatMap((one, index) => (one.provider === provider ? [index] : []));
    if (provider !== undefined && from.length === 0)
      fail('invalidParameter', 'loginIDs.provider: expected a provider of providerSessions');
    const isSites = provider === undefined;
    return { kind, value: value.trim(), wayIn, isSites, isVerified: verified, from };
  });
  const merged = new Map<string, NewLoginId>();
  for (const [index, one] of all.entries()) {
    const name = `${one.kind} ${requireLoginId(one.kind, one.value, `loginIDs.${index}.value`)}`;
    const before = merged.get(name);
    // Said twice, as of two providers, it is what both say.
    merged.set(
      name,
      before
        ? {
            ...one,
            wayIn: one.wayIn ?? before.wayIn,
            isSites: one.isSites || before.isSites,
            isVerified: one.isVerified || before.isVerified,
            from: [...new Set([...before.from, ...one.from])],
          }
        : one,
    );
  }
  return [...merged.values()];
};
