import { goneLogout, noCallKnown, noWayKnown, serviceGone } from './reasons.ts';
import type { ProviderRow } from './row.ts';

/** Networks of China. */
export const china = {
  // Suspended; social business sold to Duoniu in November 2018; log-in reported suspended with no return date (forum
  // reposts, date not confirmed).
  renren: {
    name: 'Renren',
    mark: 'renren',
    status: 'suspended',
    source: 'technode (2018)',
    confidence: 'unverified',
    logout: [noWayKnown],
    revoke: noCallKnown,
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
  wechat: {
    name: 'WeChat',
    mark: 'wechat',
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
  qq: {
    name: 'Tencent QQ',
    mark: 'qq',
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
    // source: Tencent's own sign-in pages, as kept in public code [seen in code]
    connectedApps: { url: 'https://connect.qq.com/toc/auth_manager', confidence: 'seen in code' },
  },
  sina: {
    name: 'Sina Weibo',
    mark: 'sinaweibo',
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
      answers: [
        {
          when: String.raw`^200 .*("error"|"result"\s*:\s*"?false)`,
          means: 'never',
          source: 'public code search, vendor SDK comments [seen in code]',
        },
      ],
      confidence: 'seen in code',
    },
  },
} satisfies Record<string, ProviderRow>;
