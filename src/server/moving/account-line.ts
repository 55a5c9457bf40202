import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import { booleanField, lazy, providerField, wordField } from '../../core/schema.ts';
import { providerId } from '../../providers/providers.ts';
import type { Keyring } from '../config/keyring.ts';
import { tokenPlace } from '../exits/exits.ts';
import { identifier, networkField, profileFields, tokenFields } from '../methods/told-person.ts';
import type { Newcomer, NewcomerIdentity, NewcomerName } from '../rules/newcomer.ts';
import { keyOfName, keyOfPerson } from '../rules/newcomer-keys.ts';

/** Identities and login ids of one account at most: nobody has more, and a batch has its bounds. */
export const rowsPerAccount = 100;

// Milliseconds that clocks may differ, by which a time may be to come.
const tolerance = 86_400_000;
const earliest = Date.UTC(1970, 0, 1);

const isTime = (time: number): boolean => time >= earliest && time <= Date.now() + tolerance;

const pastTime = 'from 1970 until now';

const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** A time of the past in ISO 8601. A day that no calendar has would be taken for another by whoever reads on. */
export const readIso = (text: string): Date | undefined => {
  const time = isoForm.test(text) ? new Date(text) : undefined;
  if (!time || !isTime(time.getTime())) return undefined;
  return new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10))
    ? time
    : undefined;
};

const isoTime = () =>
  z.pipe(
    z.string(`an ISO 8601 time ${pastTime}`),
    z.transform((text: string, { issues }): Date => {
      const time = readIso(text);
      if (!time)
        issues.push({ code: 'custom', input: text, message: `an ISO 8601 time ${pastTime}` });
      return time ?? new Date(0);
    }),
  );

const unixTime = () =>
  z.pipe(
    z
      .number(`Unix seconds ${pastTime}`)
      .check(z.refine((seconds) => isTime(seconds * 1000), `Unix seconds ${pastTime}`)),
    z.transform((seconds: number) => new Date(seconds * 1000)),
  );

const upTo = <Schema extends z.core.$ZodType>(schema: Schema) =>
  z
    .array(schema, 'a JSON array')
    .check(z.maxLength(rowsPerAccount, `at most ${rowsPerAccount} entries`));

const identitySchema = () =>
  z.strictObject(
    {
      provider: providerField(),
      subProvider: z._default(networkField(), ''),
      providerUID: identifier(300),
      allowsLogin: booleanField(true),
      linkedAt: z.optional(isoTime()),
      lastLoginTime: z.optional(unixTime()),
      mappedProviderUIDs: z.optional(
        upTo(
          z.strictObject(
            { apiKey: z.optional(identifier(300)), providerUID: identifier(300) },
            'an object with providerUID',
          ),
        ),
      ),
      ...tokenFields(),
      ...profileFields(),
    },
    'an object with provider and providerUID',
  );

const loginIdSchema = () =>
  z.strictObject(
    {
      value: identifier(300),
      kind: wordField(['email', 'username', 'phone'], 'email'),
      wayIn: z.optional(wordField(['password', 'passkey', 'code'])),
      /** Providers of `identities` that it came with; none: it is the site's own. */
      providers: z.optional(upTo(providerField())),
      isSites: z.optional(booleanField()),
      verified: booleanField(true),
    },
    'an object with value',
  );

const lineSchema = lazy(() =>
  z.strictObject(
    {
      UID: identifier(300),
      isSiteUID: booleanField(true),
      created: z.optional(isoTime()),
      profile: z.optional(z.strictObject(profileFields(), 'a JSON object')),
      identities: z.optional(upTo(identitySchema())),
      loginIDs: z.optional(upTo(loginIdSchema())),
    },
    'a JSON object with UID',
  ),
);

/** An account as a line of an import tells of it. */
export type AccountLine = z.input<ReturnType<typeof lineSchema>>;

type Line = z.output<ReturnType<typeof lineSchema>>;
type LineIdentity = NonNullable<Line['identities']>[number];

const isTold = ([, value]: [string, unknown]): boolean => value !== undefined;

const toIdentity = (one: LineIdentity, site: string, keyring: Keyring): NewcomerIdentity => {
  const { provider: spelling, subProvider, providerUID: providerUid, allowsLogin, ...rest } = one;
  const { linkedAt, lastLoginTime: lastLoginAt, ...known } = rest;
  const { authToken, tokenSecret, refreshToken, idToken, tokenExpiration, ...profile } = known;
  const tokens = Object.entries({
    authToken,
    tokenSecret,
    refreshToken,
    idToken,
    tokenExpiration,
  }).filter(isTold);
  const person = { provider: providerId(spelling), subProvider, providerUid };
  return {
    ...person,
    allowsLogin,
    profile,
    linkedAt,
    lastLoginAt,
    sealedTokens:
      tokens.length > 0
        ? keyring.seal(JSON.stringify(Object.fromEntries(tokens)), tokenPlace({ site, ...person }))
        : undefined,
  };
};

const toLoginId = (
  { value, kind, wayIn, verified, ...one }: NonNullable<Line['loginIDs']>[number],
  index: number,
  identities: NewcomerIdentity[],
): NewcomerName => {
  const providers = (one.providers ?? []).map((spelling) => providerId(spelling));
  const from = identities.flatMap(({ provider }, at) => (providers.includes(provider) ? [at] : []));
  if (providers.length > 0 && from.length === 0)
    fail('invalidParameter', `loginIDs.${index}.providers: expected providers of identities`);
  const isSites = one.isSites ?? from.length === 0;
  return { kind, value: value.trim(), wayIn, isSites, isVerified: verified, from };
};

const refuseTwins = (keys: string[], field: string): void => {
  const twin = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twin >= 0) fail('invalidParameter', `${field}.${twin}: expected each once`);
};

const withPath = <Value>(path: string, read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    const { details = '' } = error as { details?: string };
    return fail('invalidParameter', `${path}: ${details.replace(/^[\w.]+: /, '')}`);
  }
};

/**
 * Checks a line of an import, and seals the tokens in it.
 *
 * @throws missingParameter, invalidParameter: the first field at fault by its path, and what was expected
 */
export const toNewcomer = (line: unknown, site: string, keyring: Keyring): Newcomer => {
  const parsed = z.safeParse(lineSchema(), line, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).join('.');
    if (issue?.code === 'unrecognized_keys')
      return fail(
        'invalidParameter',
        `${[...issue.path, issue.keys[0] ?? ''].join('.').slice(0, 100)}: expected no field of that name`,
      );
    const failure = issue?.input === undefined ? 'missingParameter' : 'invalidParameter';
    return fail(failure, `${path || 'line'}: expected ${issue?.message ?? 'an account'}`);
  }
  const { UID: uid, isSiteUID: isSiteUid, created, profile = {}, ...lists } = parsed.data;
  const identities = (lists.identities ?? []).map((one, index) =>
    withPath(`identities.${index}.provider`, () => toIdentity(one, site, keyring)),
  );
  refuseTwins(identities.map(keyOfPerson), 'identities');
  const loginIds = (lists.loginIDs ?? []).map((one, index) => toLoginId(one, index, identities));
  const names = loginIds.map((one, index) =>
    withPath(`loginIDs.${index}.value`, () => keyOfName(one)),
  );
  refuseTwins(names, 'loginIDs');
  return { uid, isSiteUid, createdAt: created, profile, identities, loginIds };
};
