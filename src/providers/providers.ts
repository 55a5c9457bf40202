import { fail } from '../core/error.ts';
import type { Confidence, Hears } from './hears.ts';

export type { Confidence } from './hears.ts';

/**
 * How the backend takes a person's permission back: one request. Texts may hold `{accessToken}`,
 * `{refreshToken}`, `{token}` (the refresh token, else the access token), `{providerUid}`, `{clientId}`,
 * `{clientSecret}`, and `{tenant}`, which a site configures where the address differs per customer;
 * `{revocationEndpoint}` is what the discovery document of the configured issuer names.
 */
export interface RevokeRequest {
  by: 'request';
  method: 'POST' | 'DELETE' | 'GET';
  /** Always https. */
  url: string;
  /** `basic`: client id and secret; any other text is the whole header `Authorization`. */
  authorization?: 'basic' | (string & {}) | undefined;
  /** Form body, or JSON body, at most one of the two. */
  form?: Readonly<Record<string, string>> | undefined;
  json?: Readonly<Record<string, string>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** `grant`: the person's consent, so that the next sign-in asks again; `token`: a token only. */
  removes: 'grant' | 'token';
  /** Revoke the access token as well as the refresh token, where one does not take the other along. */
  eachToken?: true | undefined;
  /** Regular expression over `status body` of an answer that means: gone before. */
  already?: string | undefined;
  /** Regular expression over the body of an answer with status 2xx that means: refused all the same. */
  refused?: string | undefined;
  confidence: Confidence;
}

/** The way a provider offers, or the written reason why there is none. */
export type Revoke =
  | RevokeRequest
  | {
      by: 'none';
      reason: string;
      /** Where the person can do it. */
      url?: string | undefined;
    };

/**
 * One way to end a person's session at the provider. Texts may hold `{clientId}`, `{tenant}`, `{idToken}`,
 * `{accessToken}`, `{returnUrl}`, `{state}` and `{endSessionEndpoint}`, which the discovery document of the configured
 * issuer names; a parameter whose value is not known is left out, and a way that `needs` it is passed over.
 *
 * @see browser-logout.md; providers.md section 6
 */
export type Logout =
  /** A function of the provider's own script, on pages that have loaded it. */
  | {
      by: 'script';
      /** Dotted path from `window`. */
      call: string;
      /** It takes a callback, called when the provider has answered. */
      answers?: true | undefined;
      /** `site`: only what the script itself remembers on this site. */
      ends: 'provider-session' | 'site';
      reason: string;
      confidence: Confidence;
    }
  /** A logout page that may be loaded in a hidden frame; nobody can see what it did. */
  | { by: 'frame'; url: string; needs?: readonly string[] | undefined; confidence: Confidence }
  /** A logout page that comes back to `{returnUrl}`: in a small window, or in place of the page. */
  | {
      by: 'visit';
      url: string;
      parameters: Readonly<Record<string, string>>;
      /** Parameters go in a form body, where no log sees them; else in the address. */
      method: 'POST' | 'GET';
      needs?: readonly string[] | undefined;
      confidence: Confidence;
    }
  /** A signed LogoutRequest to the identity provider that the site has configured. */
  | { by: 'saml'; confidence: Confidence }
  /** A page of the provider where the person can do it; it does not come back. */
  | { by: 'link'; url: string; reason: string; confidence: Confidence }
  | { by: 'none'; reason: string };

/** Month of the newest fact in the table; no provider was asked, so try a row with your own application first. */
export const newestFact = '2026-08';

/** What is known of one provider: plain data, no code. */
export interface ProviderRow {
  /** The name people know. */
  name: string;
  /** Other spellings that pages and libraries use, lower case. */
  aliases?: readonly string[];
  /** Whether people can still sign in there. */
  status:
    | 'alive'
    | 'renamed'
    | 'changed'
    | 'suspended'
    | 'ending'
    | 'ended'
    | 'presumed ended'
    | 'obsolete'
    | 'private'
    | 'unknown';
  /** Where its facts were read; those of a single way or call stand beside it. */
  source: string;
  /** How far that can be relied on; `unverified` only where the row claims nothing. */
  confidence: Confidence | 'unverified';
  /** The id under which the same network goes elsewhere; both then mean the same people. */
  sameAs?: string;
  /** Its identities are people at other networks, told apart by `subProvider`. */
  isAggregator?: true;
  /** How the person's session at the provider can be ended from a page of another site: in order of preference. */
  logout: readonly Logout[];
  /** How a permission is taken back; absent: nothing is known. */
  revoke?: Revoke;
  /** What it tells a site unasked; absent: nothing that is known. */
  hears?: readonly Hears[];
}

const noWayDocumented: Logout = {
  by: 'none',
  reason: 'the provider documents no way for another site to end its session',
};
const noWayKnown: Logout = {
  by: 'none',
  reason: 'no way for another site to end this session is known to outro',
};
const confirmedThere = 'the page there asks to confirm, and does not come back here';
const signsOutThere = 'signs out there, and does not come back here';
const endedLogout: readonly Logout[] = [
  { by: 'none', reason: 'the service has ended; there is no session left to end' },
];
const goneLogout: readonly Logout[] = [
  {
    by: 'none',
    reason: 'the service is presumed to have ended, and no way to end a session of it is known',
  },
];
const withoutLogout: readonly Logout[] = [
  { by: 'none', reason: 'OpenID 2.0 has no way to end a session' },
];
const behindAggregatorLogout: readonly Logout[] = [
  { by: 'none', reason: 'an aggregator: the session is one of the provider behind it' },
];
const privateLogout: readonly Logout[] = [
  {
    by: 'none',
    reason: 'a private sign-in: configure it as oidc-<name> or saml-<name>, or its `logout`',
  },
];

// A provider that knows neither the hint nor the client shows the person a question.
// source: OpenID Connect RP-Initiated Logout 1.0 [documented]
const endSessionParameters = {
  id_token_hint: '{idToken}',
  client_id: '{clientId}',
  post_logout_redirect_uri: '{returnUrl}',
  state: '{state}',
};

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

const noCallKnown: Revoke = {
  by: 'none',
  reason: 'no call that takes this permission back is known to outro',
};
const noCallOffered: Revoke = {
  by: 'none',
  reason: 'the provider documents no call that takes a permission back',
};
const byPersonOnly =
  'the provider has no call for this; the person can do it in the settings there';
const serviceEnded: Revoke = {
  by: 'none',
  reason: 'the service has ended; there is nobody left to ask',
};
const serviceGone: Revoke = {
  by: 'none',
  reason: 'the service is presumed to have ended, and no call of it is known',
};
const withoutTokens: Revoke = {
  by: 'none',
  reason: 'OpenID 2.0 gives a site no token, and has no call to take a permission back',
};
const behindAggregator: Revoke = {
  by: 'none',
  reason: 'an aggregator: the permission lies with the provider behind it',
};
const differsPerConnection: Revoke = {
  by: 'none',
  reason: 'differs per connection: configure `revoke` for it',
};

// Where the discovery document of the configured issuer says.
// source: RFC 7009 section 2.1 [documented]
const discoveredToken: RevokeRequest = {
  by: 'request',
  method: 'POST',
  url: '{revocationEndpoint}',
  authorization: 'basic',
  form: { token: '{token}' },
  removes: 'token',
  eachToken: true,
  confidence: 'documented',
};

// An access token takes its refresh token along. `invalid_token` from a kept access token may only mean that it
// ran out; keep the refresh token.
// source: developers.google.com OAuth 2.0 web-server guide, revocation [documented]
const googleGrant: Revoke = {
  by: 'request',
  method: 'POST',
  url: 'https://oauth2.googleapis.com/revoke',
  form: { token: '{token}' },
  removes: 'grant',
  already: '^400 .*"error"\\s*:\\s*"invalid_token"',
  confidence: 'documented',
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

/**
 * TABLE of providers: allowed `provider` values, their other spellings, and how to leave each.
 * A new provider is a row here and nothing else. A site may override `logout` and `revoke` in its
 * configuration.
 *
 * @see gigya-js-removeConnection "Supporting Providers", gigya-rest-removeConnection, newspark-unlinkaccount
 */
export const providers = {
  facebook: {
    name: 'Facebook',
    aliases: ['fb', 'meta'],
    status: 'alive',
    source:
      'developers.facebook.com: FB.logout, user/permissions, data-deletion-callback; MrSwitch/hello.js',
    confidence: 'documented',
    // The script ends Facebook only where the sign-in went through an app; one who was signed in before stays so. The
    // frame is what the script does, for pages without it: `{returnUrl}` must lie under the app's registered site address.
    // hello.js also goes there with the whole page: left out, since the token would stay in the browser's history.
    // source: developers.facebook.com FB.logout [documented]; the address: MrSwitch/hello.js, GitHub issues [seen in code]
    logout: [
      {
        by: 'script',
        call: 'FB.logout',
        answers: true,
        ends: 'provider-session',
        reason:
          'Facebook answered; a person who was signed in there before using this app stays so',
        confidence: 'documented',
      },
      {
        by: 'frame',
        url: 'https://www.facebook.com/logout.php?next={returnUrl}&access_token={accessToken}',
        needs: ['accessToken'],
        confidence: 'seen in code',
      },
    ],
    // The app's own access token (id|secret), so that no token of the person is needed. Code 190 alone says that a token
    // does not work, which an expired one does not either; with subcode 458 it says that the person has removed the app.
    // source: developers.facebook.com Graph API user/permissions, error handling [documented]
    revoke: {
      by: 'request',
      method: 'DELETE',
      url: 'https://graph.facebook.com/{providerUid}/permissions?access_token={clientId}%7C{clientSecret}',
      removes: 'grant',
      already: '^4\\d\\d .*"error_subcode"\\s*:\\s*458\\b',
      refused: '^\\s*false|"success"\\s*:\\s*false',
      confidence: 'documented',
    },
    // source: developers.facebook.com deauthorize and data-deletion callbacks [documented]
    hears: [
      { kind: 'deauthorize', confidence: 'documented' },
      { kind: 'data-deletion', confidence: 'documented' },
    ],
  },
  // Renamed X in 2023; api.twitter.com still aliased to api.x.com.
  twitter: {
    name: 'X',
    aliases: ['x'],
    status: 'alive',
    source: 'pilcrowonpaper/arctic providers/twitter.ts (v3.7); pac4j TwitterClient',
    confidence: 'seen in code',
    // source: pac4j TwitterClient [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://twitter.com/logout',
        reason: confirmedThere,
        confidence: 'seen in code',
      },
    ],
    // OAuth 2.0 tokens; those of OAuth 1.0a need a signed request. Code 89: invalid or expired token.
    // source: pilcrowonpaper/arctic providers/twitter.ts (v3.7) [seen in code]; code 89: developer.x.com [documented]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api.x.com/2/oauth2/revoke',
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'token',
      eachToken: true,
      already: '^401 .*"code"\\s*:\\s*89\\b',
      confidence: 'seen in code',
    },
  },
  // Classic gapi.auth2 platform library retired 2023; Google Identity Services (GIS) uses FedCM.
  google: {
    name: 'Google',
    aliases: ['google-oauth2'],
    status: 'alive',
    source:
      'developers.google.com: gsi revoke guide, OAuth 2.0 web-server guide, risc; pac4j GoogleLogoutActionBuilder',
    confidence: 'documented',
    logout: googleLogout,
    revoke: googleGrant,
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
    aliases: ['google+', 'gplus'],
    status: 'ended',
    source: 'as google; that it is the same account is general knowledge',
    confidence: 'documented',
    sameAs: 'google',
    logout: googleLogout,
    revoke: googleGrant,
  },
  // Sign In with LinkedIn is OIDC; the JS API (IN.User.logout) and OAuth 1.0a are gone.
  linkedin: {
    name: 'LinkedIn',
    aliases: ['linkedin_oauth2', 'linkedin-openid'],
    status: 'alive',
    source: 'public code search for the revoke URL; pac4j LinkedIn2Client',
    confidence: 'seen in code',
    // source: pac4j LinkedIn2Client [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://www.linkedin.com/m/logout',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    // absent from LinkedIn's documentation and discovery; source: public code search for the address [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://www.linkedin.com/oauth/v2/revoke',
      form: { token: '{token}', client_id: '{clientId}', client_secret: '{clientSecret}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    },
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
    // The address of that page, account.live.com/consent/Manage, is unverified.
    // source: microsoft-graph-docs oauth2permissiongrant-delete (not for personal accounts) [documented]
    revoke: { by: 'none', reason: byPersonOnly },
    // source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
    hears: [{ kind: 'front-channel', confidence: 'documented' }],
  },
  // Changed (2024); Basic Display API switched off 4 December 2024; only professional accounts can sign in, through
  // Instagram API with Instagram Login or through Facebook Login.
  instagram: {
    name: 'Instagram',
    status: 'changed',
    source: 'public set-up guides that list both callback fields',
    confidence: 'seen in code',
    logout: [noWayDocumented],
    revoke: noCallKnown,
    // As Facebook's, with the Instagram app's own secret; source: public set-up guides [seen in code]
    hears: [
      { kind: 'deauthorize', confidence: 'seen in code' },
      { kind: 'data-deletion', confidence: 'seen in code' },
    ],
  },
  // Suspended; social business sold to Duoniu in November 2018; log-in reported suspended with no return date (forum
  // reposts, date not confirmed).
  renren: {
    name: 'Renren',
    status: 'suspended',
    source: 'technode (2018)',
    confidence: 'unverified',
    logout: [noWayKnown],
    revoke: noCallKnown,
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
  },
  // Presumed shut down.
  kaixin: {
    name: 'Kaixin001',
    aliases: ['kaixin001'],
    status: 'presumed ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Open API widgets are legacy; VK ID is the current product.
  vkontakte: {
    name: 'VK',
    aliases: ['vk'],
    status: 'alive',
    source: 'public code search for id.vk.com/oauth2/revoke; typings of the Open API script',
    confidence: 'seen in code',
    // What it does to VK's own session is unverified. source: typings of the legacy Open API script [seen in code]
    logout: [
      {
        by: 'script',
        call: 'VK.Auth.logout',
        answers: true,
        ends: 'site',
        reason: 'VK answered; whether its own session is over cannot be seen',
        confidence: 'seen in code',
      },
    ],
    // that it removes the app from the person's settings is unverified; source: public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://id.vk.com/oauth2/revoke',
      form: { client_id: '{clientId}', access_token: '{accessToken}' },
      removes: 'grant',
      refused: '"error"',
      confidence: 'seen in code',
    },
  },
  // Alive as a service; mixi Graph API docs exist in the stored pages; current availability to new sites unverified.
  mixi: {
    name: 'mixi',
    status: 'alive',
    source: 'developer.mixi.co.jp authorization pages',
    confidence: 'unverified',
    logout: [noWayDocumented],
    revoke: noCallKnown,
  },
  // YConnect v1 closed 31 May 2022; v2 only. Run by LY Corporation.
  yahoojapan: {
    name: 'Yahoo! JAPAN',
    aliases: ['yahoo_japan', 'yahoo-jp'],
    status: 'alive',
    source: 'developer.yahoo.co.jp/yconnect/v2 configuration',
    confidence: 'documented',
    logout: [noWayDocumented],
    revoke: noCallOffered,
  },
  // VK group; can also be offered through VK ID.
  odnoklassniki: {
    name: 'Odnoklassniki',
    aliases: ['ok', 'okru'],
    status: 'alive',
    source: 'apiok.ru permissions and OAuth pages',
    confidence: 'documented',
    logout: [noWayDocumented],
    // source: apiok.ru OAuth pages [documented]
    revoke: { by: 'none', reason: byPersonOnly, url: 'https://www.ok.ru/settings/oauth' },
  },
  wechat: {
    name: 'WeChat',
    aliases: ['weixin'],
    status: 'alive',
    source: 'developers.weixin.qq.com Authorized User Information Change',
    confidence: 'documented',
    logout: [
      {
        by: 'none',
        reason: 'a sign-in by QR code leaves no session in this browser that a site could end',
      },
    ],
    revoke: noCallKnown,
    // Plain mode of the message push; `inbound.secret`: its token. The signature covers token, time and nonce, not the
    // message. People withdraw single pieces of data: 205 (site) and 6 (mini program), nickname and picture, are what a
    // sign-in reads; the others change nothing here.
    // source: developers.weixin.qq.com Authorized User Information Change [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json', 'xml'],
        proof: {
          by: 'sorted-sha1',
          parts: ['{setting.secret}', '{query.timestamp}', '{query.nonce}'],
          given: '{query.signature}',
        },
        sentAt: '{query.timestamp}',
        once: '{query.signature}',
        challenge: {
          method: 'GET',
          when: { '{query.echostr}': '.+' },
          answer: { text: '{query.echostr}' },
        },
        unreadable: {
          when: { '{field.Encrypt}': '.+', '{field.Event}': '' },
          reason: 'body: expected plain mode; this message is encrypted',
        },
        events: [
          {
            when: {
              '{field.Event}': 'user_authorization_revoke',
              '{field.RevokeInfo}': '(.*\\D)?(6|205)(\\D.*)?',
            },
            addressed: ['{field.AppID}', '{setting.clientId}'],
            means: 'removed',
            person: 'OpenID',
            at: '{field.CreateTime}',
          },
          {
            when: { '{field.Event}': 'user_authorization_cancellation' },
            addressed: ['{field.AppID}', '{setting.clientId}'],
            means: 'removed',
            person: 'OpenID',
            at: '{field.CreateTime}',
          },
        ],
        answer: { status: 200, text: 'success' },
        confidence: 'documented',
      },
    ],
  },
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
  // Partly shut down (2024); City Guide app closed 15 December 2024, its web version announced for early 2025; Swarm
  // continues.
  foursquare: {
    name: 'Foursquare',
    aliases: ['fsq'],
    status: 'changed',
    source: 'press reports October 2024; pac4j FoursquareClient',
    confidence: 'seen in code',
    // source: pac4j FoursquareClient; may have gone with the website [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://www.foursquare.com/logout',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    revoke: noCallKnown,
  },
  qq: {
    name: 'Tencent QQ',
    aliases: ['tencent_qq', 'qqconnect'],
    status: 'alive',
    source: 'public code search',
    confidence: 'seen in code',
    logout: [
      {
        by: 'script',
        call: 'QC.Login.signOut',
        ends: 'site',
        reason: 'only what the script keeps on this site is gone; the QQ session goes on',
        confidence: 'seen in code',
      },
    ],
    revoke: noCallKnown,
  },
  sina: {
    name: 'Sina Weibo',
    aliases: ['weibo', 'sinaweibo'],
    status: 'alive',
    source: 'public code search; vendor SDK comments',
    confidence: 'seen in code',
    // What it does at weibo.com is unverified.
    logout: [
      {
        by: 'script',
        call: 'WB2.logout',
        answers: true,
        ends: 'site',
        reason: 'the script signed out here; whether the Weibo session is over cannot be seen',
        confidence: 'seen in code',
      },
    ],
    // source: public code search, vendor SDK comments [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api.weibo.com/oauth2/revokeoauth2',
      form: { access_token: '{accessToken}' },
      removes: 'grant',
      refused: '"error"|"result"\\s*:\\s*"?false',
      confidence: 'seen in code',
    },
  },
  wordpress: {
    name: 'WordPress.com',
    aliases: ['wordpress.com', 'wpcom'],
    status: 'alive',
    source: 'pac4j WordPressClient',
    confidence: 'seen in code',
    logout: [
      {
        by: 'link',
        url: 'https://wordpress.com/wp-login.php?action=logout',
        reason: confirmedThere,
        confidence: 'seen in code',
      },
    ],
    revoke: noCallKnown,
  },
  // Google account; use google.
  blogger: {
    name: 'Blogger',
    status: 'alive',
    source: 'as google; that it is the same account is general knowledge',
    confidence: 'documented',
    logout: googleLogout,
    revoke: googleGrant,
  },
  // Shut down (2025); 30 September 2025.
  typepad: {
    name: 'Typepad',
    status: 'ended',
    source: 'heise, webpronews and others (August/September 2025)',
    confidence: 'documented',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  paypal: {
    name: 'PayPal',
    status: 'alive',
    source: 'PayPal REST SDK sources (Python, Node, Ruby); public code search',
    confidence: 'seen in code',
    // Built into PayPal's own retired REST SDKs, with the ID token in the address; POST is not known to work.
    logout: [
      {
        by: 'visit',
        url: 'https://www.paypal.com/webapps/auth/protocol/openidconnect/v1/endsession',
        parameters: { id_token: '{idToken}', redirect_uri: '{returnUrl}', logout: 'true' },
        method: 'GET',
        needs: ['idToken'],
        confidence: 'seen in code',
      },
    ],
    // source: PayPal REST SDK sources, public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api-m.paypal.com/v1/oauth2/token/terminate',
      authorization: 'basic',
      form: { token: '{accessToken}', token_type_hint: 'ACCESS_TOKEN' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  amazon: {
    name: 'Amazon',
    aliases: ['lwa'],
    status: 'alive',
    source: 'developer.amazon.com log-out-users',
    confidence: 'documented',
    // source: developer.amazon.com log-out-users, JavaScript SDK reference [documented]
    logout: [
      {
        by: 'script',
        call: 'amazon.Login.logout',
        ends: 'site',
        reason:
          'only the token that the script keeps on this site is gone; the Amazon session goes on',
        confidence: 'documented',
      },
    ],
    revoke: noCallOffered,
  },
  // OpenID 2.0 identity only.
  livejournal: {
    name: 'LiveJournal',
    status: 'alive',
    source: 'python-social-auth backends/livejournal.py',
    confidence: 'unverified',
    logout: withoutLogout,
    revoke: withoutTokens,
  },
  // Shut down (2016).
  verisign: {
    name: 'VeriSign PIP',
    status: 'ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  // Obsolete protocol.
  openid: {
    name: 'OpenID 2.0',
    aliases: ['openid2'],
    status: 'obsolete',
    source: 'OpenID Authentication 2.0',
    confidence: 'documented',
    logout: withoutLogout,
    revoke: withoutTokens,
  },
  // Shut down; folded into Twoo around 2014-2015.
  netlog: {
    name: 'Netlog',
    status: 'ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: endedLogout,
    revoke: serviceEnded,
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
  // OpenID service presumed closed.
  orangefrance: {
    name: 'Orange France',
    aliases: ['orange'],
    status: 'presumed ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Community alive; sign-in for third parties unverified.
  spiceworks: {
    name: 'Spiceworks',
    status: 'unknown',
    source: 'seed document only',
    confidence: 'unverified',
    logout: [noWayKnown],
    revoke: noCallKnown,
  },
  // Third-party sign-in presumed closed.
  livedoor: {
    name: 'livedoor',
    status: 'presumed ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Blogs presumed closed 2023 (2023).
  skyrock: {
    name: 'Skyrock',
    status: 'presumed ended',
    source: 'python-social-auth backends/skyrock.py (still ships)',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  // Shut down (2022); 31 March 2022.
  vznet: {
    name: 'VZ networks',
    aliases: ['studivz', 'meinvz'],
    status: 'ended',
    source: 'Spiegel, heise/t3n, PC-Welt (March 2022)',
    confidence: 'documented',
    logout: endedLogout,
    revoke: serviceEnded,
  },
  // Login plugin and OAuth 1.0a API documented in stored pages; open to new sites unverified.
  xing: {
    name: 'XING',
    status: 'alive',
    source: 'dev.xing.com authentication',
    confidence: 'documented',
    logout: [noWayDocumented],
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
  // End of life (2027); became Akamai Identity Cloud; vendor migration guide gives EOL 2027.
  janrain: {
    name: 'Janrain',
    isAggregator: true,
    aliases: ['akamai-identity-cloud'],
    status: 'ending',
    source: 'techdocs.akamai.com identity-cloud migration guide',
    confidence: 'documented',
    logout: behindAggregatorLogout,
    revoke: behindAggregator,
  },
  // Renamed; SAP Customer Data Cloud.
  gigya: {
    name: 'Gigya',
    aliases: ['sap-customer-data-cloud'],
    status: 'renamed',
    source: 'seed documents',
    confidence: 'documented',
    logout: behindAggregatorLogout,
    revoke: behindAggregator,
  },
  apple: {
    name: 'Apple',
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
      confidence: 'documented',
    },
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
  github: {
    name: 'GitHub',
    status: 'alive',
    source:
      'docs.github.com REST oauth-applications; github.blog changelog 2018-07-24; pac4j GitHubClient',
    confidence: 'documented',
    // source: pac4j GitHubClient [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://github.com/logout',
        reason: confirmedThere,
        confidence: 'seen in code',
      },
    ],
    // The grant with all its tokens; `/token` in place of `/grant` would end one token only.
    revoke: {
      by: 'request',
      method: 'DELETE',
      url: 'https://api.github.com/applications/{clientId}/grant',
      authorization: 'basic',
      json: { access_token: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    },
    // GitHub Apps only; OAuth Apps hear nothing. `inbound.secret`: the webhook's secret. Neither time nor delivery is
    // signed: the delivery id keeps a redelivery from counting twice, and TLS keeps bodies from being captured.
    // source: docs.github.com webhook events, validating deliveries [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: {
          by: 'hmac',
          key: '{setting.secret}',
          text: '{body}',
          prefix: 'sha256=',
          encoding: 'hex',
          given: '{header.x-hub-signature-256}',
        },
        once: '{header.x-github-delivery}',
        events: [
          {
            when: {
              '{header.x-github-event}': 'github_app_authorization',
              '{field.action}': 'revoked',
            },
            means: 'removed',
            person: 'sender.id',
          },
        ],
        answer: { status: 204 },
        confidence: 'documented',
      },
    ],
  },
  gitlab: {
    name: 'GitLab',
    status: 'alive',
    source: 'pilcrowonpaper/arctic providers/gitlab.ts (v3.7)',
    confidence: 'seen in code',
    logout: [noWayKnown],
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://gitlab.com/oauth/revoke',
      form: { token: '{token}', client_id: '{clientId}', client_secret: '{clientSecret}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    },
  },
  discord: {
    name: 'Discord',
    status: 'alive',
    source: 'docs.discord.com webhook events; pilcrowonpaper/arctic providers/discord.ts (v3.7)',
    confidence: 'documented',
    logout: [noWayKnown],
    // Believed to end every token of the authorization [unverified], hence each of them.
    // source: pilcrowonpaper/arctic providers/discord.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://discord.com/api/oauth2/token/revoke',
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    },
    // `inbound.publicKey`: the application's public key. PING (type 0) is answered like an event. Events may come in any
    // order, hence `at`. source: docs.discord.com webhook events [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: {
          by: 'ed25519',
          key: '{setting.publicKey}',
          text: '{header.x-signature-timestamp}{body}',
          given: '{header.x-signature-ed25519}',
        },
        sentAt: '{header.x-signature-timestamp}',
        once: '{header.x-signature-timestamp} {body}',
        events: [
          {
            when: { '{field.type}': '1', '{field.event.type}': 'APPLICATION_DEAUTHORIZED' },
            addressed: ['{field.application_id}', '{setting.clientId}'],
            means: 'removed',
            person: 'event.data.user.id',
            at: '{field.event.timestamp}',
          },
        ],
        answer: { status: 204 },
        confidence: 'documented',
      },
    ],
  },
  slack: {
    name: 'Slack',
    status: 'alive',
    source: 'api.slack.com events/tokens_revoked; public code search for auth.revoke',
    confidence: 'documented',
    logout: [noWayKnown],
    // Errors arrive with status 200. `token_revoked`: the token is dead or the app removed.
    // source: public code search for auth.revoke; error names: api.slack.com/methods/auth.revoke [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://slack.com/api/auth.revoke',
      authorization: 'Bearer {accessToken}',
      removes: 'token',
      already: '^200 .*"error"\\s*:\\s*"(token_revoked|account_inactive)"',
      refused: '"(ok|revoked)"\\s*:\\s*false',
      confidence: 'seen in code',
    },
    // `inbound.secret`: the signing secret. Names user ids, not tokens; tokens of bots are nobody's sign-in.
    // source: api.slack.com events/tokens_revoked, verifying requests [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: {
          by: 'hmac',
          key: '{setting.secret}',
          text: 'v0:{header.x-slack-request-timestamp}:{body}',
          prefix: 'v0=',
          encoding: 'hex',
          given: '{header.x-slack-signature}',
        },
        sentAt: '{header.x-slack-request-timestamp}',
        once: '{field.event_id}',
        challenge: {
          method: 'POST',
          when: { '{field.type}': 'url_verification' },
          answer: { json: { challenge: '{field.challenge}' } },
        },
        events: [
          {
            when: { '{field.type}': 'event_callback', '{field.event.type}': 'tokens_revoked' },
            means: 'removed',
            person: 'event.tokens.oauth',
            many: true,
            at: '{field.event_time}',
          },
        ],
        answer: { status: 200 },
        confidence: 'documented',
      },
    ],
  },
  twitch: {
    name: 'Twitch',
    status: 'alive',
    source: 'dev.twitch.tv revoke-tokens',
    confidence: 'documented',
    logout: [noWayKnown],
    // The access token, as documented: a refresh token may be answered as invalid, which would look like gone before.
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://id.twitch.tv/oauth2/revoke',
      form: { client_id: '{clientId}', token: '{accessToken}' },
      removes: 'token',
      already: '^400 .*"invalid token"',
      confidence: 'documented',
    },
  },
  spotify: {
    name: 'Spotify',
    status: 'alive',
    source: 'GitHub spotify/web-api issues #126, #600, #1287, #1306',
    confidence: 'documented',
    // accounts.spotify.com/logout stands in sample code only [unverified].
    logout: [noWayDocumented],
    // source: GitHub spotify/web-api issues (asked since 2017, declined) [documented]
    revoke: { by: 'none', reason: byPersonOnly, url: 'https://www.spotify.com/account/apps/' },
  },
  tiktok: {
    name: 'TikTok',
    status: 'alive',
    source:
      'developers.tiktok.com webhooks-events; pilcrowonpaper/arctic providers/tiktok.ts (v3.7)',
    confidence: 'documented',
    logout: [noWayKnown],
    // source: pilcrowonpaper/arctic providers/tiktok.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://open.tiktokapis.com/v2/oauth/revoke/',
      form: { client_key: '{clientId}', client_secret: '{clientSecret}', token: '{accessToken}' },
      removes: 'grant',
      refused: '"error"\\s*:\\s*"',
      confidence: 'seen in code',
    },
    // Reason 5 is our own revocation coming back; then the identity is gone already and nothing changes.
    // source: developers.tiktok.com webhooks-events, webhooks-verification [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: {
          by: 'hmac',
          key: '{setting.clientSecret}',
          text: '{header.tiktok-signature.t}.{body}',
          encoding: 'hex',
          given: '{header.tiktok-signature.s}',
        },
        sentAt: '{header.tiktok-signature.t}',
        once: '{header.tiktok-signature.s}',
        events: [
          {
            when: { '{field.event}': 'authorization\\.removed' },
            addressed: ['{field.client_key}', '{setting.clientId}'],
            means: 'removed',
            person: 'user_openid',
            at: '{field.create_time}',
          },
        ],
        answer: { status: 200 },
        confidence: 'documented',
      },
    ],
  },
  reddit: {
    name: 'Reddit',
    status: 'alive',
    source: 'public code search',
    confidence: 'seen in code',
    logout: [noWayKnown],
    // The refresh token takes its access tokens along; 204 also for unknown tokens. Reddit asks for a telling User-Agent.
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://www.reddit.com/api/v1/revoke_token',
      authorization: 'basic',
      form: { token: '{token}' },
      headers: { 'User-Agent': 'web:{clientId}:outro' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  line: {
    name: 'LINE',
    status: 'alive',
    source: 'developers.line.biz: managing-authorized-apps, development-guidelines',
    confidence: 'documented',
    logout: [{ by: 'none', reason: 'LINE offers to revoke the token only; its session goes on' }],
    // `clientSecret` for revocation is a channel access token of the LINE Login channel (v2.1: 30 days at most), not the
    // channel secret. The token alone: POST https://api.line.me/oauth2/v2.1/revoke; LINE demands this call on unlinking.
    // source: developers.line.biz managing-authorized-apps, development-guidelines [documented]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api.line.me/user/v1/deauthorize',
      authorization: 'Bearer {clientSecret}',
      json: { userAccessToken: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    },
  },
  kakao: {
    name: 'Kakao',
    status: 'alive',
    source:
      'developers.kakao.com: rest-api, admin-key-api, callback; public code search for oauth/logout',
    confidence: 'documented',
    // The visit ends the account's session in this browser too; the script, and the API behind it, only a token.
    // source: developers.kakao.com kakaologin callback, public code search [seen in code]
    logout: [
      {
        by: 'visit',
        url: 'https://kauth.kakao.com/oauth/logout',
        parameters: {
          client_id: '{clientId}',
          logout_redirect_uri: '{returnUrl}',
          state: '{state}',
        },
        method: 'GET',
        needs: ['clientId'],
        confidence: 'seen in code',
      },
      {
        by: 'script',
        call: 'Kakao.Auth.logout',
        ends: 'site',
        reason:
          'only the token that the script keeps on this site is gone; the Kakao session goes on',
        confidence: 'seen in code',
      },
    ],
    // `clientSecret` for revocation is the admin key, so that no token of the person is needed; the console must allow
    // it this call. Code -101: the person is not linked to the app.
    // source: developers.kakao.com rest-api, admin-key-api, trouble-shooting [documented]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://kapi.kakao.com/v1/user/unlink',
      authorization: 'KakaoAK {clientSecret}',
      form: { target_id_type: 'user_id', target_id: '{providerUid}' },
      removes: 'grant',
      already: '^400 .*"code"\\s*:\\s*-101\\b',
      confidence: 'documented',
    },
    // No signature: the admin key (`clientSecret`, as for revocation) is the whole proof, and it is never in an address.
    // Not sent when our own call unlinked. `inbound.appId`: the app's number.
    // source: developers.kakao.com kakaologin callback [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['GET', 'POST'],
        formats: ['form', 'json'],
        proof: {
          by: 'equal',
          expected: 'KakaoAK {setting.clientSecret}',
          given: '{header.authorization}',
        },
        events: [
          {
            when: {},
            addressed: ['{field.app_id}', '{setting.appId}'],
            means: 'removed',
            person: 'user_id',
          },
        ],
        answer: { status: 200 },
        confidence: 'documented',
      },
    ],
  },
  naver: {
    name: 'Naver',
    status: 'alive',
    source: 'developers.naver.com devguide; public code search',
    confidence: 'seen in code',
    // Code loads it in frames, tiny windows and by redirect, with mixed results; no way back is promised.
    // source: public code search [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://nid.naver.com/nidlogin.logout',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    // GET or POST; POST keeps the secret out of addresses. The access token must still be valid.
    // source: developers.naver.com devguide, public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://nid.naver.com/oauth2.0/token',
      form: {
        grant_type: 'delete',
        client_id: '{clientId}',
        client_secret: '{clientSecret}',
        access_token: '{accessToken}',
        service_provider: 'NAVER',
      },
      removes: 'grant',
      refused: '"error"',
      confidence: 'seen in code',
    },
    // source: developers.naver.com devguide 4.4 / 5.4, three public code bases [seen in code]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['form', 'json'],
        proof: {
          by: 'hmac',
          key: '{setting.clientSecret}',
          keyDigest: 'md5',
          text: 'clientId={field.clientId}&encryptUniqueId={field.encryptUniqueId}&timestamp={field.timestamp}',
          encoding: 'base64url',
          given: '{field.signature}',
        },
        sentAt: '{field.timestamp}',
        once: '{field.encryptUniqueId} {field.timestamp}',
        events: [
          {
            when: {},
            addressed: ['{field.clientId}', '{setting.clientId}'],
            means: 'removed',
            person: 'encryptUniqueId',
            sealed: true,
            at: '{field.timestamp}',
          },
        ],
        answer: { status: 204 },
        confidence: 'seen in code',
      },
    ],
  },
  // Was Azure AD.
  entra: {
    name: 'Microsoft Entra ID',
    aliases: ['azuread', 'microsoft-entra-id'],
    status: 'alive',
    source: 'MicrosoftDocs/entra-docs v2-protocols-oidc',
    confidence: 'documented',
    // Refuses framing. A device that is joined to the tenant can sign in again after one click.
    logout: [
      {
        by: 'visit',
        url: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // source: microsoft-graph-docs oauth2permissiongrant-delete [documented]
    revoke: {
      by: 'none',
      reason:
        'needs an administrator permission in Microsoft Graph and the id of the grant, which outro does not do yet',
    },
    // source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
    hears: [{ kind: 'front-channel', confidence: 'documented' }],
  },
  okta: {
    name: 'Okta',
    status: 'alive',
    source: 'developer.okta.com logoutcustomas; pilcrowonpaper/arctic providers/okta.ts (v3.7)',
    confidence: 'documented',
    // Each authorization server has its own page, https://{tenant}/oauth2/<id>/v1/logout: discovery knows which. The hint is
    // required; an expired one will do.
    logout: [
      {
        by: 'visit',
        url: '{endSessionEndpoint}',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['endSessionEndpoint', 'idToken'],
        confidence: 'documented',
      },
    ],
    // Tokens of the organisation's own authorization server; others have /oauth2/<id>/v1/revoke: configure `revoke`.
    // source: pilcrowonpaper/arctic providers/okta.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth2/v1/revoke',
      authorization: 'basic',
      form: { token: '{token}' },
      removes: 'token',
      eachToken: true,
      confidence: 'seen in code',
    },
  },
  auth0: {
    name: 'Auth0',
    status: 'alive',
    source:
      'auth0.com: oidc-logout, back-channel-logout; pilcrowonpaper/arctic providers/auth0.ts (v3.7)',
    confidence: 'documented',
    // Ends the session at Auth0; with the social provider behind it, results differ, says the vendor.
    // source: auth0.com oidc-logout API page [documented]
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/oidc/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // refresh tokens only [unverified]; source: pilcrowonpaper/arctic providers/auth0.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth/revoke',
      form: { token: '{refreshToken}', client_id: '{clientId}', client_secret: '{clientSecret}' },
      removes: 'token',
      confidence: 'seen in code',
    },
    // source: auth0.com back-channel-logout (Enterprise plan) [documented]
    hears: [{ kind: 'logout-token', confidence: 'documented' }],
  },
  keycloak: {
    name: 'Keycloak',
    status: 'alive',
    source:
      'keycloak.org LogoutEndpoint javadoc; pilcrowonpaper/arctic providers/keycloak.ts (v3.7)',
    confidence: 'documented',
    // https://<host>/realms/<realm>/protocol/openid-connect/logout: discovery knows the realm.
    logout: [
      {
        by: 'visit',
        url: '{endSessionEndpoint}',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['endSessionEndpoint'],
        confidence: 'documented',
      },
    ],
    // https://<host>/realms/<realm>/protocol/openid-connect/revoke: discovery knows the realm.
    // source: pilcrowonpaper/arctic providers/keycloak.ts (v3.7) [seen in code]
    revoke: { ...discoveredToken, confidence: 'seen in code' },
    // source: keycloak.org LogoutEndpoint javadoc [documented]
    hears: [{ kind: 'logout-token', confidence: 'documented' }],
  },
  cognito: {
    name: 'Amazon Cognito',
    status: 'alive',
    source: 'pilcrowonpaper/arctic providers/amazon-cognito.ts (v3.7); public code search',
    confidence: 'seen in code',
    // Sends no `state` back. source: pilcrowonpaper/arctic providers/amazon-cognito.ts, public code search [seen in code]
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/logout',
        parameters: { client_id: '{clientId}', logout_uri: '{returnUrl}' },
        method: 'GET',
        needs: ['tenant', 'clientId'],
        confidence: 'seen in code',
      },
    ],
    // The refresh token, which takes its access tokens along [unverified].
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth2/revoke',
      authorization: 'basic',
      form: { token: '{refreshToken}' },
      removes: 'token',
      confidence: 'seen in code',
    },
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
  dropbox: {
    name: 'Dropbox',
    status: 'alive',
    source:
      'public code search; pac4j DropBoxClient; pilcrowonpaper/arctic providers/dropbox.ts (v3.7)',
    confidence: 'seen in code',
    // source: pac4j DropBoxClient [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://www.dropbox.com/logout',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    // An access token that ran out is no proof: its refresh token may live.
    // source: public code search, pilcrowonpaper/arctic providers/dropbox.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://api.dropboxapi.com/2/auth/token/revoke',
      authorization: 'Bearer {accessToken}',
      removes: 'token',
      already: '^401 (?!.*expired_access_token)',
      confidence: 'seen in code',
    },
  },
  salesforce: {
    name: 'Salesforce',
    status: 'alive',
    source:
      'captured discovery documents of Salesforce sites; pilcrowonpaper/arctic providers/salesforce.ts (v3.7)',
    confidence: 'documented',
    logout: [
      {
        by: 'visit',
        url: 'https://{tenant}/services/auth/idp/oidc/logout',
        parameters: endSessionParameters,
        method: 'POST',
        needs: ['tenant'],
        confidence: 'documented',
      },
    ],
    // The refresh token takes its access tokens along [unverified].
    // source: python-social-auth backends/salesforce.py, pilcrowonpaper/arctic providers/salesforce.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/services/oauth2/revoke',
      form: { token: '{token}' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  zoom: {
    name: 'Zoom',
    status: 'alive',
    source: 'marketplace.zoom.us app-deauthorized; pilcrowonpaper/arctic providers/zoom.ts (v3.7)',
    confidence: 'documented',
    logout: [noWayKnown],
    // Also uninstalls the app, and then its deauthorization webhook comes, says devforum.zoom.us staff answer 18432.
    // source: pilcrowonpaper/arctic providers/zoom.ts (v3.7), public code search [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://zoom.us/oauth/revoke',
      authorization: 'basic',
      form: { token: '{accessToken}' },
      removes: 'grant',
      confidence: 'seen in code',
    },
    // `inbound.secret`: the secret token; the older verification token was switched off by Zoom in June 2025. Our own
    // revocation comes back as this event. source: marketplace.zoom.us app-deauthorized; developers.zoom.us webhooks
    // and changelog "webhook URL validation" [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: {
          by: 'hmac',
          key: '{setting.secret}',
          text: 'v0:{header.x-zm-request-timestamp}:{body}',
          prefix: 'v0=',
          encoding: 'hex',
          given: '{header.x-zm-signature}',
        },
        sentAt: '{header.x-zm-request-timestamp}',
        once: '{header.x-zm-signature}',
        challenge: {
          method: 'POST',
          when: { '{field.event}': 'endpoint\\.url_validation' },
          hmacOf: '{field.payload.plainToken}',
          answer: {
            json: { plainToken: '{field.payload.plainToken}', encryptedToken: '{hmac}' },
          },
        },
        events: [
          {
            when: { '{field.event}': 'app_deauthorized' },
            addressed: ['{field.payload.client_id}', '{setting.clientId}'],
            means: 'removed',
            person: 'payload.user_id',
            at: '{field.payload.deauthorization_time}',
          },
        ],
        answer: { status: 200 },
        confidence: 'documented',
      },
    ],
  },
  // OAuth rules tightened from 4 May 2026 (rotating refresh tokens, bearer header only).
  bitbucket: {
    name: 'Bitbucket Cloud',
    status: 'alive',
    source: 'developer.atlassian.com bitbucket oauth-2; pac4j BitbucketClient',
    confidence: 'documented',
    // source: pac4j BitbucketClient [seen in code]
    logout: [
      {
        by: 'link',
        url: 'https://bitbucket.org/account/signout/',
        reason: signsOutThere,
        confidence: 'seen in code',
      },
    ],
    revoke: noCallOffered,
  },
  strava: {
    name: 'Strava',
    status: 'alive',
    source: 'developers.strava.com: webhooks, authentication',
    confidence: 'documented',
    logout: [noWayKnown],
    // Needs a live access token: 401 may only mean that it ran out.
    // source: developers.strava.com authentication [documented]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://www.strava.com/oauth/deauthorize',
      form: { access_token: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    },
    // Nothing is signed, and athlete and subscription numbers can be guessed: what is believed is only an address that
    // nobody else knows, /inbound/<apiKey>/strava/webhook/<inbound.secret>. The same secret is the verify token.
    // source: developers.strava.com webhooks [documented]
    hears: [
      {
        kind: 'webhook',
        methods: ['POST'],
        formats: ['json'],
        proof: { by: 'equal', expected: '{setting.secret}', given: '{path.key}' },
        challenge: {
          method: 'GET',
          when: { '{query.hub.mode}': 'subscribe' },
          proof: {
            by: 'equal',
            expected: '{setting.secret} {setting.secret}',
            given: '{path.key} {query.hub.verify_token}',
          },
          answer: { json: { 'hub.challenge': '{query.hub.challenge}' } },
        },
        events: [
          {
            when: {
              '{field.object_type}': 'athlete',
              '{field.aspect_type}': 'update',
              '{field.updates.authorized}': 'false',
            },
            addressed: ['{field.subscription_id}', '{setting.subscriptionId}'],
            means: 'removed',
            person: 'object_id',
            at: '{field.event_time}',
          },
        ],
        answer: { status: 200 },
        confidence: 'documented',
      },
    ],
  },
  // OpenID 2.0.
  steam: {
    name: 'Steam',
    status: 'alive',
    source: 'python-social-auth backends/steam.py',
    confidence: 'seen in code',
    logout: withoutLogout,
    revoke: withoutTokens,
  },
} satisfies Record<string, ProviderRow>;

/** Provider id as the table spells it. */
export type ProviderId = keyof typeof providers;

/** What a page may pass as `provider`: an id of the table, or a connection configured per site. */
export type ProviderName = ProviderId | `saml-${string}` | `oidc-${string}`;

const table: Record<string, ProviderRow> = providers;

// Connections that a site names itself; their row is the protocol's.
const perSite = /^(saml|oidc)-[a-z0-9_.-]{1,45}$/;

/** The row of a provider id; a site's own `saml-…` and `oidc-…` connections share their protocol's row. */
export const providerRow = (id: string): ProviderRow | undefined =>
  Object.hasOwn(table, id) ? table[id] : table[perSite.exec(id)?.[1] ?? ''];

/** The id that a spelling stands for, ignoring case and aliases; `undefined` when nobody knows it. */
export const findProviderId = (spelling: string): string | undefined => {
  const name = spelling.toLowerCase();
  if (providerRow(name)) return name;
  return Object.keys(table).find((id) => table[id]?.aliases?.includes(name));
};

/**
 * The id that a spelling stands for, ignoring case and aliases.
 *
 * @param parameter name of the parameter it came in, for the refusal.
 * @throws invalidParameter when nobody knows it
 */
export const providerId = (spelling: string, parameter = 'provider'): string =>
  findProviderId(spelling) ??
  fail(
    'invalidParameter',
    `${parameter}: expected a provider id such as ${Object.keys(table).slice(0, 3).join(', ')} or oidc-<name>; leave it out for all providers`,
  );

/** Whether two provider ids mean the same network (Google and what was Google+). */
export const isSameProvider = (one: string, other: string): boolean =>
  (providerRow(one)?.sameAs ?? one) === (providerRow(other)?.sameAs ?? other);

/** Every provider id that means the same network, the given one first: Google's people may have come as Google+. */
export const sameProviders = (provider: string): string[] => [
  provider,
  ...Object.keys(providers).filter((id) => id !== provider && isSameProvider(id, provider)),
];
