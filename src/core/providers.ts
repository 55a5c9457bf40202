import { fail } from './error.ts';
import type { Logout } from './receipt.ts';

/** How far a fact about a provider can be relied on. */
export type Confidence = 'documented' | 'seen in code';

/**
 * How the backend takes a person's permission back: one request. Texts may hold `{accessToken}`,
 * `{refreshToken}`, `{token}` (the refresh token, else the access token), `{providerUid}`, `{clientId}`,
 * `{clientSecret}`, and `{tenant}`, which a site configures where the address differs per customer.
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
  /** The id under which the same network goes elsewhere; both then mean the same people. */
  sameAs?: string;
  /** Its identities are people at other networks, told apart by `subProvider`. */
  isAggregator?: true;
  /** How the person's session at the provider can be ended from a page of another site. */
  logout: Logout;
  /** How a permission is taken back; absent: nothing is known. */
  revoke?: Revoke;
}

const nothingKnown: Logout = { by: 'none', reason: 'no way to end this session is known to outro' };

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
  // source: developers.facebook.com FB.logout reference [documented]
  facebook: {
    name: 'Facebook Login',
    aliases: ['fb', 'meta'],
    status: 'alive',
    logout: nothingKnown,
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
  },
  // renamed X in 2023; api.twitter.com still aliased to api.x.com; source: developer.x.com POST oauth/invalidate_token [documented (OAuth 1.0a) / seen in code (OAuth 2.0)]
  twitter: {
    name: 'X',
    aliases: ['x'],
    status: 'alive',
    logout: nothingKnown,
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
  // classic gapi.auth2 platform library retired 2023; Google Identity Services (GIS) uses FedCM; source: developers.google.com/identity/gsi/web/guides/revoke [documented]
  google: {
    name: 'Google',
    aliases: ['google-oauth2'],
    status: 'alive',
    logout: nothingKnown,
    revoke: googleGrant,
  },
  // shut down (2019); map to google; source: general knowledge [unverified]
  googleplus: {
    name: 'Google+',
    aliases: ['google+', 'gplus'],
    status: 'ended',
    sameAs: 'google',
    logout: nothingKnown,
    revoke: googleGrant,
  },
  // Sign In with LinkedIn is OIDC; the JS API (IN.User.logout) and OAuth 1.0a are gone; source: learn.microsoft.com LinkedIn token-introspection [seen in code]
  linkedin: {
    name: 'LinkedIn',
    aliases: ['linkedin_oauth2', 'linkedin-openid'],
    status: 'alive',
    logout: nothingKnown,
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
  // renamed; Live Connect retired; consumer accounts are now reached through the Microsoft identity platform (tenant "consumers" or "common"); source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
  messenger: {
    name: 'Microsoft account',
    aliases: ['windowslive', 'live', 'windows', 'msa', 'microsoft'],
    status: 'renamed',
    logout: nothingKnown,
    // source: microsoft-graph-docs oauth2permissiongrant-delete (not for personal accounts) [documented]; the page [unverified]
    revoke: { by: 'none', reason: byPersonOnly, url: 'https://account.live.com/consent/Manage' },
  },
  // changed (2024); Basic Display API switched off 4 December 2024; only professional accounts can sign in, through Instagram API with Instagram Login or through Facebook Login; source: several 2026 articles on the Basic Display shutdown [seen in code]
  instagram: { name: 'Instagram', status: 'changed', logout: nothingKnown, revoke: noCallKnown },
  // suspended; social business sold to Duoniu in November 2018; log-in reported suspended with no return date (forum reposts, date not confirmed); source: technode (2018) [unverified]
  renren: { name: 'Renren', status: 'suspended', logout: nothingKnown, revoke: noCallKnown },
  // source: api-evangelist/yahoo captured openid-configuration [documented (revoke) / seen in code (logout)]
  yahoo: {
    name: 'Yahoo',
    aliases: ['yahoo-oauth2'],
    status: 'alive',
    logout: nothingKnown,
    revoke: yahooToken,
  },
  // presumed shut down; source: general knowledge [unverified]
  kaixin: {
    name: 'Kaixin001',
    aliases: ['kaixin001'],
    status: 'presumed ended',
    logout: nothingKnown,
    revoke: serviceGone,
  },
  // Open API widgets are legacy; VK ID is the current product; source: public code search for id.vk.com/oauth2/revoke [seen in code]
  vkontakte: {
    name: 'VK',
    aliases: ['vk'],
    status: 'alive',
    logout: nothingKnown,
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
  // alive as a service; mixi Graph API docs exist in the stored pages; current availability to new sites unverified; source: developer.mixi.co.jp authorization pages [unverified]
  mixi: { name: 'mixi', status: 'alive', logout: nothingKnown, revoke: noCallKnown },
  // YConnect v1 closed 31 May 2022; v2 only. Run by LY Corporation; source: developer.yahoo.co.jp/yconnect/v2 configuration [documented]
  yahoojapan: {
    name: 'Yahoo! JAPAN ID',
    aliases: ['yahoo_japan', 'yahoo-jp'],
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallOffered,
  },
  // VK group; can also be offered through VK ID; source: apiok.ru permissions and OAuth pages [documented]
  odnoklassniki: {
    name: 'Odnoklassniki',
    aliases: ['ok', 'okru'],
    status: 'alive',
    logout: nothingKnown,
    // source: apiok.ru OAuth pages [documented]
    revoke: { by: 'none', reason: byPersonOnly, url: 'https://www.ok.ru/settings/oauth' },
  },
  // source: developers.weixin.qq.com Authorized User Information Change [documented (inbound) / unverified (rest)]
  wechat: {
    name: 'WeChat',
    aliases: ['weixin'],
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallKnown,
  },
  // source: SAML 2.0 Single Logout profile [documented]
  saml: {
    name: 'SAML 2.0',
    aliases: ['saml2'],
    status: 'alive',
    logout: nothingKnown,
    revoke: differsPerConnection,
  },
  // alive inside Yahoo; same identity stack as Yahoo on an AOL host; unverified; source: general knowledge [unverified]
  aol: {
    name: 'AOL',
    status: 'alive',
    logout: nothingKnown,
    // That AOL shares Yahoo's identity servers is general knowledge only, and RFC 7009 answers 200 to any token.
    revoke: noCallKnown,
  },
  // partly shut down (2024); City Guide app closed 15 December 2024, its web version announced for early 2025; Swarm continues; source: press reports October 2024 [seen in code]
  foursquare: {
    name: 'Foursquare / Swarm',
    aliases: ['fsq'],
    status: 'changed',
    logout: nothingKnown,
    revoke: noCallKnown,
  },
  // source: public code search [seen in code]
  qq: {
    name: 'Tencent QQ',
    aliases: ['tencent_qq', 'qqconnect'],
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallKnown,
  },
  // source: public code search [seen in code]
  sina: {
    name: 'Sina Weibo',
    aliases: ['weibo', 'sinaweibo'],
    status: 'alive',
    logout: nothingKnown,
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
  // source: pac4j WordPressClient [seen in code]
  wordpress: {
    name: 'WordPress.com',
    aliases: ['wordpress.com', 'wpcom'],
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallKnown,
  },
  // Google account; use google; source: general knowledge [unverified]
  blogger: { name: 'Blogger', status: 'alive', logout: nothingKnown, revoke: googleGrant },
  // shut down (2025); 30 September 2025; source: heise, webpronews and others (August/September 2025) [documented]
  typepad: { name: 'Typepad', status: 'ended', logout: nothingKnown, revoke: serviceEnded },
  // source: PayPal REST SDK sources (Python, Node, Ruby) [seen in code]
  paypal: {
    name: 'PayPal',
    status: 'alive',
    logout: nothingKnown,
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
  // source: developer.amazon.com log-out-users [documented]
  amazon: {
    name: 'Login with Amazon',
    aliases: ['lwa'],
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallOffered,
  },
  // OpenID 2.0 identity only; source: python-social-auth backends/livejournal.py [unverified]
  livejournal: {
    name: 'LiveJournal',
    status: 'alive',
    logout: nothingKnown,
    revoke: withoutTokens,
  },
  // shut down (2016); source: general knowledge [unverified]
  verisign: { name: 'VeriSign PIP', status: 'ended', logout: nothingKnown, revoke: serviceEnded },
  // obsolete protocol; source: OpenID Authentication 2.0 [documented]
  openid: {
    name: 'OpenID 2.0',
    aliases: ['openid2'],
    status: 'obsolete',
    logout: nothingKnown,
    revoke: withoutTokens,
  },
  // shut down; folded into Twoo around 2014-2015; source: general knowledge [unverified]
  netlog: { name: 'Netlog', status: 'ended', logout: nothingKnown, revoke: serviceEnded },
  // unknown; only a name in the seed; could not be identified; source: seed document only [unverified]
  signon: { name: 'Signon', status: 'unknown', logout: nothingKnown, revoke: noCallKnown },
  // OpenID service presumed closed; source: general knowledge [unverified]
  orangefrance: {
    name: 'Orange France',
    aliases: ['orange'],
    status: 'presumed ended',
    logout: nothingKnown,
    revoke: serviceGone,
  },
  // community alive; sign-in for third parties unverified; source: seed document only [unverified]
  spiceworks: { name: 'Spiceworks', status: 'unknown', logout: nothingKnown, revoke: noCallKnown },
  // third-party sign-in presumed closed; source: general knowledge [unverified]
  livedoor: {
    name: 'livedoor',
    status: 'presumed ended',
    logout: nothingKnown,
    revoke: serviceGone,
  },
  // blogs presumed closed 2023 (2023); source: python-social-auth backends/skyrock.py (still ships) [unverified]
  skyrock: { name: 'Skyrock', status: 'presumed ended', logout: nothingKnown, revoke: serviceGone },
  // shut down (2022); 31 March 2022; source: Spiegel, heise/t3n, PC-Welt (March 2022) [documented]
  vznet: {
    name: 'VZ networks',
    aliases: ['studivz', 'meinvz'],
    status: 'ended',
    logout: nothingKnown,
    revoke: serviceEnded,
  },
  // Login plugin and OAuth 1.0a API documented in stored pages; open to new sites unverified; source: dev.xing.com authentication [documented]
  xing: { name: 'XING', status: 'alive', logout: nothingKnown, revoke: noCallKnown },
  // private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection; source: seed document only [unverified]
  sheridan: {
    name: 'Sheridan',
    status: 'private',
    logout: nothingKnown,
    revoke: differsPerConnection,
  },
  // private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection; source: seed document only [unverified]
  sheridanstaff: {
    name: 'Sheridan Staff',
    status: 'private',
    logout: nothingKnown,
    revoke: differsPerConnection,
  },
  // end of life (2027); became Akamai Identity Cloud; vendor migration guide gives EOL 2027; source: techdocs.akamai.com identity-cloud migration guide [documented]
  janrain: {
    name: 'Janrain',
    isAggregator: true,
    aliases: ['akamai-identity-cloud'],
    status: 'ending',
    logout: nothingKnown,
    revoke: behindAggregator,
  },
  // renamed; SAP Customer Data Cloud; source: seed documents [documented]
  gigya: {
    name: 'Gigya',
    aliases: ['sap-customer-data-cloud'],
    status: 'renamed',
    logout: nothingKnown,
    revoke: behindAggregator,
  },
  // source: developer.apple.com revoke-tokens (mirror read) [documented]
  apple: {
    name: 'Sign in with Apple',
    aliases: ['appleid'],
    status: 'alive',
    logout: nothingKnown,
    // `clientSecret` is the signed JWT (ES256, at most six months old) that Apple takes as client secret; outro does not
    // sign it. A token that was dead before gets 200 as well.
    // source: developer.apple.com revoke-tokens (mirror read) [documented]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://appleid.apple.com/auth/revoke',
      form: { client_id: '{clientId}', client_secret: '{clientSecret}', token: '{token}' },
      removes: 'grant',
      confidence: 'documented',
    },
  },
  // source: docs.github.com REST oauth-applications [documented]
  github: {
    name: 'GitHub',
    status: 'alive',
    logout: nothingKnown,
    // The grant with all its tokens; `/token` in place of `/grant` would end one token only.
    // source: docs.github.com REST oauth-applications [documented]
    revoke: {
      by: 'request',
      method: 'DELETE',
      url: 'https://api.github.com/applications/{clientId}/grant',
      authorization: 'basic',
      json: { access_token: '{accessToken}' },
      removes: 'grant',
      confidence: 'documented',
    },
  },
  // source: pilcrowonpaper/arctic providers/gitlab.ts (v3.7) [seen in code]
  gitlab: {
    name: 'GitLab',
    status: 'alive',
    logout: nothingKnown,
    // source: pilcrowonpaper/arctic providers/gitlab.ts (v3.7) [seen in code]
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
  // source: docs.discord.com webhook events [documented (inbound) / seen in code (revoke)]
  discord: {
    name: 'Discord',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // source: api.slack.com events/tokens_revoked [documented (inbound) / seen in code (revoke)]
  slack: {
    name: 'Slack',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // source: dev.twitch.tv revoke-tokens [documented]
  twitch: {
    name: 'Twitch',
    status: 'alive',
    logout: nothingKnown,
    // The access token, as documented: a refresh token may be answered as invalid, which would look like gone before.
    // source: dev.twitch.tv revoke-tokens [documented]
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
  // source: GitHub spotify/web-api issues #126, #600, #1287, #1306 [documented]
  spotify: {
    name: 'Spotify',
    status: 'alive',
    logout: nothingKnown,
    // source: GitHub spotify/web-api issues (asked since 2017, declined) [documented]
    revoke: { by: 'none', reason: byPersonOnly, url: 'https://www.spotify.com/account/apps/' },
  },
  // source: developers.tiktok.com webhooks-events [documented (inbound) / seen in code (revoke)]
  tiktok: {
    name: 'TikTok Login Kit',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // source: public code search [seen in code]
  reddit: {
    name: 'Reddit',
    status: 'alive',
    logout: nothingKnown,
    // The refresh token takes its access tokens along; 204 also for unknown tokens. Reddit asks for a telling User-Agent.
    // source: public code search [seen in code]
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
  // source: developers.line.biz managing-authorized-apps [documented]
  line: {
    name: 'LINE Login',
    status: 'alive',
    logout: nothingKnown,
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
  // source: developers.kakao.com kakaologin callback [documented]
  kakao: {
    name: 'Kakao Login',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // source: developers.naver.com devguide [seen in code]
  naver: {
    name: 'Naver Login',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // was Azure AD; source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
  entra: {
    name: 'Microsoft Entra ID',
    aliases: ['azuread', 'microsoft-entra-id'],
    status: 'alive',
    logout: nothingKnown,
    // source: microsoft-graph-docs oauth2permissiongrant-delete [documented]
    revoke: {
      by: 'none',
      reason:
        'needs an administrator permission in Microsoft Graph and the id of the grant, which outro does not do yet',
    },
  },
  // source: developer.okta.com logoutcustomas [documented]
  okta: {
    name: 'Okta',
    status: 'alive',
    logout: nothingKnown,
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
  // source: auth0.com log-users-out-of-idps [documented]
  auth0: {
    name: 'Auth0',
    status: 'alive',
    logout: nothingKnown,
    // refresh tokens only [unverified]; source: pilcrowonpaper/arctic providers/auth0.ts (v3.7) [seen in code]
    revoke: {
      by: 'request',
      method: 'POST',
      url: 'https://{tenant}/oauth/revoke',
      form: { token: '{refreshToken}', client_id: '{clientId}', client_secret: '{clientSecret}' },
      removes: 'token',
      confidence: 'seen in code',
    },
  },
  // source: keycloak.org LogoutEndpoint javadoc [documented]
  keycloak: {
    name: 'Keycloak',
    status: 'alive',
    logout: nothingKnown,
    // https://<host>/realms/<realm>/protocol/openid-connect/revoke, as RFC 7009; `{tenant}` is a host and holds no realm;
    // source: pilcrowonpaper/arctic providers/keycloak.ts (v3.7) [seen in code]
    revoke: { by: 'none', reason: 'differs per realm: configure `revoke` for it' },
  },
  // source: pilcrowonpaper/arctic providers/amazon-cognito.ts (v3.7) [seen in code]
  cognito: {
    name: 'Amazon Cognito',
    status: 'alive',
    logout: nothingKnown,
    // The refresh token, which takes its access tokens along [unverified].
    // source: pilcrowonpaper/arctic providers/amazon-cognito.ts (v3.7) [seen in code]
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
  // source: OpenID Connect RP-Initiated Logout 1.0 [documented]
  oidc: {
    name: 'Generic OpenID Connect',
    aliases: ['openid_connect'],
    status: 'alive',
    logout: nothingKnown,
    // RFC 7009: `revocation_endpoint` of the discovery document, Yahoo's `token_revocation_endpoint` [documented]
    revoke: differsPerConnection,
  },
  // source: public code search [seen in code]
  dropbox: {
    name: 'Dropbox',
    status: 'alive',
    logout: nothingKnown,
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
  // source: captured discovery documents of Salesforce sites [documented (logout) / seen in code (revoke)]
  salesforce: {
    name: 'Salesforce',
    status: 'alive',
    logout: nothingKnown,
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
  // source: marketplace.zoom.us app-deauthorized [documented (inbound) / seen in code (revoke)]
  zoom: {
    name: 'Zoom',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // OAuth rules tightened from 4 May 2026 (rotating refresh tokens, bearer header only); source: developer.atlassian.com bitbucket oauth-2 [documented]
  bitbucket: {
    name: 'Bitbucket Cloud',
    status: 'alive',
    logout: nothingKnown,
    revoke: noCallOffered,
  },
  // source: developers.strava.com webhooks [documented]
  strava: {
    name: 'Strava',
    status: 'alive',
    logout: nothingKnown,
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
  },
  // OpenID 2.0; source: python-social-auth backends/steam.py [seen in code]
  steam: { name: 'Steam', status: 'alive', logout: nothingKnown, revoke: withoutTokens },
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

/**
 * The id that a spelling stands for, ignoring case and aliases.
 *
 * @param parameter name of the parameter it came in, for the refusal.
 * @throws invalidParameter when nobody knows it
 */
export const providerId = (spelling: string, parameter = 'provider'): string => {
  const name = spelling.toLowerCase();
  if (providerRow(name)) return name;
  return (
    Object.keys(table).find((id) => table[id]?.aliases?.includes(name)) ??
    fail(
      'invalidParameter',
      `${parameter}: expected a provider id such as ${Object.keys(table).slice(0, 3).join(', ')} or oidc-<name>; leave it out for all providers`,
    )
  );
};

/** Whether two provider ids mean the same network (Google and what was Google+). */
export const isSameProvider = (one: string, other: string): boolean =>
  (providerRow(one)?.sameAs ?? one) === (providerRow(other)?.sameAs ?? other);
