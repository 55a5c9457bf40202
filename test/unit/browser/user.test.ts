// How the wire user becomes the JS user: protocol reference section 3.3.
import { describe, expect, it } from 'vitest';
import { toUser } from '../../../src/browser/calls/user.ts';

const identity = {
  provider: 'facebook',
  providerUID: 'f',
  isLoginIdentity: true,
  allowsLogin: true,
};

describe('the User object', () => {
  const fields =
    'UID isSiteUID isSiteUser isLoggedIn isConnected isTempUser UIDSignature signatureTimestamp UIDSig timestamp loginProvider loginProviderUID nickname firstName lastName email proxiedEmail photoURL thumbnailURL profileURL gender age birthDay birthMonth birthYear country state city zip iRank oldestDataUpdatedTimestamp oldestDataAge time';

  it.each(fields.split(' '))("a missing %s is ''", (field) => {
    expect((toUser() as unknown as Record<string, unknown>)[field]).toBe('');
  });

  it('without data: no identities, no capabilities, no providers', () => {
    expect(toUser()).toMatchObject({ identities: {}, capabilities: {}, providers: [] });
  });

  it('identities by provider, capabilities as booleans, providers as a list, numbers where they parse', () => {
    const numbers = { age: '34', birthYear: 'unknown', birthDay: 5 };
    const user = toUser({
      ...numbers,
      UID: 'u',
      identities: [identity, { ...identity, provider: 'twitter' }],
      capabilities: 'Login, Friends',
      providers: 'facebook, twitter',
    });
    expect(Object.keys(user.identities)).toEqual(['facebook', 'twitter']);
    expect(user.capabilities).toEqual({
      login: true,
      friends: true,
      actions: false,
      status: false,
      notifications: false,
      contacts: false,
      photos: false,
    });
    expect(user.providers).toEqual(['facebook', 'twitter']);
    expect([user.age, user.birthYear, user.birthDay]).toEqual([34, 'unknown', 5]);
  });

  it('when all identities were asked for: an array that has them by provider as well', () => {
    const { identities } = toUser({ UID: 'u', identities: [identity] }, true);
    expect(Array.isArray(identities)).toBe(true);
    expect((identities as unknown as object[])[0]).toBe(identities['facebook']);
  });
});

describe('the Identity object', () => {
  const fields =
    'providerUIDSig mappedProviderUIDs isExpiredSession missingPermissions lastLoginTime lastUpdated lastUpdatedTimestamp oldestDataUpdated oldestDataUpdatedTimestamp nickname photoURL thumbnailURL firstName lastName gender age birthDay birthMonth birthYear email proxiedEmail country state city zip profileURL UID isSiteUID';

  it.each(fields.split(' '))("a missing %s is ''", (field) => {
    expect(
      (
        toUser({ identities: [identity] }).identities['facebook'] as unknown as Record<
          string,
          unknown
        >
      )[field],
    ).toBe('');
  });

  it('keeps what the wire has', () => {
    expect(toUser({ identities: [identity] }).identities['facebook']).toMatchObject(identity);
  });
});
