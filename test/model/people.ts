// The small world of the model: few people, few names, so that calls meet each other all the time.

/** Somebody at a provider. */
export interface Person {
  provider: string;
  subProvider: string;
  providerUID: string;
}

const person = (provider: string, providerUID: string, subProvider = ''): Person => ({
  provider,
  subProvider,
  providerUID,
});

/** Everybody that sign-ins bring. */
export const people = [
  person('facebook', 'f-1'),
  person('facebook', 'f-2'),
  person('github', 'g-1'),
  person('linkedin', 'l-1'),
  person('janrain', 'j-1', 'yahoo'),
  person('oidc-acme', 'a-1'),
];

/** One person in one text, as receipts name it. */
export const keyOf = (provider: unknown, providerUID: unknown): string =>
  `${String(provider).split('/')[0]} ${String(providerUID)}`;

export const uids = ['ada', 'bob', 'cyd'];

export const emails = ['ada@shop.example', 'bob@shop.example'];

export const issuer = 'https://login.acme.example';

export const appSecret = 'an app secret of the model';

const revoke = {
  by: 'request',
  method: 'POST',
  url: 'https://provider.example/revoke',
  authorization: 'basic',
  form: { token: '{token}' },
  removes: 'grant',
} as const;

const answers = [{ when: '"gone"', means: 'already' as const }];

const logout = { by: 'none', reason: 'nothing to see here' } as const;
const credentials = { clientId: 'shop', clientSecret: appSecret };

/** What the site configures: two providers take permissions back, one has a logout page. */
export const providers = {
  facebook: { ...credentials, revoke: { ...revoke, answers }, logout },
  github: {
    ...credentials,
    revoke: { ...revoke, answers },
    logout: { by: 'visit', url: 'https://github.example/out', parameters: {}, method: 'GET' },
  },
  linkedin: { logout },
  janrain: { logout },
  'oidc-acme': { clientId: 'shop', issuer, logout, revoke: logout },
} as const;
