// Networks behind one aggregator: the same user id there may be two people's, and each is removed for itself.
import { describe, expect, it } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { listen } from '../support/revocation.ts';

const method = 'socialize.notifyLogin';

interface Identity {
  provider: string;
  subProvider?: string;
  providerUID: string;
}

const tell = (house: House, providers: object) =>
  house.signed(method, { siteUID: 'u', providerSessions: JSON.stringify(providers) });

const identitiesOf = async (house: House): Promise<string[]> => {
  const { identities } = await house.signed('socialize.getUserInfo', { UID: 'u' });
  return ((identities ?? []) as Identity[])
    .map(
      ({ provider, subProvider = '-', providerUID }) => `${provider} ${subProvider} ${providerUID}`,
    )
    .toSorted();
};

describe('3.18 the same user id behind two networks of one chain', () => {
  const chain = {
    janrain: [
      { providerUID: 'same', subProvider: 'facebook', authToken: 'by facebook' },
      { providerUID: 'same', subProvider: 'yahoo', authToken: 'by yahoo' },
    ],
    github: { providerUID: 'same' },
  };
  const remove = (house: House, params: Record<string, string>) =>
    house.signed('socialize.removeConnection', { UID: 'u', ...params });

  it('3.18 the list tells them apart, at the wire and in the page', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: chain });
    expect(await identitiesOf(house)).toEqual([
      'github - same',
      'janrain facebook same',
      'janrain yahoo same',
    ]);
    const { user } = await house.client.getUserInfo({ includeAllIdentities: true });
    const networks = [...(user.identities as unknown as Iterable<Identity>)].map(
      ({ subProvider }) => subProvider,
    );
    expect(new Set(networks)).toEqual(new Set(['', 'facebook', 'yahoo']));
  });

  it('3.18 a removal takes one network, and leaves the other', async () => {
    const house = await startHouse();
    await tell(house, chain);
    const params = { provider: 'janrain', subProvider: 'facebook', providerUID: 'same' };
    const told = await house.signed('socialize.explainRemoval', { UID: 'u', ...params });
    expect(told).toMatchObject({
      waysInLeft: expect.arrayContaining([
        { kind: 'identity', provider: 'janrain/yahoo' },
        { kind: 'identity', provider: 'github' },
      ]) as object[],
    });
    const answer = await remove(house, params);
    expect(answer).toMatchObject({ errorCode: 0 });
    expect(answer['receipt']).toContainEqual({
      step: 'identity',
      provider: 'janrain/facebook',
      identity: 'same',
      status: 'done',
    });
    expect(await identitiesOf(house)).toEqual(['github - same', 'janrain yahoo same']);
    expect(await remove(house, params)).toMatchObject({
      errorCode: 400106,
      errorDetails:
        'provider: the user is not connected to janrain with that subProvider and providerUID',
    });
  });

  it('3.18 by the page as by the server; nobody else’s network is meant', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: chain });
    const wrong = { provider: 'github', subProvider: 'facebook' };
    await expect(house.client.removeConnection(wrong)).rejects.toMatchObject({ code: 400106 });
    await expect(
      house.client.removeConnection({ provider: 'janrain', subProvider: 'Facebook' }),
    ).rejects.toMatchObject({ code: 400106 });
    await house.client.removeConnection({ provider: 'janrain', subProvider: 'yahoo' });
    expect(await identitiesOf(house)).toEqual(['github - same', 'janrain facebook same']);
    // Without one, all of the provider's are meant, as ever.
    await house.client.removeConnection({ provider: 'janrain', subProvider: '' });
    expect(await identitiesOf(house)).toEqual(['github - same']);
  });

  it('3.18 each permission has its own end in the receipt', async () => {
    const { origin } = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.writeHead(body.includes('yahoo') ? 200 : 400).end());
    });
    const revoke = {
      by: 'request',
      method: 'POST',
      url: `${origin}/revoke`,
      form: { token: '{accessToken}' },
      removes: 'grant',
    } as const;
    const house = await startHouse({ providers: { janrain: { revoke } } }, undefined, {
      allowPrivateProviders: true,
    });
    await tell(house, chain);
    const { receipt } = await remove(house, { provider: 'janrain' });
    const ends = (receipt as { step: string; provider: string; status: string }[])
      .filter(({ step }) => step === 'grant')
      .map(({ provider, status }) => `${provider} ${status}`);
    expect(ends.toSorted()).toEqual(['janrain/facebook failed', 'janrain/yahoo done']);
  });

  it.each(['Facebook', 'all', 'none', 'x'.repeat(51), 'tab\t', '\ud83d'])(
    '3.8 a sign-in that names the network %j is refused by name',
    async (subProvider) => {
      const house = await startHouse();
      expect(await tell(house, { janrain: { providerUID: 'x', subProvider } })).toMatchObject({
        errorCode: 400006,
        errorDetails: expect.stringMatching(/^providerSessions\.janrain\.subProvider: /) as string,
      });
      expect((await house.rows())['accounts']).toEqual([]);
    },
  );
});
