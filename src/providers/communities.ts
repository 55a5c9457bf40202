import {
  byPersonOnly,
  confirmedThere,
  endedLogout,
  noCallKnown,
  noWayDocumented,
  noWayKnown,
  serviceEnded,
  withoutLogout,
  withoutTokens,
} from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Blogs and communities, of games, music and sport as well. */
export const communities = {
  wordpress: {
    name: 'WordPress.com',
    mark: 'wordpress',
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
    // source: Automattic/wp-calypso client/me/security [seen in code]
    connectedApps: {
      url: 'https://wordpress.com/me/security/connected-applications',
      confidence: 'seen in code',
    },
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
  // OpenID 2.0 identity only.
  livejournal: {
    name: 'LiveJournal',
    mark: 'livejournal',
    status: 'alive',
    source: 'python-social-auth backends/livejournal.py',
    confidence: 'unverified',
    logout: withoutLogout,
    revoke: withoutTokens,
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
  discord: {
    name: 'Discord',
    mark: 'discord',
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
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://discord.com/settings/authorized-apps',
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
  twitch: {
    name: 'Twitch',
    mark: 'twitch',
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
      answers: [
        {
          when: '^400 .*"invalid token"',
          means: 'already',
          source: 'dev.twitch.tv revoke-tokens [documented]',
        },
        {
          when: '^404 .*client does not exist',
          means: 'mend',
          reason: 'Twitch knows no application with this clientId',
          source: 'dev.twitch.tv revoke-tokens [documented]',
        },
      ],
      confidence: 'documented',
    },
    // source: chillerlan/php-oauth Twitch [seen in code]
    connectedApps: {
      url: 'https://www.twitch.tv/settings/connections',
      confidence: 'seen in code',
    },
  },
  spotify: {
    name: 'Spotify',
    mark: 'spotify',
    status: 'alive',
    source: 'GitHub spotify/web-api issues #126, #600, #1287, #1306',
    confidence: 'documented',
    // accounts.spotify.com/logout stands in sample code only [unverified].
    logout: [noWayDocumented],
    // source: GitHub spotify/web-api issues (asked since 2017, declined) [documented]
    revoke: { by: 'none', reason: byPersonOnly },
    // source: GitHub spotify/web-api issues [documented]
    connectedApps: { url: 'https://www.spotify.com/account/apps/', confidence: 'documented' },
  },
  reddit: {
    name: 'Reddit',
    mark: 'reddit',
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
      answers: [{ when: '^204 ', means: 'done', source: 'public code search [seen in code]' }],
      confidence: 'seen in code',
    },
    // source: public code search [seen in code]
    connectedApps: { url: 'https://www.reddit.com/prefs/apps', confidence: 'seen in code' },
  },
  strava: {
    name: 'Strava',
    mark: 'strava',
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
      answers: [
        {
          when: '^200 .*"access_token"',
          means: 'done',
          source: 'developers.strava.com authentication, deauthorization [documented]',
        },
        {
          when: '^401 ',
          means: 'never',
          reason:
            'Strava takes the permission back with a live access token only, and the one that was kept is dead; whether the permission stands is not known',
          source: 'developers.strava.com authentication, deauthorization [documented]',
        },
      ],
      confidence: 'documented',
    },
    // source: public code search [seen in code]
    connectedApps: { url: 'https://www.strava.com/settings/apps', confidence: 'seen in code' },
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
    mark: 'steam',
    status: 'alive',
    source: 'python-social-auth backends/steam.py',
    confidence: 'seen in code',
    logout: withoutLogout,
    revoke: withoutTokens,
  },
} satisfies Record<string, ProviderRow>;
