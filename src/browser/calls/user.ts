import type { WireIdentity, WireUser } from '../../core/user.ts';
import type { ClientConfig } from '../config.ts';
import { addressOf, requestOf } from '../request.ts';

/** An identity as pages read it; a missing field is `''`. */
export type Identity = Required<{
  [Field in keyof WireIdentity]: WireIdentity[Field] | '';
}> &
  Record<string, unknown>;

/**
 * The user as pages read it: a missing field is `''`, so that unguarded code such as
 * `response.user.email.length` works; identities by provider (an array that has them by provider as well,
 * when all were asked for).
 *
 * @see gigya-protocol section 3.3
 */
export type User = Required<{
  [Field in keyof Omit<WireUser, 'providers' | 'identities' | 'capabilities'>]:
    | WireUser[Field]
    | '';
}> & {
  UID: string;
  providers: string[];
  capabilities: Record<string, boolean>;
  identities: Record<string, Identity>;
} & Record<string, unknown>;

const words = (text: string): string[] => text.match(/[^ ,]+/g) ?? [];

const shared =
  'UID isSiteUID nickname firstName lastName email proxiedEmail photoURL thumbnailURL profileURL gender age birthDay birthMonth birthYear country state city zip oldestDataUpdatedTimestamp ';

const userFields =
  'isSiteUser isLoggedIn isConnected isTempUser loginProvider loginProviderUID UIDSignature UIDSig signatureTimestamp timestamp iRank oldestDataAge time';

const identityFields =
  'provider subProvider providerUID providerUIDSig mappedProviderUIDs isLoginIdentity allowsLogin isExpiredSession missingPermissions lastLoginTime lastUpdated lastUpdatedTimestamp oldestDataUpdated';

const capabilities = 'login friends actions status notifications contacts photos';

const fill = (wire: object, fields: string): Record<string, unknown> =>
  Object.fromEntries(
    words(shared + fields).map((name) => {
      const value = (wire as Record<string, unknown>)[name] ?? '';
      // The wire has some numbers as text.
      return [name, /^(age|birth)/.test(name) && value !== '' && +value >= 0 ? +value : value];
    }),
  );

/** Turns the travelling user into the one that pages read; nothing gives the empty user. */
export const toUser = (wire: Partial<WireUser> = {}, all?: unknown): User => {
  const identities = (wire.identities ?? []).map((identity) => fill(identity, identityFields));
  const byProvider = Object.fromEntries(identities.map((one) => [one['provider'], one]));
  const can = words((wire.capabilities ?? '').toLowerCase());
  return {
    ...fill(wire, userFields),
    providers: words(wire.providers ?? ''),
    capabilities: Object.fromEntries(
      words(wire.capabilities ? capabilities : '').map((name) => [name, can.includes(name)]),
    ),
    identities: all ? Object.assign(identities, byProvider) : byProvider,
  } as User;
};

/**
 * Asks for the user as it is after a removal, which has happened whether or not there is an answer: then the empty user.
 *
 * @param token of the session.
 */
export const askUser = async (config: ClientConfig, token: string | undefined): Promise<User> => {
  try {
    const answer = await config.fetch(addressOf(config, 'socialize.getUserInfo'), {
      ...requestOf(config, { login_token: token }),
      signal: AbortSignal.timeout(config.timeout),
    });
    return toUser((await answer.json()) as WireUser);
  } catch {
    return toUser();
  }
};
