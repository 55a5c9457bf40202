// What the comment of each row says that the method answers, held against the answer of the real method.
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listMethods } from '../docs/methods.ts';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import { ask, prepare } from '../support/trip.ts';
import { createVendorSessions } from '../support/vendor-sessions.ts';

const envelope = ['callId', 'errorCode', 'apiVersion', 'statusCode', 'statusReason', 'time'];
const providers = { facebook: { providerUID: 'f' }, github: { providerUID: 'g' } };
const loginIDs = [{ value: 'ada@example.com', wayIn: 'password' }];
const userSecret = Buffer.alloc(32, 9).toString('base64');

const tokenKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;
const cloud = await createVendorSessions('3_vendor');

/** A person who is signed in, and ways to ask for them. */
interface Scene {
  house: House;
  session: (path: string, params?: Record<string, string>) => Promise<Answer>;
  token: string;
  login: Answer;
}

const open = async (): Promise<Scene> => {
  const fetch: typeof globalThis.fetch = async (input, init) =>
    cloud.fetch(new Request(input, init));
  const house = await startHouse(
    {
      userKeys: [{ userKey: 'AKuser', secret: userSecret, permissions: ['*'] }],
      idTokens: { keys: [tokenKey] },
      sources: { gigya: { apiKey: '3_vendor', domain: 'us1.gigya.com', tradesSessions: true } },
    },
    undefined,
    { fetch, allowPrivateProviders: true },
  );
  const login = await house.signIn({
    siteUID: 'u',
    providers,
    loginIDs,
    userInfo: { nickname: 'Ada' },
  });
  const token = String(login['cookieValue']);
  return {
    house,
    login,
    token,
    session: (path, params = {}) => house.post(path, { login_token: token, ...params }),
  };
};

const exchange = async ({ house }: Scene): Promise<Answer> => {
  const signatureTimestamp = String(Math.floor(Date.now() / 1000));
  const UIDSignature = createHmac('sha1', Buffer.from(secret, 'base64'))
    .update(`${signatureTimestamp}_u`)
    .digest('base64');
  const given = {
    userKey: 'AKuser',
    secret: userSecret,
    UID: 'u',
    UIDSignature,
    signatureTimestamp,
  };
  return house.post('socialize.exchangeUIDSignature', given);
};

const redeem = ({ house, token }: Scene): Promise<Answer> => {
  const ticket = createHash('sha256').update(`outro leave ticket ${token}`).digest('base64');
  return house.post('socialize.redeemLeaveTicket', { ticket });
};

// Each method's answers: with as much and with as little in them as there can be.
const calls: Record<string, ((scene: Scene) => Promise<Answer>)[]> = {
  removeConnection: [
    ({ session }) => session('socialize.removeConnection', { provider: 'github' }),
  ],
  explainRemoval: [
    ({ session }) => session('socialize.explainRemoval', { provider: 'github' }),
    ({ session }) => session('socialize.explainRemoval', { provider: 'yahoo' }),
  ],
  logout: [
    ({ session }) => session('socialize.logout'),
    ({ house }) => house.post('socialize.logout', { login_token: 'st2.unknown' }),
  ],
  getUserInfo: [
    ({ session }) => session('socialize.getUserInfo', { signIDs: 'true' }),
    ({ session }) => session('socialize.getUserInfo'),
  ],
  getAccountInfo: [
    ({ session }) => session('accounts.getAccountInfo'),
    ({ session }) => session('accounts.getAccountInfo', { include: 'loginIDs,identities-active' }),
  ],
  unlink: [
    ({ session }) => session('socialize.unlink', { email: 'nobody@example.com' }),
    ({ session }) =>
      session('socialize.unlink', { externalIdProviderName: 'facebook', subProviderName: 'none' }),
  ],
  feed: [({ house }) => house.signed('outro.feed', {})],
  getReceipt: [
    async ({ session }) => {
      const { callId } = await session('socialize.removeConnection', { provider: 'github' });
      return session('socialize.getReceipt', { callId: String(callId) });
    },
  ],
  getDeparture: [async () => ask(await prepare({ count: 1 }))],
  notifyLogin: [async ({ login }) => login],
  redeemLeaveTicket: [redeem],
  deleteAccount: [({ house }) => house.signed('socialize.deleteAccount', { UID: 'u' })],
  setUID: [({ house }) => house.signed('socialize.setUID', { UID: 'u', siteUID: 'v' })],
  exchangeUIDSignature: [exchange],
  getJWT: [
    ({ session }) => session('accounts.getJWT'),
    ({ session }) => session('accounts.getJWT', { fields: 'firstName,unknown' }),
  ],
  getJWTPublicKey: [
    ({ house }) => house.post('accounts.getJWTPublicKey', {}),
    ({ house }) => house.post('accounts.getJWTPublicKey', { V2: 'true' }),
  ],
  exchangeIdToken: [
    async ({ house }) =>
      house.post('socialize.exchangeIdToken', { id_token: await cloud.idToken('u') }),
  ],
  isLive: [({ house, token }) => house.signed('outro.isLive', { token })],
  getToken: [
    ({ house }) => house.signed('socialize.getToken', { grant_type: 'client_credentials' }),
  ],
  setAccountInfo: [
    ({ house }) => house.signed('accounts.setAccountInfo', { UID: 'u', profile: '{}' }),
  ],
};

const namesIn = (text: string): string[] =>
  [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

describe('the answer of', () => {
  it.each(listMethods().map((method) => [method.name, method] as const))(
    '%s',
    async (name, { doc }) => {
      // Before the first semicolon stands what is always there.
      const [always = '', ...sometimes] = doc.tags['returns']?.join(' ').split(';') ?? [];
      const seen = [];
      for (const call of calls[name] ?? []) {
        const answer = await call(await open());
        expect(answer).toMatchObject({ errorCode: 0 });
        seen.push(Object.keys(answer).filter((field) => !envelope.includes(field)));
      }
      expect(seen.length).toBeGreaterThan(0);
      const named = [always, ...sometimes].flatMap(namesIn);
      for (const fields of seen) {
        expect(fields).toEqual(expect.arrayContaining(namesIn(always)));
        expect(fields.filter((field) => !named.includes(field))).toEqual([]);
      }
    },
  );
});
