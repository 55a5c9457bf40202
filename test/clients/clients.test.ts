// Clients nobody here wrote, sending what they send (faults.md section 5).
import { createHmac } from 'node:crypto';
import { createHandler } from 'outro/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { secret, type Answer } from '../support/house.ts';
import { clients } from './clients.ts';
import { grazeAsksForToken } from './others.ts';
import { deliver, openScene, pair, userSecret, type Scene } from './scene.ts';
import type { ClientRow, Credentials } from './wire.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});

const getToken = async (given: Record<string, string>): Promise<string> => {
  const answer = await scene.house.signed('socialize.getToken', given);
  return String(answer['access_token']);
};

const credentialsFor = async ({ client, mode }: ClientRow): Promise<Credentials> => {
  if (mode === 'RSA') return scene.who({ userKey: 'AKrsa', privateKey: pair.privateKey });
  if (client === 'gigya-ts' && mode === 'secret')
    return scene.who({ userKey: 'AKsecret', secret: userSecret });
  if (mode !== 'token') return scene.who();
  const grant =
    client === 'graze'
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'none', x_siteUID: 'u' };
  return scene.who({ token: await getToken(grant) });
};

/** What a client makes of an answer. */
const reads = (row: ClientRow, { response, text, answer }: Awaited<ReturnType<typeof deliver>>) => {
  if (row.needs200) expect(response.status).toBe(200);
  if (row.needsCharset)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(Object.keys(answer)).toEqual(expect.arrayContaining([...(row.needs ?? [])]));
  // Java and .NET take what begins otherwise for XML.
  expect(text).toMatch(/^\{/);
  expect(answer.errorCode).toBeTypeOf('number');
  expect(answer['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return answer;
};

const isSigned = (answer: Answer, key: string): boolean =>
  answer['UIDSignature'] ===
  createHmac('sha1', Buffer.from(key, 'base64'))
    .update(`${String(answer['signatureTimestamp'])}_${String(answer['UID'])}`)
    .digest('base64');

// rgigya sends its secret in the address, which ends up in logs: it is told so, and its signed mode works.
const works = clients.filter(({ client, mode }) => client !== 'rgigya' || mode !== 'secret');

describe('5.1, 5.2, 5.4, 5.6 what each client sends is understood, and what it gets is what it reads', () => {
  it.each(works)('$client, $mode', async (row) => {
    const who = await credentialsFor(row);
    const isUsers = row.mode === 'token' && row.client !== 'graze';
    const uid = isUsers ? {} : { UID: 'u' };
    const call = async (method: string, params: Record<string, string | boolean>) => {
      const fresh = scene.who({ ...who, now: Date.now(), random: `${Math.random()}`.slice(2) });
      return reads(row, await deliver(scene.house, row.send(method, params, fresh)));
    };
    const awkward = { cid: "a b+c&d=e ü~(1)!*'", includeAllIdentities: false };
    const user = await call('socialize.getUserInfo', { ...uid, ...awkward });
    expect(user).toMatchObject({ errorCode: 0, UID: 'u', nickname: 'Ådä', isSiteUID: true });
    if (row.checksSignatures) expect(isSigned(user, who.secret)).toBe(true);
    if (!isUsers)
      expect(await call('socialize.getUserInfo', { UID: 'nobody' })).toMatchObject({
        errorCode: 403005,
        errorMessage: 'Unauthorized user',
        statusReason: 'Forbidden',
      });
    const removed = await call('socialize.disconnect', {
      ...uid,
      provider: 'facebook',
      lastIdentityHandling: 'fail',
      forceProvidersLogout: false,
    });
    expect(removed).toMatchObject({ errorCode: 0 });
    expect(await scene.providers('u')).toEqual(['linkedin']);
    await scene.house.signIn({
      siteUID: 'u',
      providers: { facebook: { providerUID: 'u' } },
      elsewhere: true,
    });
    expect(await call('socialize.logout', uid)).toMatchObject({ errorCode: 0 });
  });

  it('rgigya, secret: told that no address may have it', async () => {
    const row = clients.find(({ client, mode }) => client === 'rgigya' && mode === 'secret')!;
    const sent = row.send('socialize.getUserInfo', { UID: 'u' }, scene.who());
    expect(reads(row, await deliver(scene.house, sent))).toMatchObject({
      errorCode: 400001,
      errorDetails: 'secret: expected in the body of a POST',
    });
  });
});

describe('5.6 graze, which asks for a token by client_id', () => {
  it.each([
    ['the key of the site', {}],
    ['a user key', { userKey: 'AKsecret', secret: userSecret }],
  ])('%s', async (_, given) => {
    const asked = await deliver(scene.house, grazeAsksForToken(scene.who(given)));
    expect(asked.answer).toMatchObject({ errorCode: 0, expires_in: 3600 });
    const row = clients.find(({ client, mode }) => client === 'graze' && mode === 'token')!;
    const who = scene.who({ ...given, token: String(asked.answer['access_token']) });
    const answered = await deliver(
      scene.house,
      row.send('socialize.getUserInfo', { UID: 'v' }, who),
    );
    expect(reads(row, answered)).toMatchObject({ errorCode: 0, UID: 'v' });
    expect(isSigned(answered.answer, who.secret)).toBe(true);
  });
});

describe('5.6 a user key without the key of a site', () => {
  const ask = (from: Scene, given: Partial<Credentials>) =>
    deliver(from.house, grazeAsksForToken(from.who(given)));

  it('has a token that does what the key may, and no more', async () => {
    const userKey = `AK${crypto.randomUUID()}`;
    const permissions = ['socialize.getToken', 'socialize.getUserInfo'];
    const limited = await openScene({ userKeys: [{ userKey, secret: userSecret, permissions }] });
    const { answer } = await ask(limited, { userKey, secret: userSecret });
    const row = clients.find(({ client, mode }) => client === 'graze' && mode === 'token')!;
    const call = async (method: string) => {
      const who = limited.who({ token: String(answer['access_token']) });
      return (await deliver(limited.house, row.send(method, { UID: 'u' }, who))).answer;
    };
    expect(await call('socialize.getUserInfo')).toMatchObject({ errorCode: 0, UID: 'u' });
    expect(await call('socialize.removeConnection')).toMatchObject({ errorCode: 403007 });
    expect(await limited.providers('u')).toEqual(['facebook', 'linkedin']);
  });

  it('that belongs to two sites must name one', async () => {
    const userKeys = [{ userKey: 'AKtwo', secret: userSecret, permissions: ['*'] }];
    const handler = createHandler({
      sites: ['one', 'two'].map((apiKey) => ({
        apiKey,
        secret,
        publicUrl: 'https://outro.example',
        userKeys,
      })),
      encryptionKeys: [{ id: 'test', key: secret }],
      store: scene.house.database.store,
    });
    const { answer } = await deliver(
      { handler },
      grazeAsksForToken(scene.who({ userKey: 'AKtwo', secret: userSecret })),
    );
    expect(answer).toMatchObject({
      errorCode: 400093,
      errorDetails: 'apiKey: expected it too, for the user key belongs to several sites',
    });
  });

  it('that nobody has is refused like a wrong key', async () => {
    const { answer } = await ask(scene, { userKey: 'AKnobody' });
    expect(answer).toMatchObject({ errorCode: 400093 });
  });
});

describe('5.5 what the WordPress plugin asks', () => {
  const send = (method: string, params: Record<string, string | boolean>, given = {}) => {
    const row = clients.find(({ client }) => client === 'WordPress')!;
    return deliver(scene.house, row.send(method, params, scene.who(given)));
  };

  it('notifyLogin: the cookie to set at top level, with its domain, and a signed UID', async () => {
    const { answer } = await send('socialize.notifyLogin', {
      siteUID: 'wp-1',
      newUser: true,
      userInfo: '{"nickname":"Ada","email":"ada@shop.example"}',
    });
    const cookie = {
      cookieName: `glt_${scene.house.apiKey}`,
      cookieValue: expect.stringMatching(/^[\w-]{43}$/) as string,
      cookieDomain: '',
      cookiePath: '/',
    };
    expect(answer).toMatchObject({ errorCode: 0, UID: 'wp-1', ...cookie, sessionInfo: cookie });
    expect(isSigned(answer, secret)).toBe(true);
  });

  it('getAccountInfo: lists with line breaks, and a signed UID', async () => {
    const { answer } = await send('accounts.getAccountInfo', {
      UID: 'v',
      include:
        'identities-active,identities-all,loginIDs,emails,profile,data,password,lastLoginLocation,rba,\n            regSource,irank',
      extraProfileFields: 'languages,address,\n            professionalHeadline,samlData',
    });
    expect(answer).toMatchObject({ errorCode: 0, UID: 'v', profile: { nickname: 'Ådä' } });
    expect(answer).toHaveProperty('loginIDs');
    expect(answer['identities']).toHaveLength(2);
    expect(isSigned(answer, secret)).toBe(true);
  });

  it('with a user key: signed with the secret that it has', async () => {
    const given = { userKey: 'AKsecret', secret: userSecret };
    const { answer } = await send('getUserInfo', { uid: 'v' }, given);
    expect(isSigned(answer, userSecret)).toBe(true);
    const exchanged = await send(
      'socialize.exchangeUIDSignature',
      {
        UID: 'v',
        ...(({ UIDSignature, signatureTimestamp }) => ({
          UIDSignature: String(UIDSignature),
          signatureTimestamp: String(signatureTimestamp),
        }))((await send('getUserInfo', { uid: 'v' })).answer),
      },
      given,
    );
    expect(isSigned(exchanged.answer, userSecret)).toBe(true);
  });

  it('logout, notifyRegistration and deleteAccount by uid in lower case', async () => {
    await send('socialize.notifyLogin', { siteUID: 'wp-2' });
    expect((await send('socialize.logout', { uid: 'wp-2' })).answer.errorCode).toBe(0);
    const named = { uid: 'wp-2', siteUID: 'wp-3' };
    expect((await send('socialize.notifyRegistration', named)).answer.errorCode).toBe(0);
    expect((await send('socialize.deleteAccount', { uid: 'wp-3' })).answer.errorCode).toBe(0);
  });
});

describe('5.5 UID signatures', () => {
  it('of identities too, where a page asks', async () => {
    const { cookieValue } = await scene.house.signIn({ siteUID: 'v', elsewhere: true });
    const page = { login_token: String(cookieValue) };
    expect(await scene.house.post('socialize.getUserInfo', page)).not.toHaveProperty(
      'UIDSignature',
    );
    const user = await scene.house.post('socialize.getUserInfo', { ...page, signIDs: 'true' });
    expect(isSigned(user, secret)).toBe(true);
    const [facebook] = user['identities'] as { providerUIDSig: string }[];
    const text = `${String(user['signatureTimestamp'])}_facebook_v`;
    expect(facebook?.providerUIDSig).toBe(
      createHmac('sha1', Buffer.from(secret, 'base64')).update(text).digest('base64'),
    );
    expect(isSigned(await scene.house.post('accounts.getAccountInfo', page), secret)).toBe(true);
  });

  it('cookieDomain is the one that the site shares among its hosts', async () => {
    const shared = await openScene({
      origins: ['https://www.shop.example'],
      cookieDomain: 'shop.example',
    });
    const answer = await shared.house.signed('socialize.notifyLogin', { siteUID: 'w' });
    expect(answer).toMatchObject({ cookieDomain: 'shop.example' });
  });
});
