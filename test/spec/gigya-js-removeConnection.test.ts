// The contract: shared seed 000_6d6736acbbef51f1.txt, "gigya-js-removeConnection".
import type { Response } from 'outro';
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { failureOf, two } from '../support/removal.ts';

describe('Disconnects the current user from one or all of the connected providers, so that:', () => {
  it('The social identity is removed from the user profile', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const { user } = await house.client.removeConnection({ provider: 'facebook' });
    expect(Object.keys(user.identities)).toEqual(['linkedin']);
    expect(user.providers).toEqual(['linkedin']);
  });

  it('The internal link between the user ID in the social provider and their GigyaUID is removed', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    await house.client.removeConnection({ provider: 'facebook' });
    const { identities } = await house.rows();
    expect(identities).toMatchObject([{ provider: 'linkedin' }]);
    // The provider's user now maps to nobody, so signing in with it opens another account.
    const answer = await house.signIn({ providers: { facebook: { providerUID: 'fb-1' } } });
    expect(answer['UID']).not.toBe('u');
  });

  it('The session with the provider closes: sessions opened with the removed identity end', async () => {
    const house = await startHouse();
    const elsewhere = await house.signIn({
      siteUID: 'u',
      providers: two,
      openedBy: 'facebook',
      elsewhere: true,
    });
    await house.signIn({ siteUID: 'u' });
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(receipt).toContainEqual({ step: 'sessions', status: 'done' });
    const token = { login_token: String(elsewhere['cookieValue']) };
    expect(await house.post('socialize.getUserInfo', token)).toMatchObject({ errorCode: 403005 });
    expect((await house.client.getUserInfo()).user.UID).toBe('u');
  });

  it('If the provider being disconnected is the last login identity and lastIdentityHandling is "fail", the internal link is not removed', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'fb-1' } } });
    const before = await house.rows();
    await failureOf(house.client.removeConnection({ lastIdentityHandling: 'fail' }));
    expect(await house.rows()).toEqual(before);
  });
});

describe('Supporting Providers', () => {
  it('For some providers, the user is also logged out from the social network', async () => {
    const url = 'https://login.facebook.example/logout';
    const house = await startHouse({ providers: { facebook: { logout: { by: 'frame', url } } } });
    await house.signIn({ siteUID: 'u', providers: two });
    const frames: string[] = [];
    const { document } = house.window;
    const create = document.createElement.bind(document);
    document.createElement = ((name: string) => {
      if (name === 'iframe') queueMicrotask(() => frames.push(frame.src));
      const frame = create(name) as unknown as HTMLIFrameElement;
      return frame;
    }) as unknown as typeof document.createElement;
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(frames).toEqual([url]);
    const step = { step: 'provider-session', provider: 'facebook', status: 'asked' };
    expect(receipt.at(-1)).toMatchObject(step);
  });

  it('This operation is currently supported by the following providers: by the names that pages use for them', async () => {
    const house = await startHouse();
    const names =
      'Facebook Twitter GooglePlus LinkedIn Microsoft Instagram renren Yahoo Kaixin Vkontakte mixi YahooJapan Odnoklassniki WeChat';
    for (const provider of names.split(' ')) {
      const providers = { [provider]: { providerUID: 'p' } };
      await house.signIn({
        siteUID: provider,
        providers,
        loginIDs: [{ value: provider, kind: 'username', wayIn: 'password' }],
      });
      expect((await house.client.removeConnection({ provider })).user.providers, provider).toEqual(
        [],
      );
    }
  });
});

describe('Method parameters', () => {
  it('provider: if this parameter is not set, then the user will be disconnected from all the providers', async () => {
    const house = await startHouse();
    const loginIDs = [{ value: 'ada@shop.example', wayIn: 'password' }];
    await house.signIn({ siteUID: 'u', providers: two, loginIDs });
    const { user } = await house.client.removeConnection();
    expect(user.identities).toEqual({});
    expect((await house.rows())['identities']).toEqual([]);
  });

  it('provider: facebook, twitter, googleplus, linkedin, messenger, instagram, renren, yahoo, kaixin, vkontakte, mixi, yahoojapan, odnoklassniki, wechat', async () => {
    const names =
      'facebook twitter googleplus linkedin messenger instagram renren yahoo kaixin vkontakte mixi yahoojapan odnoklassniki wechat';
    const house = await startHouse();
    for (const provider of names.split(' ')) {
      const providers = {
        [provider]: { providerUID: 'p' },
        github: { providerUID: `g-${provider}` },
      };
      await house.signIn({ siteUID: provider, providers });
      const { user } = await house.client.removeConnection({ provider });
      expect(user.providers, provider).toEqual(['github']);
    }
  });

  it('callback: called with the results of the API method when the API method completes', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const seen: Response[] = [];
    const promise = house.client.removeConnection({
      provider: 'facebook',
      callback: (response) => seen.push(response),
    });
    expect(seen).toEqual([]);
    expect(seen).toEqual([await promise]);
  });

  it('cid: a string of maximum 100 characters', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const before = await house.rows();
    const cid = 'c'.repeat(101);
    const error = await failureOf(house.client.removeConnection({ provider: 'facebook', cid }));
    expect(error).toMatchObject({ failure: 'invalidParameter', code: 400006 });
    expect(error.details).toMatch(/^cid: .*100 characters/);
    expect(await house.rows()).toEqual(before);
    await house.client.removeConnection({ provider: 'facebook', cid: cid.slice(1) });
    const { journal } = await house.rows();
    expect(journal?.at(-1)).toMatchObject({ cid: 'c'.repeat(100), method: 'removeConnection' });
  });

  it("forceProvidersLogout: if 'false', connected providers remain connected; default true; the string counts", async () => {
    const logout = { by: 'none', reason: 'nothing to ask' } as const;
    for (const [given, status] of [
      [undefined, 'unsupported'],
      [true, 'unsupported'],
      [false, 'kept'],
      ['false', 'kept'],
    ] as const) {
      const house = await startHouse({ providers: { facebook: { logout } } });
      await house.signIn({ siteUID: 'u', providers: two });
      const params = { provider: 'facebook', forceProvidersLogout: given };
      const { receipt } = await house.client.removeConnection(params);
      const step = receipt.find((one) => one.step === 'provider-session');
      expect(step, String(given)).toMatchObject({ provider: 'facebook', status });
    }
  });

  it('context: passed back unchanged as one of the fields in the response object', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const context = { deep: [() => 1] };
    const response = await house.client.removeConnection({ provider: 'facebook', context });
    expect(response.context).toBe(context);
    // What is sent under this name is the request's own.
    const sent = new URLSearchParams(await house.requests.at(-1)?.text());
    expect(sent.get('context')).toMatch(/^\d{32}$/);
  });

  it('removeLoginID: 1. The login ID is not associated with any other identity (site or social)', async () => {
    for (const other of [{}, { provider: 'linkedin' }]) {
      const house = await startHouse();
      const value = 'ada@facebook.example';
      const loginIDs = [
        { value, provider: 'facebook' },
        { value, ...other },
      ];
      await house.signIn({ siteUID: 'u', providers: two, loginIDs });
      const before = await house.rows();
      const params = { provider: 'facebook', removeLoginID: true };
      const error = await failureOf(house.client.removeConnection(params));
      expect(error).toMatchObject({ failure: 'operationNotAllowed', code: 400030 });
      expect(error.details).toMatch(/^removeLoginID: /);
      expect(error.details).not.toContain(value);
      expect(await house.rows()).toEqual(before);
    }
  });

  it('removeLoginID: 2. After removing the login ID there is still another way to login to the account', async () => {
    const loginIDs = [{ value: 'ada@facebook.example', provider: 'facebook' }];
    const remove = { provider: 'facebook', removeLoginID: true };

    const last = await startHouse();
    await last.signIn({ siteUID: 'u', providers: { facebook: { providerUID: 'fb-1' } }, loginIDs });
    const before = await last.rows();
    expect((await failureOf(last.client.removeConnection(remove))).code).toBe(400030);
    expect(await last.rows()).toEqual(before);

    const social = await startHouse();
    await social.signIn({ siteUID: 'u', providers: two, loginIDs });
    const { receipt } = await social.client.removeConnection(remove);
    expect(receipt).toContainEqual({ step: 'login-id', status: 'done' });
    expect((await social.rows())['login_ids']).toEqual([]);

    const password = await startHouse();
    const withPassword = [...loginIDs, { value: 'ada', kind: 'username', wayIn: 'password' }];
    const providers = { facebook: { providerUID: 'fb-1' } };
    await password.signIn({ siteUID: 'u', providers, loginIDs: withPassword });
    await password.client.removeConnection(remove);
    expect((await password.rows())['login_ids']).toMatchObject([{ value: 'ada' }]);
  });

  it('removeLoginID: The default value is "false"', async () => {
    const house = await startHouse();
    const loginIDs = [{ value: 'ada@facebook.example', provider: 'facebook' }];
    await house.signIn({ siteUID: 'u', providers: two, loginIDs });
    const { receipt } = await house.client.removeConnection({ provider: 'facebook' });
    expect(receipt).toContainEqual(expect.objectContaining({ step: 'login-id', status: 'kept' }));
    expect((await house.rows())['login_ids']).toHaveLength(1);
  });

  it('lastIdentityHandling "soft": remove all the stored information, except for the mapping; the account remains accessible', async () => {
    const house = await startHouse();
    const loginIDs = [{ value: 'ada@facebook.example', provider: 'facebook' }];
    await house.signIn({ siteUID: 'u', providers: { facebook: two.facebook }, loginIDs });
    const { receipt, user } = await house.client.removeConnection({ provider: 'facebook' });
    expect(receipt[0]).toMatchObject({ step: 'identity', status: 'kept' });
    expect(user.identities).toEqual({});
    expect((await house.rows())['identities']).toMatchObject([
      { state: 'mapping', provider_uid: 'fb-1', profile: null, sealed_tokens: null },
    ]);
    const back = await house.signIn({ providers: { facebook: { providerUID: 'fb-1' } } });
    expect(back['UID']).toBe('u');
    expect((await house.rows())['identities']).toMatchObject([{ state: 'linked' }]);
  });

  it('lastIdentityHandling "soft": all providers at once keep every mapping that signs in', async () => {
    const house = await startHouse();
    const strava = { providerUID: 's', allowsLogin: false };
    await house.signIn({ siteUID: 'u', providers: { ...two, strava } });
    await house.client.removeConnection();
    const { identities } = await house.rows();
    expect(identities).toHaveLength(2);
    expect(identities).toMatchObject([{ state: 'mapping' }, { state: 'mapping' }]);
  });

  it('lastIdentityHandling "fail": the last login identity cannot be removed, an error indicating this will be returned', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: two.facebook } });
    const error = await failureOf(house.client.removeConnection({ lastIdentityHandling: 'fail' }));
    expect(error).toMatchObject({ failure: 'operationNotAllowed', code: 400030 });
    expect(error.details).toContain('facebook');
    expect(error.details).toContain('connect another provider or set a password first');
  });

  it('lastIdentityHandling "fail": an e-mail without a way in does not count, a password does', async () => {
    for (const [wayIn, refused] of [
      [undefined, true],
      ['password', false],
      ['passkey', false],
      ['code', false],
    ] as const) {
      const house = await startHouse();
      const loginIDs = [{ value: 'ada@shop.example', ...(wayIn && { wayIn }) }];
      await house.signIn({ siteUID: 'u', providers: { facebook: two.facebook }, loginIDs });
      const removal = house.client.removeConnection({ lastIdentityHandling: 'fail' });
      if (refused) expect((await failureOf(removal)).code).toBe(400030);
      else expect((await removal).errorCode).toBe(0);
    }
  });

  it('lastIdentityHandling "remove" (newest vendor text): the mapping goes as well, also one left earlier', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: { facebook: two.facebook } });
    await house.client.removeConnection({ provider: 'facebook' });
    const again = await failureOf(house.client.removeConnection({ provider: 'facebook' }));
    expect(again).toMatchObject({ failure: 'notConnected', code: 400106 });
    await house.client.removeConnection({ provider: 'facebook', lastIdentityHandling: 'remove' });
    expect((await house.rows())['identities']).toEqual([]);
  });
});
