import { discoveredToken, endSessionParameters } from './endpoints.ts';
import { noCallKnown, withoutLogout, withoutTokens } from './reasons.ts';
import type { Logout, ProviderRow, Revoke } from './row.ts';

const privateLogout: readonly Logout[] = [
  {
    by: 'none',
    reason: 'a private sign-in: configure it as oidc-<name> or saml-<name>, or its `logout`',
  },
];

const differsPerConnection: Revoke = {
  by: 'none',
  reason: 'differs per connection: configure `revoke` for it',
};

/** Protocols, and connections that only their site knows. */
export const protocols = {
  saml: {
    name: 'SAML 2.0',
    aliases: ['saml2'],
    status: 'alive',
    source: 'SAML 2.0 Single Logout profile',
    confidence: 'documented',
    logout: [{ by: 'saml', confidence: 'documented' }],
    revoke: differsPerConnection,
    hears: [{ kind: 'saml', confidence: 'documented' }],
  },
  // Obsolete protocol.
  openid: {
    name: 'OpenID 2.0',
    mark: 'openid',
    aliases: ['openid2'],
    status: 'obsolete',
    source: 'OpenID Authentication 2.0',
    confidence: 'documented',
    logout: withoutLogout,
    revoke: withoutTokens,
  },
  // Unknown; only a name in the seed; could not be identified.
  signon: {
    name: 'Signon',
    status: 'unknown',
    source: 'seed document only',
    confidence: 'unverified',
    logout: [{ by: 'none', reason: 'only the name of this provider is known' }],
    revoke: noCallKnown,
  },
  // Private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection.
  sheridan: {
    name: 'Sheridan',
    status: 'private',
    source: 'seed document only',
    confidence: 'unverified',
    logout: privateLogout,
    revoke: differsPerConnection,
  },
  // Private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection.
  sheridanstaff: {
    name: 'Sheridan Staff',
    status: 'private',
    source: 'seed document only',
    confidence: 'unverified',
    logout: privateLogout,
    revoke: differsPerConnection,
  },
  oidc: {
    name: 'Generic OpenID Connect',
    aliases: ['openid_connect'],
    status: 'alive',
    source: 'OpenID Connect RP-Initiated, Back-Channel and Front-Channel Logout 1.0; RFC 7009',
    confidence: 'documented',
    logout: [
      // By address: a form of another site reaches a provider without its SameSite=Lax cookie, which ends nothing
      // (browser-logout.md); the ID token in it goes to none but the provider that issued it.
      {
        by: 'visit',
        url: '{endSessionEndpoint}',
        parameters: endSessionParameters,
        method: 'GET',
        needs: ['endSessionEndpoint'],
        confidence: 'documented',
      },
    ],
    // source: RFC 7009; OpenID Connect Discovery 1.0, or Yahoo's `token_revocation_endpoint` [documented]
    revoke: discoveredToken,
    // source: OpenID Connect Back-Channel Logout 1.0, Front-Channel Logout 1.0 [documented]
    hears: [
      { kind: 'logout-token', confidence: 'documented' },
      { kind: 'front-channel', confidence: 'documented' },
    ],
  },
} satisfies Record<string, ProviderRow>;
