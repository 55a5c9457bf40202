import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import { fail } from '../../core/error.ts';
import { lazy, parseParams, providerField, textField } from '../../core/schema.ts';
import { providerId } from '../../providers/providers.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Site } from '../config/sites.ts';
import { tokenPlace } from '../exits/exits.ts';
import { idTokenPlace } from '../exits/trip.ts';
import type { Identity, NewIdentity, NewProviderSession, Permission } from '../rules/account.ts';
import type { Beginning } from '../rules/stays-gone.ts';
import { decodeJson, type providerSessionsSchema } from './told-person.ts';

type ProviderSessions = z.output<ReturnType<typeof providerSessionsSchema>>;

/** One person at a provider, as a sign-in tells of it. */
type ToldPerson = ProviderSessions[string][number];

/** Tokens that a provider gave the site. */
export type ProviderTokens = Pick<
  ToldPerson,
  'authToken' | 'tokenSecret' | 'refreshToken' | 'idToken' | 'tokenExpiration'
>;

/** An identity to link, with what was told of it. */
export interface ToldIdentity {
  identity: NewIdentity;
  /** The parameter that tells of it. */
  parameter: string;
  tokens: ProviderTokens;
  told: ToldPerson;
}

const isSame = (one: NewIdentity, other: NewIdentity): boolean =>
  one.provider === other.provider &&
  one.subProvider === other.subProvider &&
  one.providerUid === other.providerUid;

/**
 * Turns `providerSessions` into identities to link, tokens still to be sealed.
 *
 * @throws invalidParameter when one person is told of twice
 */
export const toIdentities = (sessions: ProviderSessions): ToldIdentity[] => {
  const all = Object.entries(sessions).flatMap(([spelling, people]) =>
    people.map((told, index): ToldIdentity => {
      const { providerUID: providerUid, subProvider, allowsLogin, ...rest } = told;
      const { issuer: _issuer, sid: _sid, startedAt: _startedAt, ...known } = rest;
      const { authToken, tokenSecret, refreshToken, idToken, tokenExpiration, ...profile } = known;
      return {
        identity: {
          provider: providerId(spelling),
          subProvider,
          providerUid,
          allowsLogin,
          profile,
          sealedTokens: undefined,
        },
        parameter: `providerSessions.${spelling}${people.length > 1 ? `[${index}]` : ''}`,
        tokens: { authToken, tokenSecret, refreshToken, idToken, tokenExpiration },
        told,
      };
    }),
  );
  for (const [index, { identity, parameter }] of all.entries())
    if (all.findIndex((one) => isSame(one.identity, identity)) !== index)
      fail('invalidParameter', `${parameter}: expected each person at a provider once`);
  return all;
};

const isKnown = ([, value]: [string, unknown]): boolean => value !== undefined && value !== null;

/**
 * Tokens as they are kept after a sign-in: field by field, since a provider gives a refresh token once and then only
 * access tokens; and the permission of a refresh token that a newer one has replaced.
 */
export const mergeTokens = (
  { identity, tokens }: ToldIdentity,
  before: Identity | undefined,
  site: Site,
  keyring: Keyring,
): { sealedTokens: string | undefined; replaced: Permission | undefined } => {
  const { provider, subProvider, providerUid } = identity;
  const place = tokenPlace({ site: site.apiKey, provider, subProvider, providerUid });
  const told = Object.entries(tokens).filter(isKnown);
  const opened = before?.sealedTokens && keyring.open(before.sealedTokens, place);
  if (told.length === 0) return { sealedTokens: before?.sealedTokens, replaced: undefined };
  const old = JSON.parse(opened || '{}') as ProviderTokens;
  const merged = { ...old, ...Object.fromEntries(told) };
  // When an access token comes without its time, the time of the one before says nothing of it.
  if (tokens.authToken !== undefined && tokens.tokenExpiration === undefined)
    delete merged.tokenExpiration;
  const isReplaced =
    old.refreshToken !== undefined &&
    tokens.refreshToken !== undefined &&
    old.refreshToken !== tokens.refreshToken;
  return {
    sealedTokens: keyring.seal(JSON.stringify(merged), place),
    replaced: isReplaced
      ? {
          provider,
          subProvider,
          providerUid,
          sealedTokens: keyring.seal(JSON.stringify({ refreshToken: old.refreshToken }), place),
          // About a token that no link has any more: no later link takes it back.
          generation: 2_147_483_647,
        }
      : undefined,
  };
};

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
 * The sessions at providers that come with a session of ours: issuer and session id as told, else as the ID token says;
 * the token sealed.
 */
export const toProviderSessions = (
  identities: ToldIdentity[],
  site: Site,
  keyring: Keyring,
): NewProviderSession[] =>
  identities.map(({ identity: { provider, providerUid }, told }, index) => {
    const { idToken, issuer, sid } = told;
    const claims = readClaims(idToken);
    const place = idTokenPlace({ site: site.apiKey, provider, providerUid });
    return {
      identity: index,
      issuer: issuer ?? claims.iss,
      sid: sid ?? claims.sid,
      sealedIdToken: idToken ? keyring.seal(idToken, place) : undefined,
    };
  });

/**
 * When each of the sign-ins began: as told, else as the ID token says. The time of issue comes first: a person who has
 * been signed in at the provider all day comes back with the day's old `auth_time`.
 */
export const toBeginnings = (identities: ToldIdentity[]): Beginning[] =>
  identities.flatMap(({ identity, parameter, told: { startedAt, idToken } }) => {
    const claims = readClaims(idToken);
    const seconds = [startedAt, claims.iat, claims.auth_time].find(
      (one) => typeof one === 'number',
    );
    if (seconds === undefined) return [];
    const isSites = startedAt !== undefined;
    const name = `${parameter}.${isSites ? 'startedAt' : 'idToken'}`;
    return { identity, parameter: name, at: seconds * 1000, isSites };
  });

const openerSchema = lazy(() =>
  z.object(
    {
      provider: providerField(),
      subProvider: z._default(textField(50), ''),
      providerUID: z.optional(textField(300, 1)),
    },
    'a JSON object with provider',
  ),
);

/**
 * Which of the identities opened the session: as `openedBy` says, a provider or a JSON object that tells two of one
 * provider apart; `none` is the site's own sign-in. Where nobody says, the only one there is, and of several none.
 *
 * @returns its position; `undefined` when the site itself did.
 * @throws invalidParameter
 */
export const findOpener = (
  openedBy: string | undefined,
  identities: ToldIdentity[],
): number | undefined => {
  if (openedBy === undefined) return identities.length === 1 ? 0 : undefined;
  if (/^(none|site)$/i.test(openedBy)) return undefined;
  const asked = openedBy.startsWith('{')
    ? parseParams(openerSchema(), decodeJson('openedBy', openedBy, '{}'), 'openedBy')
    : { provider: openedBy, subProvider: '', providerUID: undefined };
  const provider = providerId(asked.provider, 'openedBy');
  const found = identities.flatMap(({ identity }, index) =>
    identity.provider === provider &&
    (asked.subProvider === '' || identity.subProvider === asked.subProvider) &&
    (asked.providerUID === undefined || identity.providerUid === asked.providerUID)
      ? [index]
      : [],
  );
  if (found.length !== 1)
    fail(
      'invalidParameter',
      `openedBy: expected ${found.length === 0 ? 'a provider of providerSessions, or none' : `one of the ${found.length} identities of ${provider}, as JSON with providerUID`}`,
    );
  return found[0];
};
