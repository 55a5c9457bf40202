import {
  confirmedThere,
  noCallKnown,
  noWayDocumented,
  noWayKnown,
  signsOutThere,
} from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Social networks of the whole world. */
export const networks = {
  facebook: {
    name: 'Facebook',
    mark: 'facebook',
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
      answers: [
        {
          when: String.raw`^4\d\d .*"error_subcode"\s*:\s*458\b`,
          means: 'already',
          source: 'developers.facebook.com Graph API, error handling [documented]',
        },
        {
          when: String.raw`^200 (\s*true|.*"success"\s*:\s*true)`,
          means: 'done',
          source: 'developers.facebook.com Graph API, user/permissions [documented]',
        },
        {
          when: String.raw`^200 (\s*false|.*"success"\s*:\s*false)`,
          means: 'never',
          source: 'developers.facebook.com Graph API, user/permissions [documented]',
        },
        // Service unknown or not there, too many calls.
        {
          when: String.raw`^[45]\d\d .*"code"\s*:\s*(1|2|4|17|32|341|613)\b`,
          means: 'again',
          source: 'developers.facebook.com Graph API, error handling [documented]',
        },
        // The token shown is the app's own.
        {
          when: String.raw`^4\d\d .*"code"\s*:\s*(101|190)\b`,
          means: 'mend',
          reason:
            'Facebook does not accept the id and secret of the app: clientId or clientSecret is wrong',
          source: 'developers.facebook.com Graph API, error handling [documented]',
        },
      ],
      confidence: 'documented',
    },
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://www.facebook.com/settings?tab=applications',
      confidence: 'seen in code',
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
    mark: 'x',
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
      answers: [
        {
          when: String.raw`^401 .*"code"\s*:\s*89\b`,
          means: 'already',
          source: 'developer.x.com POST oauth/invalidate_token [documented]',
        },
      ],
      confidence: 'seen in code',
    },
    // source: public code search [seen in code]
    connectedApps: { url: 'https://x.com/settings/connected_apps', confidence: 'seen in code' },
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
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://www.linkedin.com/psettings/permitted-services',
      confidence: 'seen in code',
    },
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
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://www.instagram.com/accounts/manage_access/',
      confidence: 'seen in code',
    },
    // As Facebook's, with the Instagram app's own secret; source: public set-up guides [seen in code]
    hears: [
      { kind: 'deauthorize', confidence: 'seen in code' },
      { kind: 'data-deletion', confidence: 'seen in code' },
    ],
  },
  // Partly shut down (2024); City Guide app closed 15 December 2024, its web version announced for early 2025; Swarm
  // continues.
  foursquare: {
    name: 'Foursquare',
    mark: 'foursquare',
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
    // No `connectedApps`: foursquare.com/settings/connections may have gone with the website.
  },
  tiktok: {
    name: 'TikTok',
    mark: 'tiktok',
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
      confidence: 'seen in code',
    },
    // No `connectedApps`: public code gives four addresses on www.tiktok.com; the vendor names the app only.
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
} satisfies Record<string, ProviderRow>;
