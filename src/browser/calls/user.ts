import type { WireUser } from '../../core/user.ts';
import type { User } from '../user.ts';

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
