import {
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import type { House } from './house.ts';
import { deliver, now } from './inbound.ts';

// Providers' webhooks as the providers send them: written apart from the server's own code, on purpose.

/** What a test wants changed in a message. */
export interface Wish {
  person?: string;
  /** Unix seconds when it is said to be sent. */
  sentAt?: number;
  /** Unix seconds when it is said to have happened. */
  at?: number;
  // For which app; with which secret; an event that means nothing to us.
  addressee?: string;
  secret?: string;
  other?: true;
}

export interface Message {
  path: string;
  method?: 'GET';
  headers?: Record<string, string>;
  body?: string;
}

export interface Sender {
  settings: Record<string, unknown>;
  person: string;
  status: number;
  answer?: string;
  // It says when it was sent, when it happened, which app it is for.
  isTimed?: true;
  isDated?: true;
  isAddressed?: true;
  make(wish?: Wish): Message;
}

const secret = 'a-webhook-secret';
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text);
const discord = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const publicKey = Buffer.from(
  discord.publicKey.export({ format: 'jwk' }).x ?? '',
  'base64url',
).toString('hex');

const slackBody = ({ person = 'U1', at = now(), other }: Wish): string => {
  const tokens = { oauth: [person], bot: ['UBOT'] };
  const event = other
    ? { type: 'app_home_opened', user: person }
    : { type: 'tokens_revoked', tokens };
  return JSON.stringify({ type: 'event_callback', event_id: randomUUID(), event_time: at, event });
};

const seal = (person: string, key: Buffer): string => {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(person), cipher.final()]).toString('base64url');
};

const xml = (fields: Record<string, string>): string =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`)
    .join('')}</xml>`;

const wechatPath = (wish: Wish): string => {
  const timestamp = String(wish.sentAt ?? now());
  const nonce = randomUUID();
  const parts = [wish.secret ?? secret, timestamp, nonce].toSorted().join('');
  const signature = createHash('sha1').update(parts).digest('hex');
  return `wechat/webhook?${String(new URLSearchParams({ signature, timestamp, nonce }))}`;
};

const wechatFields = ({ person = 'o1', at = now(), addressee = 'wx1', other }: Wish) => ({
  FromUserName: 'gh_1',
  CreateTime: String(at),
  MsgType: 'event',
  Event: 'user_authorization_revoke',
  OpenID: person,
  AppID: addressee,
  RevokeInfo: other ? '201' : '205',
});

const wechatApp = {
  settings: { clientId: 'wx1', inbound: { secret } },
  person: 'o1',
  status: 200,
  answer: 'success',
  isTimed: true,
  isDated: true,
  isAddressed: true,
} as const;

const kakaoApp = {
  settings: { clientSecret: secret, inbound: { appId: '77' } },
  person: '42',
  status: 200,
  isAddressed: true,
} as const;

const naverApp = {
  settings: { clientId: 'n1', clientSecret: secret },
  person: 'naver-1',
  status: 204,
  isTimed: true,
  isAddressed: true,
} as const;

/** One sender per way of sending; the part before the space is the provider. */
export const senders: Record<string, Sender> = {
  github: {
    settings: { inbound: { secret } },
    person: '583231',
    status: 204,
    make: ({ person = '583231', other, ...wish } = {}) => {
      const action = other ? 'created' : 'revoked';
      const body = JSON.stringify({ action, sender: { login: 'ada', id: Number(person) } });
      const headers = {
        'x-github-event': 'github_app_authorization',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${hmac(wish.secret ?? secret, body).digest('hex')}`,
      };
      return { path: 'github/webhook', headers, body };
    },
  },
  discord: {
    settings: { clientId: 'd1', inbound: { publicKey } },
    person: '80351110224678912',
    status: 204,
    isTimed: true,
    isDated: true,
    isAddressed: true,
    make: ({ person = '80351110224678912', at = now(), sentAt = now(), ...wish } = {}) => {
      const type = wish.other ? 'ENTITLEMENT_CREATE' : 'APPLICATION_DEAUTHORIZED';
      const timestamp = new Date(at * 1000).toISOString();
      const event = { type, timestamp, data: { user: { id: person } } };
      const application_id = wish.addressee ?? 'd1';
      const body = JSON.stringify({ version: 1, application_id, type: 1, event });
      return signDiscord(body, { ...wish, sentAt });
    },
  },
  slack: {
    settings: { inbound: { secret } },
    person: 'U1',
    status: 200,
    isTimed: true,
    isDated: true,
    make: (wish = {}) => signSlack(slackBody(wish), wish),
  },
  tiktok: {
    settings: { clientId: 't1', clientSecret: secret },
    person: 'open-1',
    status: 200,
    isTimed: true,
    isDated: true,
    isAddressed: true,
    make: ({ person = 'open-1', at = now(), sentAt = now(), ...wish } = {}) => {
      const body = JSON.stringify({
        client_key: wish.addressee ?? 't1',
        event: wish.other ? 'video.upload.failed' : 'authorization.removed',
        create_time: at,
        user_openid: person,
        content: '{"reason":1}',
      });
      const digest = hmac(wish.secret ?? secret, `${sentAt}.${body}`).digest('hex');
      const headers = { 'TikTok-Signature': `t=${sentAt},s=${digest}` };
      return { path: 'tiktok/webhook', headers, body };
    },
  },
  'kakao by POST': {
    ...kakaoApp,
    make: (wish) => ({ ...kakao(wish), path: 'kakao/webhook', body: kakaoQuery(wish) }),
  },
  'kakao by GET': {
    ...kakaoApp,
    make: (wish) => ({ ...kakao(wish), method: 'GET', path: `kakao/webhook?${kakaoQuery(wish)}` }),
  },
  'naver as a form': {
    ...naverApp,
    make: (wish) => ({ path: 'naver/webhook', body: String(new URLSearchParams(naver(wish))) }),
  },
  'naver as JSON': {
    ...naverApp,
    make: (wish) => ({ path: 'naver/webhook', body: JSON.stringify(naver(wish)) }),
  },
  zoom: {
    settings: { clientId: 'z1', inbound: { secret } },
    person: 'zoom-1',
    status: 200,
    isTimed: true,
    isDated: true,
    isAddressed: true,
    make: ({ person = 'zoom-1', at = now(), addressee = 'z1', other, ...wish } = {}) =>
      signZoom(
        {
          event: other ? 'meeting.started' : 'app_deauthorized',
          payload: {
            user_data_retention: 'false',
            user_id: person,
            deauthorization_time: new Date(at * 1000).toISOString(),
            client_id: addressee,
          },
        },
        wish,
      ),
  },
  strava: {
    settings: { inbound: { secret, subscriptionId: '9' } },
    person: '134815',
    status: 200,
    isDated: true,
    isAddressed: true,
    make: ({ person = '134815', at = now(), addressee = '9', other, ...wish } = {}) => ({
      path: `strava/webhook/${wish.secret ?? secret}`,
      body: JSON.stringify({
        aspect_type: 'update',
        event_time: at,
        object_id: Number(person),
        object_type: 'athlete',
        subscription_id: Number(addressee),
        updates: other ? { title: 'false' } : { authorized: 'false' },
      }),
    }),
  },
  'wechat as JSON': {
    ...wechatApp,
    make: (wish = {}) => ({ path: wechatPath(wish), body: JSON.stringify(wechatFields(wish)) }),
  },
  'wechat as XML': {
    ...wechatApp,
    make: (wish = {}) => ({ path: wechatPath(wish), body: xml(wechatFields(wish)) }),
  },
};

const kakao = (wish: Wish = {}) => ({
  headers: { Authorization: `KakaoAK ${wish.secret ?? secret}` },
});
const kakaoQuery = ({ person = '42', addressee = '77' }: Wish = {}): string =>
  String(
    new URLSearchParams({ app_id: addressee, user_id: person, referrer_type: 'UNLINK_FROM_APPS' }),
  );

const naver = (wish: Wish = {}) => {
  const key = createHash('md5')
    .update(wish.secret ?? secret)
    .digest();
  const clientId = wish.addressee ?? 'n1';
  const encryptUniqueId = seal(wish.person ?? 'naver-1', key);
  const timestamp = String(wish.sentAt ?? now());
  const text = `clientId=${clientId}&encryptUniqueId=${encryptUniqueId}&timestamp=${timestamp}`;
  return { clientId, encryptUniqueId, timestamp, signature: hmac(key, text).digest('base64url') };
};

/** A Discord request with this body. */
export const signDiscord = (body: string, wish: Wish = {}): Message => {
  const sentAt = wish.sentAt ?? now();
  const { privateKey } = wish.secret ? stranger : discord;
  const headers = {
    'x-signature-timestamp': String(sentAt),
    'x-signature-ed25519': sign(null, Buffer.from(sentAt + body), privateKey).toString('hex'),
  };
  return { path: 'discord/webhook', headers, body };
};

/** A Slack request with this body. */
export const signSlack = (body: string, wish: Wish = {}): Message => {
  const sentAt = wish.sentAt ?? now();
  const digest = hmac(wish.secret ?? secret, `v0:${sentAt}:${body}`).digest('hex');
  const headers = {
    'X-Slack-Request-Timestamp': String(sentAt),
    'X-Slack-Signature': `v0=${digest}`,
  };
  return { path: 'slack/webhook', headers, body };
};

/** A Zoom request with this content. */
export const signZoom = (content: object, wish: Wish = {}): Message => {
  const sentAt = wish.sentAt ?? now();
  const body = JSON.stringify(content);
  const digest = hmac(wish.secret ?? secret, `v0:${sentAt}:${body}`).digest('hex');
  const headers = { 'x-zm-request-timestamp': String(sentAt), 'x-zm-signature': `v0=${digest}` };
  return { path: 'zoom/webhook', headers, body };
};

/** Sends a webhook to a house. */
export const send = (house: House, { path, body, headers = {} }: Message): Promise<Response> =>
  deliver(house, path, body, { headers });

/** Whose webhook a sender's is. */
export const providerOf = (name: string): string => name.split(' ')[0] ?? '';
