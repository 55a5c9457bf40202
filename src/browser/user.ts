import type { WireIdentity, WireUser } from '../core/user.ts';

/** An identity as pages read it; a missing field is `''`. */
export type Identity = Required<{
  [Field in keyof WireIdentity]: WireIdentity[Field] | '';
}>;

/**
 * The user as pages read it: a missing field is `''`, so that unguarded code such as
 * `response.user.email.length` works; identities by provider.
 *
 * @see gigya-protocol section 3.3
 */
export type User = Required<{
  [Field in keyof Omit<WireUser, 'providers' | 'identities'>]: WireUser[Field] | '';
}> & { UID: string; providers: string[]; identities: Record<string, Identity> };

const texts = ['nickname', 'firstName', 'lastName', 'email', 'photoURL', 'thumbnailURL'];

const userFields = [
  ...texts,
  'UID',
  'isSiteUID',
  'isSiteUser',
  'isLoggedIn',
  'isConnected',
  'loginProvider',
  'loginProviderUID',
];

const identityFields = [
  ...texts,
  'provider',
  'providerUID',
  'isLoginIdentity',
  'allowsLogin',
  'lastLoginTime',
];

const fill = (wire: object, names: string[]): object =>
  Object.fromEntries(names.map((name) => [name, (wire as Record<string, unknown>)[name] ?? '']));

/** Turns the travelling user into the one that pages read; nothing gives the empty user. */
export const toUser = (wire: Partial<WireUser> = {}): User => {
  const identities = wire.identities ?? [];
  return {
    ...fill(wire, userFields),
    providers: wire.providers?.split(',') ?? [],
    identities: Object.fromEntries(
      identities.map((identity) => [identity.provider, fill(identity, identityFields)]),
    ),
  } as User;
};
