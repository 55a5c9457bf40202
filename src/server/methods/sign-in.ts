import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import { providerId } from '../../providers/providers.ts';
import { booleanField, lazy, providerField, textField, wordField } from '../../core/schema.ts';
import type { NewIdentity, NewLoginId, NewProviderSession } from '../rules/account.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { idTokenPlace, tokenPlace } from '../people/people.ts';

// What servers tell of a person, as JSON inside a parameter.

const profileFields = () => ({
  nickname: z.optional(textField(300)),
  firstName: z.optional(textField(300)),
  lastName: z.optional(textField(300)),
  email: z.optional(textField(300)),
  photoURL: z.optional(textField(1000)),
  thumbnailURL: z.optional(textField(1000)),
});

/** `userInfo`, `profile`: what is known of the person. */
export const profileSchema = lazy(() => z.object(profileFields(), 'a JSON object'));

/** `providerSessions`: provider → the person there, with the tokens the site was given. */
export const providerSessionsSchema = lazy(() =>
  z.record(
    providerField(),
    z.object(
      {
        providerUID: textField(300, 1),
        subProvider: z._default(textField(50), ''),
        allowsLogin: booleanField(true),
        authToken: z.optional(z.string('text')),
        tokenSecret: z.optional(z.string('text')),
        refreshToken: z.optional(z.string('text')),
        idToken: z.optional(z.string('text')),
        tokenExpiration: z.optional(z.number('Unix seconds')),
        issuer: z.optional(textField(300, 1)),
        sid: z.optional(textField(300, 1)),
        /** When the sign-in began, which is before the person was sent to the provider; fractions count. */
        startedAt: z.optional(z.number('Unix seconds')),
        ...profileFields(),
      },
      'an object with providerUID',
    ),
    'a JSON object: provider → session',
  ),
);

/** `loginIDs`: what the site knows the person by, and the way in that each provides. */
export const loginIdsSchema = lazy(() =>
  z.array(
    z.object(
      {
        value: textField(300, 1),
        kind: wordField(['email', 'username', 'phone'], 'email'),
        wayIn: z.optional(wordField(['password', 'passkey', 'code', 'none'])),
        provider: z.optional(providerField()),
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

type ProviderSessions = z.output<ReturnType<typeof providerSessionsSchema>>;

/** Turns `providerSessions` into identities to link, their tokens sealed. */
export const toIdentities = (
  sessions: ProviderSessions,
  site: Site,
  keyring: Keyring,
): Promise<NewIdentity[]> =>
  Promise.all(
    Object.entries(sessions).map(async ([spelling, session]) => {
      const provider = providerId(spelling);
      const { providerUID, subProvider, allowsLogin, ...rest } = session;
      const { issuer: _issuer, sid: _sid, startedAt: _startedAt, ...told } = rest;
      const { authToken, tokenSecret, refreshToken, idToken, tokenExpiration, ...profile } = told;
      const tokens = { authToken, tokenSecret, refreshToken, idToken, tokenExpiration };
      const place = tokenPlace({
        site: site.apiKey,
        provider,
        subProvider,
        providerUid: providerUID,
      });
      const hasTokens = Object.values(tokens).some((token) => token !== undefined);
      const sealedTokens = hasTokens
        ? await keyring.seal(JSON.stringify(tokens), place)
        : undefined;
      return {
        provider,
        subProvider,
        providerUid: providerUID,
        allowsLogin,
        profile,
        sealedTokens,
      };
    }),
  );

const claimsSchema = lazy(() =>
  z.object({
    iss: z.optional(textField(300, 1)),
    sid: z.optional(textField(300, 1)),
    iat: z.optional(z.unknown()),
    auth_time: z.optional(z.unknown()),
  }),
);

// Unverified, which is enough: the server that signed the call says what it likes. What is no claim is ignored.
const readClaims = (idToken = ''): Partial<z.output<ReturnType<typeof claimsSchema>>> => {
  try {
    const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
    return z.parse(claimsSchema(), JSON.parse(payload));
  } catch {
    return {};
  }
};

/**
 * Turns `providerSessions` into the sessions at providers that come with a session of ours: issuer and session
 * id as told, else as the ID token says; the token sealed.
 *
 * @param identities the same, as `toIdentities` gave them.
 */
export const toProviderSessions = (
  sessions: ProviderSessions,
  identities: NewIdentity[],
  site: Site,
  keyring: Keyring,
): Promise<NewProviderSession[]> =>
  Promise.all(
    Object.values(sessions).map(async ({ idToken, issuer, sid, providerUID }, identity) => {
      const claims = readClaims(idToken);
      const provider = identities[identity]?.provider ?? '';
      const place = idTokenPlace({ site: site.apiKey, provider, providerUid: providerUID });
      return {
        identity,
        issuer: issuer ?? claims.iss,
        sid: sid ?? claims.sid,
        sealedIdToken: idToken ? await keyring.seal(idToken, place) : undefined,
      };
    }),
  );

/** When a sign-in began, as far as anybody says. */
export interface Beginning {
  identity: NewIdentity;
  /** The parameter that says so. */
  parameter: string;
  /** Unix milliseconds, which nobody has checked: any number. */
  at: number;
}

/**
 * When each of the sign-ins began: as told, else as the ID token says. The time of issue comes first: a person who has
 * been signed in at the provider all day comes back with the day's old `auth_time`.
 *
 * @param identities the same, as `toIdentities` gave them.
 */
export const toBeginnings = (sessions: ProviderSessions, identities: NewIdentity[]): Beginning[] =>
  Object.entries(sessions).flatMap(([spelling, { startedAt, idToken }], index) => {
    const identity = identities[index];
    const claims = readClaims(idToken);
    const seconds = [startedAt, claims.iat, claims.auth_time].find(
      (one) => typeof one === 'number',
    );
    if (!identity || seconds === undefined) return [];
    const parameter = `providerSessions.${spelling}.${startedAt === undefined ? 'idToken' : 'startedAt'}`;
    return { identity, parameter, at: seconds * 1000 };
  });

/**
 * Turns `loginIDs` into login ids to keep.
 *
 * @param identities that are linked in the same call, to which a login id may belong.
 * @throws invalidParameter
 */
export const toLoginIds = (
  given: z.output<ReturnType<typeof loginIdsSchema>>,
  identities: NewIdentity[],
): NewLoginId[] =>
  given.map(({ value, kind, wayIn, provider: spelling }) => {
    const provider = spelling && providerId(spelling);
    const from =
      provider === undefined
        ? []
        : identities.flatMap((one, index) => (one.provider === provider ? [index] : []));
    if (provider !== undefined && from.length === 0)
      fail('invalidParameter', 'loginIDs.provider: expected a provider of providerSessions');
    return { kind, value: value.trim(), wayIn, isSites: provider === undefined, from };
  });
