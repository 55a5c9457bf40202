// SAML single logout, both ways: the identity provider has keys of its own, and its word counts where they signed it.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Departure, Step } from '../../src/core/receipt.ts';
import { startHouse, type House } from '../support/house.ts';
import {
  deflate,
  makeSide,
  signedQuery,
  speakAs,
  writeMessage,
  type SamlSide,
} from '../support/saml.ts';
import { createWalker, type Walker } from '../support/walker.ts';

const origin = 'https://outro.example';
const back = `${origin}/leave/return`;
const idpAddress = 'https://idp.example/slo';
const person = { providerUID: 'ada', sid: 'index-1' };

let site: SamlSide;
let idp: SamlSide;
let stranger: SamlSide;
beforeAll(async () => {
  const names = [
    'https://shop.example/saml',
    'https://idp.example/saml',
    'https://idp.example/saml',
  ];
  const sides = await Promise.all(names.map(makeSide));
  [site, idp, stranger] = sides as [SamlSide, SamlSide, SamlSide];
});

const open = (): Promise<House> =>
  startHouse({
    providers: {
      'saml-acme': {
        saml: {
          entityId: site.entityId,
          privateKey: site.privateKey,
          issuer: idp.entityId,
          logoutUrl: idpAddress,
          certificate: idp.certificate,
        },
      },
    },
  });

const signIn = async (house: House, given: object = person): Promise<string> => {
  const providers = { 'saml-acme': { ...given } };
  return String((await house.signIn({ siteUID: 'u', providers }))['cookieValue']);
};

interface Visit {
  house: House;
  walker: Walker;
  token: string;
  query: URLSearchParams;
  state: string;
}

/** Logs out, goes on the trip and stands at the identity provider with the request it was given. */
const visit = async (): Promise<Visit> => {
  const house = await open();
  const login_token = await signIn(house);
  const answer = await house.post('socialize.logout', { login_token });
  const [departure] = answer['departures'] as Departure[];
  const way = departure?.ways.find(({ by }) => by === 'popup');
  const url = way?.by === 'popup' ? way.url : expect.fail(JSON.stringify(answer));
  const walker = createWalker({ [origin]: house.handler });
  const stand = await walker.go(url);
  const query = new URL(stand.url).searchParams;
  const token = url.split('/').at(-1) ?? '';
  return { house, walker, token, query, state: query.get('RelayState') ?? '' };
};

const stepOf = async ({ house, token }: Visit): Promise<Step | undefined> => {
  const answer = await house.post('socialize.getDeparture', { departure: token });
  return (answer['receipt'] as Step[])[0];
};

describe('the trip to an identity provider', () => {
  it('brings a signed LogoutRequest with NameID, SessionIndex and RelayState', async () => {
    const { query, walker } = await visit();
    expect(walker.trail.at(-1)).toMatch(/^https:\/\/idp\.example\/slo\?/);
    const reader = speakAs(idp, site, back);
    const found = await reader.validateRedirectAsync(Object.fromEntries(query), query.toString());
    expect(query.get('Signature')).not.toBeNull();
    expect(found.profile).toMatchObject({
      issuer: site.entityId,
      nameID: 'ada',
      sessionIndex: 'index-1',
    });
    expect(query.get('RelayState')?.length).toBeLessThanOrEqual(80);
  });

  it("done on the identity provider's own signed word, and asked when it only sends the browser back", async () => {
    const trip = await visit();
    const reader = speakAs(idp, site, back);
    const { profile } = await reader.validateRedirectAsync(
      Object.fromEntries(trip.query),
      trip.query.toString(),
    );
    const request = profile ?? expect.fail('no request');
    await trip.walker.go(await reader.getLogoutResponseUrlAsync(request, trip.state, {}, true));
    expect(await stepOf(trip)).toMatchObject({
      status: 'done',
      reason: 'the provider itself said that its session has ended',
    });

    const other = await visit();
    await other.walker.go(`${back}?RelayState=${other.state}`);
    expect(await stepOf(other)).toMatchObject({ status: 'asked' });
  });

  it('failed when the identity provider answers that it did not sign out', async () => {
    const trip = await visit();
    const xml = writeMessage('LogoutResponse', {
      issuer: idp.entityId,
      destination: back,
      status: 'Responder',
    });
    const message = { SAMLResponse: deflate(xml), RelayState: trip.state };
    await trip.walker.go(`${back}?${signedQuery(message, idp)}`);
    expect(await stepOf(trip)).toMatchObject({ status: 'failed' });
  });

  const success = () => writeMessage('LogoutResponse', { issuer: idp.entityId, destination: back });
  const sha1 = { uri: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', algorithm: 'RSA-SHA1' };
  const write = (RelayState: string, xml = success(), by = idp, how = {}) =>
    signedQuery({ SAMLResponse: deflate(xml), RelayState }, by, how);
  const forgeries: [string, (state: string) => string][] = [
    ['without a signature', (state) => write(state).replace(/&SigAlg=.*/, '')],
    ['with an algorithm, but no signature', (state) => write(state).replace(/&Signature=.*/, '')],
    ['signed by somebody else', (state) => write(state, success(), stranger)],
    ['signed with SHA-1', (state) => write(state, success(), idp, sha1)],
    ['signed for another state', (state) => `${write('other')}&state=${state}`],
    [
      'signed without a state',
      (state) => `${signedQuery({ SAMLResponse: deflate(success()) }, idp)}&state=${state}`,
    ],
    [
      'of another issuer',
      (state) => write(state, success().replace(`>${idp.entityId}<`, '>https://evil.example<')),
    ],
    [
      'to another request',
      (state) => write(state, success().replace('Version=', 'InResponseTo="_other" Version=')),
    ],
    [
      'changed after signing',
      (state) => write(state).replace(/SAMLResponse=[^&]{8}/, 'SAMLResponse=AAAAAAAA'),
    ],
    ['of garbage', (state) => signedQuery({ SAMLResponse: 'AAAA', RelayState: state }, idp)],
  ];
  it.each(forgeries)(
    'a success %s proves that the browser came back, and no more',
    async (_, forge) => {
      const trip = await visit();
      await trip.walker.go(`${back}?${forge(trip.state)}`);
      expect(await stepOf(trip)).toMatchObject({ status: 'asked' });
    },
  );

  it('a second answer beside the signed one is refused whole', async () => {
    const trip = await visit();
    const forged = `${write(trip.state)}&SAMLResponse=${encodeURIComponent(deflate(success()))}`;
    expect((await trip.walker.go(`${back}?${forged}`)).status).toBe(400);
    expect(await stepOf(trip)).toMatchObject({ status: 'needs-user' });
  });
});

describe('single logout that the identity provider began', () => {
  const aim = (house: House): string => `${origin}/inbound/${house.apiKey}/saml-acme/saml`;
  const isLive = async (house: House, login_token: string): Promise<boolean> =>
    (await house.post('socialize.getUserInfo', { login_token }))['UID'] === 'u';
  const ask = (house: House, query: string): Promise<Response> =>
    house.handler(new Request(`${aim(house)}?${query}`));
  const requestOf = (house: House, change: object = {}): string =>
    writeMessage('LogoutRequest', { issuer: idp.entityId, destination: aim(house), ...change });
  const signedRequest = (house: House, change: object = {}, by = idp): string =>
    signedQuery({ SAMLRequest: deflate(requestOf(house, change)), RelayState: 'theirs' }, by);

  it('ends the session with that index, and answers with a signed LogoutResponse', async () => {
    const house = await open();
    const [first, second] = [
      await signIn(house),
      await signIn(house, { providerUID: 'ada', sid: 'index-2' }),
    ];
    const response = await ask(house, signedRequest(house, { sessionIndex: 'index-1' }));
    expect(response.status).toBe(302);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(idpAddress);
    expect(location.searchParams.get('RelayState')).toBe('theirs');
    const given = Object.fromEntries(location.searchParams);
    expect(given['Signature']).toBeDefined();
    const reader = speakAs(idp, site, back);
    expect(await reader.validateRedirectAsync(given, location.search.slice(1))).toMatchObject({
      loggedOut: true,
    });
    expect([await isLive(house, first), await isLive(house, second)]).toEqual([false, true]);
  });

  it.each([
    ['without an index', {}],
    ['with an index that nobody told of', { sessionIndex: 'unknown' }],
  ])('%s ends every session of that person', async (_, change) => {
    const house = await open();
    const tokens = [await signIn(house), await signIn(house, { providerUID: 'ada' })];
    expect((await ask(house, signedRequest(house, change))).status).toBe(302);
    for (const token of tokens) expect(await isLive(house, token)).toBe(false);
  });

  it('the same request again is answered, and ends no later session', async () => {
    const house = await open();
    await signIn(house);
    const query = signedRequest(house);
    await ask(house, query);
    const later = await signIn(house);
    expect((await ask(house, query)).status).toBe(302);
    expect(await isLive(house, later)).toBe(true);
  });

  const old = new Date(Date.now() - 600_000);
  const bad: [string, (house: House) => string][] = [
    [
      'without a signature',
      (house) => `${new URLSearchParams({ SAMLRequest: deflate(requestOf(house)) })}`,
    ],
    [
      'with an algorithm, but no signature',
      (house) => signedRequest(house).replace(/&Signature=.*/, ''),
    ],
    ['signed by somebody else', (house) => signedRequest(house, {}, stranger)],
    ['of another issuer', (house) => signedRequest(house, { issuer: 'https://evil.example' })],
    ['for another address', (house) => signedRequest(house, { destination: back })],
    ['of ten minutes ago', (house) => signedRequest(house, { issuedAt: old })],
    [
      'that has run out',
      (house) => signedRequest(house, { attributes: `NotOnOrAfter="${old.toISOString()}"` }),
    ],
    ['without a person', (house) => signedRequest(house, { nameId: '' })],
    [
      'that is a response',
      (house) =>
        signedQuery(
          {
            SAMLRequest: deflate(
              writeMessage('LogoutResponse', { issuer: idp.entityId, destination: aim(house) }),
            ),
          },
          idp,
        ),
    ],
    ['that is garbage', () => signedQuery({ SAMLRequest: 'AAAA' }, idp)],
    ['that is not there', () => signedQuery({}, idp)],
  ];
  it.each(bad)('a request %s is refused, and changes nothing', async (_, write) => {
    const house = await open();
    const token = await signIn(house);
    const before = await house.rows();
    const response = await ask(house, write(house));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.any(String) as string });
    expect(await house.rows()).toEqual(before);
    expect(await isLive(house, token)).toBe(true);
  });
});
