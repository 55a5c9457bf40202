// The provider ends a session, and tells one instance of the backend; the person's open page listens at another one.
import { Window } from 'happy-dom';
import { createClient } from 'outro';
import { fromPg } from 'outro/server';
import pg from 'pg';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';
import { startInstance } from '../support/listening.ts';
import { startProvider } from '../support/provider.ts';
import { createWalker } from '../support/walker.ts';

it('a back-channel logout at the provider reaches the open page as onLogout at once, through a second instance', async () => {
  let house: House | undefined;
  let toldAt = 0;
  const provider = await startProvider(true, async (request) => {
    const { handler, apiKey } = house ?? expect.fail('told before there was a backend');
    const url = `https://outro.example/inbound/${apiKey}/oidc-one/logout-token`;
    toldAt = performance.now();
    return handler(new Request(url, request));
  });
  const { issuer } = provider;
  const settings = { providers: { 'oidc-one': { clientId: 'shop', issuer } } };
  house = await startHouse(settings, undefined, { allowPrivateProviders: true });
  const walker = createWalker({});
  const session = await provider.signIn(walker);
  const signedIn = await house.signIn({ siteUID: 'ada', providers: { 'oidc-one': session } });

  // Without the look of each second: what is heard is the other instance.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const second = await fromPg(new pg.Pool({ connectionString: inject('databaseUrl'), max: 3 }));
  const instance = startInstance(house, second);
  onTestFinished(async () => {
    await instance.close();
    await second.close();
  });
  const window = new Window({ url: 'https://shop.example/' });
  const cookie = `${String(signedIn['cookieName'])}=${String(signedIn['cookieValue'])}`;
  window.document.cookie = `${cookie}; path=/`;
  let isListening = false;
  const client = createClient({
    apiKey: house.apiKey,
    apiDomain: 'outro.example',
    document: window.document as unknown as Document,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.headers.set('Origin', 'https://shop.example');
      const answer = await instance(request);
      isListening ||= request.url.endsWith('/socialize.listen');
      return answer;
    },
  });
  const heard: { at: number; event: object }[] = [];
  client.addEventHandlers({
    onLogout: (event: object) => heard.push({ at: performance.now(), event }),
  });
  await expect.poll(() => isListening).toBe(true);
  vi.useRealTimers();

  await walker.follow(
    await walker.go(`${issuer}/session/end?id_token_hint=${session.idToken}&client_id=shop`),
  );
  await expect.poll(() => heard).toHaveLength(1);
  expect(await provider.isSignedIn(walker)).toBe(false);
  expect(heard[0]?.event).toMatchObject({ eventName: 'logout', remote: true });
  // This browser is out as well.
  expect(window.document.cookie).toBe('');
  const took = (heard[0]?.at ?? Infinity) - toldAt;
  console.log(
    `heard by the page at the other instance ${took.toFixed(0)} ms after the provider told`,
  );
});
