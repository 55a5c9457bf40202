import {
  goneLogout,
  noCallKnown,
  noCallOffered,
  noWayDocumented,
  serviceGone,
  signsOutThere,
} from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Networks of Japan and Korea. */
export const japanAndKorea = {
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
  // Third-party sign-in presumed closed.
  livedoor: {
    name: 'livedoor',
    status: 'presumed ended',
    source: 'general knowledge',
    confidence: 'unverified',
    logout: goneLogout,
    revoke: serviceGone,
  },
  line: {
    name: 'LINE',
    mark: 'line',
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
      answers: [
        {
          when: '^204 ',
          means: 'done',
          source: 'developers.line.biz managing-authorized-apps [documented]',
        },
        {
          when: '^401 ',
          means: 'mend',
          reason:
            'LINE does not accept the channel access token that stands as clientSecret; it lives 30 days at most: issue a new one',
          source:
            'developers.line.biz LINE Login v2.1 reference, channel access token [documented]',
        },
      ],
      confidence: 'documented',
    },
    // No `connectedApps`: the list is in the app only, says developers.line.biz managing-authorized-apps.
  },
  kakao: {
    name: 'Kakao',
    mark: 'kakao',
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
      answers: [
        {
          when: String.raw`^400 .*"code"\s*:\s*-101\b`,
          means: 'already',
          source: 'developers.kakao.com trouble-shooting [documented]',
        },
        {
          when: String.raw`^200 .*"id"\s*:`,
          means: 'done',
          source: 'developers.kakao.com rest-api, unlink [documented]',
        },
        {
          when: '^403 ',
          means: 'mend',
          reason:
            'Kakao does not let this admin key take permissions back: permit the call in its console',
          source: 'developers.kakao.com admin-key-api [documented]',
        },
      ],
      confidence: 'documented',
    },
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://accounts.kakao.com/weblogin/account/partner',
      confidence: 'seen in code',
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
    mark: 'naver',
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
      answers: [
        {
          when: String.raw`^200 .*"error"\s*:\s*"(?!invalid_client|unauthorized_client)`,
          means: 'never',
          source: 'developers.naver.com devguide, public code search [seen in code]',
        },
      ],
      confidence: 'seen in code',
    },
    // source: public code search [seen in code]
    connectedApps: {
      url: 'https://nid.naver.com/internalToken/view/tokenList/pc/ko',
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
} satisfies Record<string, ProviderRow>;
