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
  authorization?: 'basic' | (string & {});
  /** Form body, or JSON body, at most one of the two. */
  form?: Readonly<Record<string, string>>;
  json?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** `grant`: the person's consent, so that the next sign-in asks again; `token`: a token only. */
  removes: 'grant' | 'token';
  /** Revoke the access token as well as the refresh token, where one does not take the other along. */
  eachToken?: true;
  /** Regular expression over `status body` of an answer that means: gone before. */
  already?: string;
  /** Regular expression over the body of an answer with status 2xx that means: refused all the same. */
  refused?: string;
  confidence: Confidence;
}

/** The way a provider offers, or the written reason why there is none. */
export type Revoke =
  | RevokeRequest
  | {
      by: 'none';
      reason: string;
      /** Where the person can do it. */
      url?: string;
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

/**
 * TABLE of providers: allowed `provider` values, their other spellings, and how to leave each.
 * A new provider is a row here and nothing else. A site may override `logout` in its configuration.
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
  },
  // renamed X in 2023; api.twitter.com still aliased to api.x.com; source: developer.x.com POST oauth/invalidate_token [documented (OAuth 1.0a) / seen in code (OAuth 2.0)]
  twitter: { name: 'X', aliases: ['x'], status: 'alive', logout: nothingKnown },
  // classic gapi.auth2 platform library retired 2023; Google Identity Services (GIS) uses FedCM; source: developers.google.com/identity/gsi/web/guides/revoke [documented]
  google: { name: 'Google', aliases: ['google-oauth2'], status: 'alive', logout: nothingKnown },
  // shut down (2019); map to google; source: general knowledge [unverified]
  googleplus: {
    name: 'Google+',
    aliases: ['google+', 'gplus'],
    status: 'ended',
    sameAs: 'google',
    logout: nothingKnown,
  },
  // Sign In with LinkedIn is OIDC; the JS API (IN.User.logout) and OAuth 1.0a are gone; source: learn.microsoft.com LinkedIn token-introspection [seen in code]
  linkedin: {
    name: 'LinkedIn',
    aliases: ['linkedin_oauth2', 'linkedin-openid'],
    status: 'alive',
    logout: nothingKnown,
  },
  // renamed; Live Connect retired; consumer accounts are now reached through the Microsoft identity platform (tenant "consumers" or "common"); source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
  messenger: {
    name: 'Microsoft account',
    aliases: ['windowslive', 'live', 'windows', 'msa', 'microsoft'],
    status: 'renamed',
    logout: nothingKnown,
  },
  // changed (2024); Basic Display API switched off 4 December 2024; only professional accounts can sign in, through Instagram API with Instagram Login or through Facebook Login; source: several 2026 articles on the Basic Display shutdown [seen in code]
  instagram: { name: 'Instagram', status: 'changed', logout: nothingKnown },
  // suspended; social business sold to Duoniu in November 2018; log-in reported suspended with no return date (forum reposts, date not confirmed); source: technode (2018) [unverified]
  renren: { name: 'Renren', status: 'suspended', logout: nothingKnown },
  // source: api-evangelist/yahoo captured openid-configuration [documented (revoke) / seen in code (logout)]
  yahoo: { name: 'Yahoo', aliases: ['yahoo-oauth2'], status: 'alive', logout: nothingKnown },
  // presumed shut down; source: general knowledge [unverified]
  kaixin: {
    name: 'Kaixin001',
    aliases: ['kaixin001'],
    status: 'presumed ended',
    logout: nothingKnown,
  },
  // Open API widgets are legacy; VK ID is the current product; source: public code search for id.vk.com/oauth2/revoke [seen in code]
  vkontakte: { name: 'VK', aliases: ['vk'], status: 'alive', logout: nothingKnown },
  // alive as a service; mixi Graph API docs exist in the stored pages; current availability to new sites unverified; source: developer.mixi.co.jp authorization pages [unverified]
  mixi: { name: 'mixi', status: 'alive', logout: nothingKnown },
  // YConnect v1 closed 31 May 2022; v2 only. Run by LY Corporation; source: developer.yahoo.co.jp/yconnect/v2 configuration [documented]
  yahoojapan: {
    name: 'Yahoo! JAPAN ID',
    aliases: ['yahoo_japan', 'yahoo-jp'],
    status: 'alive',
    logout: nothingKnown,
  },
  // VK group; can also be offered through VK ID; source: apiok.ru permissions and OAuth pages [documented]
  odnoklassniki: {
    name: 'Odnoklassniki',
    aliases: ['ok', 'okru'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: developers.weixin.qq.com Authorized User Information Change [documented (inbound) / unverified (rest)]
  wechat: { name: 'WeChat', aliases: ['weixin'], status: 'alive', logout: nothingKnown },
  // source: SAML 2.0 Single Logout profile [documented]
  saml: { name: 'SAML 2.0', aliases: ['saml2'], status: 'alive', logout: nothingKnown },
  // alive inside Yahoo; same identity stack as Yahoo on an AOL host; unverified; source: general knowledge [unverified]
  aol: { name: 'AOL', status: 'alive', logout: nothingKnown },
  // partly shut down (2024); City Guide app closed 15 December 2024, its web version announced for early 2025; Swarm continues; source: press reports October 2024 [seen in code]
  foursquare: {
    name: 'Foursquare / Swarm',
    aliases: ['fsq'],
    status: 'changed',
    logout: nothingKnown,
  },
  // source: public code search [seen in code]
  qq: {
    name: 'Tencent QQ',
    aliases: ['tencent_qq', 'qqconnect'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: public code search [seen in code]
  sina: {
    name: 'Sina Weibo',
    aliases: ['weibo', 'sinaweibo'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: pac4j WordPressClient [seen in code]
  wordpress: {
    name: 'WordPress.com',
    aliases: ['wordpress.com', 'wpcom'],
    status: 'alive',
    logout: nothingKnown,
  },
  // Google account; use google; source: general knowledge [unverified]
  blogger: { name: 'Blogger', status: 'alive', logout: nothingKnown },
  // shut down (2025); 30 September 2025; source: heise, webpronews and others (August/September 2025) [documented]
  typepad: { name: 'Typepad', status: 'ended', logout: nothingKnown },
  // source: PayPal REST SDK sources (Python, Node, Ruby) [seen in code]
  paypal: { name: 'PayPal', status: 'alive', logout: nothingKnown },
  // source: developer.amazon.com log-out-users [documented]
  amazon: { name: 'Login with Amazon', aliases: ['lwa'], status: 'alive', logout: nothingKnown },
  // OpenID 2.0 identity only; source: python-social-auth backends/livejournal.py [unverified]
  livejournal: { name: 'LiveJournal', status: 'alive', logout: nothingKnown },
  // shut down (2016); source: general knowledge [unverified]
  verisign: { name: 'VeriSign PIP', status: 'ended', logout: nothingKnown },
  // obsolete protocol; source: OpenID Authentication 2.0 [documented]
  openid: { name: 'OpenID 2.0', aliases: ['openid2'], status: 'obsolete', logout: nothingKnown },
  // shut down; folded into Twoo around 2014-2015; source: general knowledge [unverified]
  netlog: { name: 'Netlog', status: 'ended', logout: nothingKnown },
  // unknown; only a name in the seed; could not be identified; source: seed document only [unverified]
  signon: { name: 'Signon', status: 'unknown', logout: nothingKnown },
  // OpenID service presumed closed; source: general knowledge [unverified]
  orangefrance: {
    name: 'Orange France',
    aliases: ['orange'],
    status: 'presumed ended',
    logout: nothingKnown,
  },
  // community alive; sign-in for third parties unverified; source: seed document only [unverified]
  spiceworks: { name: 'Spiceworks', status: 'unknown', logout: nothingKnown },
  // third-party sign-in presumed closed; source: general knowledge [unverified]
  livedoor: { name: 'livedoor', status: 'presumed ended', logout: nothingKnown },
  // blogs presumed closed 2023 (2023); source: python-social-auth backends/skyrock.py (still ships) [unverified]
  skyrock: { name: 'Skyrock', status: 'presumed ended', logout: nothingKnown },
  // shut down (2022); 31 March 2022; source: Spiegel, heise/t3n, PC-Welt (March 2022) [documented]
  vznet: {
    name: 'VZ networks',
    aliases: ['studivz', 'meinvz'],
    status: 'ended',
    logout: nothingKnown,
  },
  // Login plugin and OAuth 1.0a API documented in stored pages; open to new sites unverified; source: dev.xing.com authentication [documented]
  xing: { name: 'XING', status: 'alive', logout: nothingKnown },
  // private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection; source: seed document only [unverified]
  sheridan: { name: 'Sheridan', status: 'private', logout: nothingKnown },
  // private single sign-on named in one seed; treat as a site-defined SAML or OIDC connection; source: seed document only [unverified]
  sheridanstaff: { name: 'Sheridan Staff', status: 'private', logout: nothingKnown },
  // end of life (2027); became Akamai Identity Cloud; vendor migration guide gives EOL 2027; source: techdocs.akamai.com identity-cloud migration guide [documented]
  janrain: {
    name: 'Janrain',
    isAggregator: true,
    aliases: ['akamai-identity-cloud'],
    status: 'ending',
    logout: nothingKnown,
  },
  // renamed; SAP Customer Data Cloud; source: seed documents [documented]
  gigya: {
    name: 'Gigya',
    aliases: ['sap-customer-data-cloud'],
    status: 'renamed',
    logout: nothingKnown,
  },
  // source: developer.apple.com revoke-tokens (mirror read) [documented]
  apple: {
    name: 'Sign in with Apple',
    aliases: ['appleid'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: docs.github.com REST oauth-applications [documented]
  github: { name: 'GitHub', status: 'alive', logout: nothingKnown },
  // source: pilcrowonpaper/arctic providers/gitlab.ts (v3.7) [seen in code]
  gitlab: { name: 'GitLab', status: 'alive', logout: nothingKnown },
  // source: docs.discord.com webhook events [documented (inbound) / seen in code (revoke)]
  discord: { name: 'Discord', status: 'alive', logout: nothingKnown },
  // source: api.slack.com events/tokens_revoked [documented (inbound) / seen in code (revoke)]
  slack: { name: 'Slack', status: 'alive', logout: nothingKnown },
  // source: dev.twitch.tv revoke-tokens [documented]
  twitch: { name: 'Twitch', status: 'alive', logout: nothingKnown },
  // source: GitHub spotify/web-api issues #126, #600, #1287, #1306 [documented]
  spotify: { name: 'Spotify', status: 'alive', logout: nothingKnown },
  // source: developers.tiktok.com webhooks-events [documented (inbound) / seen in code (revoke)]
  tiktok: { name: 'TikTok Login Kit', status: 'alive', logout: nothingKnown },
  // source: public code search [seen in code]
  reddit: { name: 'Reddit', status: 'alive', logout: nothingKnown },
  // source: developers.line.biz managing-authorized-apps [documented]
  line: { name: 'LINE Login', status: 'alive', logout: nothingKnown },
  // source: developers.kakao.com kakaologin callback [documented]
  kakao: { name: 'Kakao Login', status: 'alive', logout: nothingKnown },
  // source: developers.naver.com devguide [seen in code]
  naver: { name: 'Naver Login', status: 'alive', logout: nothingKnown },
  // was Azure AD; source: MicrosoftDocs/entra-docs v2-protocols-oidc [documented]
  entra: {
    name: 'Microsoft Entra ID',
    aliases: ['azuread', 'microsoft-entra-id'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: developer.okta.com logoutcustomas [documented]
  okta: { name: 'Okta', status: 'alive', logout: nothingKnown },
  // source: auth0.com log-users-out-of-idps [documented]
  auth0: { name: 'Auth0', status: 'alive', logout: nothingKnown },
  // source: keycloak.org LogoutEndpoint javadoc [documented]
  keycloak: { name: 'Keycloak', status: 'alive', logout: nothingKnown },
  // source: pilcrowonpaper/arctic providers/amazon-cognito.ts (v3.7) [seen in code]
  cognito: { name: 'Amazon Cognito', status: 'alive', logout: nothingKnown },
  // source: OpenID Connect RP-Initiated Logout 1.0 [documented]
  oidc: {
    name: 'Generic OpenID Connect',
    aliases: ['openid_connect'],
    status: 'alive',
    logout: nothingKnown,
  },
  // source: public code search [seen in code]
  dropbox: { name: 'Dropbox', status: 'alive', logout: nothingKnown },
  // source: captured discovery documents of Salesforce sites [documented (logout) / seen in code (revoke)]
  salesforce: { name: 'Salesforce', status: 'alive', logout: nothingKnown },
  // source: marketplace.zoom.us app-deauthorized [documented (inbound) / seen in code (revoke)]
  zoom: { name: 'Zoom', status: 'alive', logout: nothingKnown },
  // OAuth rules tightened from 4 May 2026 (rotating refresh tokens, bearer header only); source: developer.atlassian.com bitbucket oauth-2 [documented]
  bitbucket: { name: 'Bitbucket Cloud', status: 'alive', logout: nothingKnown },
  // source: developers.strava.com webhooks [documented]
  strava: { name: 'Strava', status: 'alive', logout: nothingKnown },
  // OpenID 2.0; source: python-social-auth backends/steam.py [seen in code]
  steam: { name: 'Steam', status: 'alive', logout: nothingKnown },
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
