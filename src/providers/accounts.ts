import { endSessionParameters } from './endpoints.ts';
import { byPersonOnly, noCallKnown, noWayKnown, signsOutThere } from './reasons.ts';
import type { ConnectedApps, Logout, ProviderRow, Revoke } from './row.ts';

// `disableAutoSelect` costs nothing and ends nothing at Google. The page comes second, and as a link only: it ends every
// Google session in the browser and never comes back, which nobody who signs out of one shop has asked for.
// source: developers.google.com/identity/gsi, pac4j GoogleLogoutActionBuilder [seen in code]
const googleLogout: readonly Logout[] = [
  {
    by: 'script',
    call: 'google.accounts.id.disableAutoSelect',
    ends: 'site',
    reason: 'only the automatic sign-in on this site is off; the Google session goes on',
    confidence: 'seen in code',
  },
  {
    by: 'link',
    url: 'https://accounts.google.com/Logout',
    reason: 'signs out of every Google service in this browser, and does not come back here',
    confidence: 'seen in code',
  },
];

// Its owner wants it in these colours only.
// source: developers.google.com/identity/branding-guidelines
const googleMark = [
  [
    '#EA4335',
    'M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z',
  ],
  [
    '#4285F4',
    'M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z',
  ],
  [
    '#FBBC05',
    'M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z',
  ],
  [
    '#34A853',
    'M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z',
  ],
] as const;

// An access token takes its refresh token along. `invalid_token` from a kept access token may only mean that it
// ran out; keep the refresh token.
// source: developers.google.com OAuth 2.0 web-server guide, revocation [documented]
const googleGrant: Revoke = {
  by: 'request',
  method: 'POST',
  url: 'https://oauth2.googleapis.com/revoke',
  form: { token: '{token}' },
  removes: 'grant',
  answers: [
    {
      when: String.raw`^400 .*"error"\s*:\s*"invalid_token"`,
      means: 'already',
      source: 'developers.google.com OAuth 2.0 web-server guide, revocation [documented]',
    },
  ],
  confidence: 'documented',
};

// The page that support.google.com/accounts/answer/13533235 tells of.
// source: public code search for the address [seen in code]
const googleApps: ConnectedApps = {
  url: 'https://myaccount.google.com/connections',
  confidence: 'seen in code',
};

// source: captured discovery document of api.login.yahoo.com, `token_revocation_endpoint` [documented]
const yahooToken: Revoke = {
  by: 'request',
  method: 'POST',
  url: 'https://api.login.yahoo.com/oauth2/revoke',
  authorization: 'basic',
  form: { token: '{token}' },
  removes: 'token',
  eachToken: true,
  confidence: 'documented',
};

/** Accounts at the large platforms, with which people sign in elsewhere. */
export const accounts = {
  // Classic gapi.auth2 platform library retired 2023; Google Identity Services (GIS) uses FedCM.
  google: {
    name: 'Google',
    mark: googleMark,
    aliases: ['google-oauth2'],
    status: 'alive',
    source:
      'developers.google.com: gsi revoke guide, OAuth 2.0 web-server guide, risc; pac4j GoogleLogoutActionBuilder',
    confidence: 'documented',
    logout: googleLogout,
    revoke: googleGrant,
    connectedApps: googleApps,
    // Cross-Account Protection. `token-revoked` names a token by its hash and often no person: then nothing changes.
    // source: developers.google.com/identity/protocols/risc [documented]
    hears: [
      {
        kind: 'security-event',
        signer: { configuration: 'https://accounts.google.com/.well-known/risc-configuration' },
        means: {
          'sessions-revoked': 'signed-out',
          'account-disabled': 'signed-out',
          'tokens-revoked': 'removed',
          'token-revoked': 'removed',
          'account-purged': 'removed',
        },
        ignoresExpiry: true,
        status: 202,
        confidence: 'documented',
      },
    ],
  },
  // Shut down (2019); map to google.
  googleplus: {
    name: 'Google+',
    mark: googleMark,
    aliases: ['google+', 'gplus'],
    status: 'ended',
    source: 'as google; that it is the same account is general knowledge',
    confidence: 'documented',
    sameAs: 'google',
    logout: googleLogout,
    revoke: googleGrant,
    connectedApps: googleApps,
  },
  // Renamed; Live Connect retired; consumer accounts are now reached through the Microsoft identity platform (tenant
  // "consumers" or "common").
  messenger: {
    name: 'Microsoft account',
    aliases: ['windowslive', 'live', 'windows', 'msa', 'microsoft'],
    status: 'renamed',
    source: 'MicrosoftDocs/entra-docs v2-protocols-oidc',
    confidence: 'documented',
    // Refuses framing.
    logout: [
      {
        by: 'visit',
        url: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/logout',
        parameters: endSessionParameters,
        method: 'POST',
        confidence: 'documented',
      },
    ],
    // source: microsoft-graph-docs oauth2permissiongrant-delete (not for personal accounts) [documented]
    revoke: { by: 'none', reason: byPersonOnly },
    // source: chillerlan/php-oauth MicrosoftGraph, public code search [seen in code]
    connectedApps: { url: 'https://account.live.com/consent/Manage', confidence: 'seen in code' },
    // source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
    hears: [{ kind: 'front-channel', confidence: 'documented' }],
  },
  yahoo: {
    name: 'Yahoo',
    aliases: ['yahoo-oauth2'],
    status: 'alive',
    source: 'captured openid-configuration of api.login.yahoo.com; pac4j YahooClient',
    confidence: 'documented',
    // No `visit`: whether `.done` may lead out of Yahoo is unverified.
    // source: public code search, pac4j YahooClient [seen in code]
    logout: [
      {
        by: 'frame',
        url: 'https://login.yahoo.com/config/login?logout=1&.done={returnUrl}',
        confidence: 'seen in code',
      },
      {
        by: 'link',
        url: 'https://login.yahoo.com/config/login?logout=1',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    revoke: yahooToken,
    // "External connections" there, says help.yahoo.com SLN2073. source: public code search for the address [seen in code]
    connectedApps: {
      url: 'https://login.yahoo.com/myaccount/security',
      confidence: 'seen in code',
    },
  },
  // Alive inside Yahoo; same identity stack as Yahoo on an AOL host; unverified.
  aol: {
    name: 'AOL',
    status: 'alive',
    source: 'general knowledge',
    confidence: 'unverified',
    // Yahoo's address would be a guess; see `revoke`.
    logout: [noWayKnown],
    // That AOL shares Yahoo's identity servers is general knowledge only, and RFC 7009 answers 200 to any token.
    revoke: noCallKnown,
  },
  // Google account; use google.
  blogger: {
    name: 'Blogger',
    mark: 'blogger',
    status: 'alive',
    source: 'as google; that it is the same account is general knowledge',
    confidence: 'documented',
    logout: googleLogout,
    revoke: googleGrant,
    connectedApps: googleApps,
  },
  apple: {
    name: 'Apple',
    mark: 'apple',
    aliases: ['appleid'],
    status: 'alive',
    source: 'developer.apple.com: revoke-tokens, processing-changes (mirrors read)',
    confidence: 'documented',
    logout: [noWayKnown],
    // `clientSecret` is the signed JWT (ES256, at most six months old) that Apple takes as client secret; outro does not
    // sign it. A token that was dead before gets 200 as well.
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://appleid.apple.com/auth/revoke',
      form: { client_id: '{clientId}', client_secret: '{clientSecret}', token: '{token}' },
      removes: 'grant',
      answers: [
        {
          when: String.raw`^400 .*"error"\s*:\s*"invalid_client"`,
          means: 'mend',
          reason:
            'Apple does not accept the client secret, a signed token that runs out after six months at most: sign a new one',
          source: 'developer.apple.com revoke-tokens, ErrorResponse [documented]',
        },
      ],
      confidence: 'documented',
    },
    // "Sign in with Apple" there, says support.apple.com/102571. source: public code search for the address [seen in code]
    connectedApps: { url: 'https://account.apple.com/account/manage', confidence: 'seen in code' },
    // The events are JSON inside a text. `account-delete` is what older reports say for `account-deleted`.
    // source: developer.apple.com processing-changes page (mirror read) [documented]
    hears: [
      {
        kind: 'security-event',
        member: 'payload',
        signer: {
          issuer: 'https://appleid.apple.com',
          jwksUri: 'https://appleid.apple.com/auth/keys',
        },
        means: {
          'consent-revoked': 'removed',
          'account-deleted': 'removed',
          'account-delete': 'removed',
        },
        status: 200,
        confidence: 'documented',
      },
    ],
  },
} satisfies Record<string, ProviderRow>;
