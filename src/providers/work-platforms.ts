import { confirmedThere, noCallOffered, noWayKnown, signsOutThere } from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Platforms for developers, and for work in a team. */
export const workPlatforms = {
  github: {
    name: 'GitHub',
    mark: 'github',
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
      answers: [
        {
          when: '^204 ',
          means: 'done',
          source: 'docs.github.com REST oauth-applications [documented]',
        },
        {
          when: '^422 .*spam',
          means: 'again',
          source: 'docs.github.com REST oauth-applications [documented]',
        },
        {
          when: '^422 ',
          means: 'never',
          source: 'docs.github.com REST oauth-applications [documented]',
        },
        // Nothing tells whether it is the app or the token that GitHub does not know.
        {
          when: '^404 ',
          means: 'mend',
          reason:
            'GitHub finds no such application, or no such token of it: look at clientId and clientSecret',
          source: 'KnpLabs/php-github-api #1070 [seen in code]',
        },
      ],
      confidence: 'documented',
    },
    // source: chillerlan/php-oauth GitHub; the list: docs.github.com reviewing your authorized OAuth apps [seen in code]
    connectedApps: { url: 'https://github.com/settings/applications', confidence: 'seen in code' },
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
        // The delivery's id is not signed: sent again under another one, it would count anew.
        once: '{body}',
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
    mark: 'gitlab',
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
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://gitlab.com/-/user_settings/applications',
      confidence: 'seen in code',
    },
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
      answers: [
        {
          when: String.raw`^200 .*"error"\s*:\s*"(token_revoked|account_inactive)"`,
          means: 'already',
          source: 'api.slack.com/methods/auth.revoke, errors [documented]',
        },
        {
          when: String.raw`^200 .*"error"\s*:\s*"(ratelimited|rate_limited|request_timeout|service_unavailable|team_added_to_org|org_login_required|internal_error|fatal_error)"`,
          means: 'again',
          source: 'api.slack.com/methods/auth.revoke, errors [documented]',
        },
        {
          when: String.raw`^200 .*"(ok|revoked)"\s*:\s*false`,
          means: 'never',
          source: 'api.slack.com/methods/auth.revoke [documented]',
        },
        {
          when: String.raw`^200 .*"ok"\s*:\s*true`,
          means: 'done',
          source: 'api.slack.com/methods/auth.revoke [documented]',
        },
      ],
      confidence: 'seen in code',
    },
    // source: docs.slack.dev FAQ, removing an app [documented]
    connectedApps: { url: 'https://my.slack.com/apps/manage', confidence: 'documented' },
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
  dropbox: {
    name: 'Dropbox',
    mark: 'dropbox',
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
      answers: [
        {
          when: '^401 (?!.*expired_access_token)',
          means: 'already',
          source: 'public code search [seen in code]',
        },
        {
          when: '^401 ',
          means: 'never',
          reason:
            'the access token that Dropbox asks for has run out; whether the permission stands is not known',
          source: 'public code search [seen in code]',
        },
      ],
      confidence: 'seen in code',
    },
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://www.dropbox.com/account/connected_apps',
      confidence: 'seen in code',
    },
  },
  zoom: {
    name: 'Zoom',
    mark: 'zoom',
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
    // source: marketplace.zoom.us [documented]
    connectedApps: { url: 'https://marketplace.zoom.us/user/installed', confidence: 'documented' },
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
    mark: 'bitbucket',
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
    // source: docs.docker.com, circleci.com [seen in code]
    connectedApps: {
      url: 'https://bitbucket.org/account/settings/app-authorizations/',
      confidence: 'seen in code',
    },
  },
} satisfies Record<string, ProviderRow>;
