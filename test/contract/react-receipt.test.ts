// A receipt that turns from pending to done in a component, over the real handler and its stream.
import { act, createElement, type ReactNode } from 'react';
import { createClient, type Client } from 'outro';
import { OutroProvider, useReceipt } from 'outro/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { House } from '../support/house.ts';
import { listen, makeDue, openHouse, signIn } from '../support/revocation.ts';

type Response = Awaited<ReturnType<Client['removeConnection']>>;

let stop: (() => Promise<void>) | undefined;
beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(async () => {
  await stop?.();
  stop = undefined;
  vi.unstubAllGlobals();
});

const Grant = ({ response }: { response: Response | undefined }): ReactNode => {
  const { receipt, isComplete } = useReceipt(response);
  const grant = receipt.find(({ step }) => step === 'grant')?.status ?? 'none';
  const here = receipt.find(
    ({ step, status }) => step === 'provider-session' && status === 'asked',
  );
  const told = `${grant} ${isComplete ? 'complete' : 'waiting'}${here ? ', asked' : ''}`;
  return createElement('p', null, told);
};

const show = async (client: Client, { window }: House, first?: Response) => {
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', window.document);
  const { createRoot } = await import('react-dom/client');
  const container = window.document.createElement('div') as unknown as HTMLElement;
  const root = createRoot(container);
  const render = (response?: Response) =>
    act(async () =>
      root.render(createElement(OutroProvider, { client }, createElement(Grant, { response }))),
    );
  await render(first);
  stop = () => act(async () => root.unmount());
  // What throws within `act` takes along the updates that came meanwhile.
  const says = (text: string) =>
    vi.waitFor(async () => {
      await act(async () => {});
      expect(container.textContent).toBe(text);
    }, 5000);
  return { render, says };
};

/** A removal whose provider does not answer yet, in a page that listens, and what lets it end. */
const removeWhileDown = async (retryAfter?: string) => {
  const answer = { status: 503 };
  const { origin } = await listen((_request, reply) => {
    reply.writeHead(answer.status, { ...(retryAfter && { 'retry-after': retryAfter }) }).end();
  });
  const house = await openHouse(origin);
  await signIn(house, { ...tokens });
  const stream = { isOpen: false, mayOpen: Promise.resolve() };
  let questions = 0;
  const client = createClient({
    apiKey: house.apiKey,
    apiDomain: 'outro.example',
    document: house.window.document as unknown as Document,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.headers.set('Origin', 'https://shop.example');
      const isStream = request.url.endsWith('listen');
      if (isStream) await stream.mayOpen;
      const given = await house.handler(request);
      stream.isOpen ||= isStream;
      if (request.url.endsWith('getReceipt')) questions += 1;
      return given;
    },
  });
  const response = await client.removeConnection({ provider: 'facebook' });
  // The call's own attempt may still be noted meanwhile.
  const finish = (): Promise<void> => {
    answer.status = 200;
    return vi.waitFor(async () => {
      await makeDue(house);
      await house.work();
      const asked = { callId: String(response.callId) };
      expect(await house.signed('socialize.getReceipt', asked)).toMatchObject({ isComplete: true });
    }, 10_000);
  };
  const hasAsked = (): Promise<void> => vi.waitFor(() => expect(questions).toBe(1), 5000);
  return { house, client, response, finish, stream, hasAsked };
};

const tokens = { refreshToken: 'token' };

it('says nothing before there is a response, what is pending, and then that it is done', async () => {
  const { house, client, response, finish, stream } = await removeWhileDown();
  const { render, says } = await show(client, house);
  await says('none waiting');
  await render(response);
  await says('pending waiting');
  await vi.waitFor(() => expect(stream.isOpen).toBe(true), 5000);
  await finish();
  await says('done complete');
  // Another response is another receipt.
  await render({ ...response, callId: 'f'.repeat(32) });
  await says('pending waiting');
  client.close();
});

it('what ended while nobody listened is asked for', async () => {
  const { house, client, response, finish } = await removeWhileDown();
  await finish();
  const { says } = await show(client, house, response);
  await says('done complete');
  client.close();
});

it('what ended between asking and the opening of the stream is asked for when it is due', async () => {
  const { house, client, response, finish, stream, hasAsked } = await removeWhileDown();
  let open = (): void => {};
  stream.mayOpen = new Promise((resolve) => (open = resolve));
  const { says } = await show(client, house, response);
  await hasAsked();
  await finish();
  open();
  await says('done complete');
  client.close();
});

it('what ended while the browser had no network is asked for when it has one, and no step of the browser is lost', async () => {
  const { house, client, response, finish, stream, hasAsked } = await removeWhileDown('900');
  stream.mayOpen = new Promise(() => {});
  const step = { step: 'provider-session', provider: 'facebook', status: 'asked' } as const;
  const receipt = [...response.receipt.filter((one) => one.step !== step.step), step];
  const { says } = await show(client, house, { ...response, receipt });
  await hasAsked();
  await finish();
  await says('pending waiting, asked');
  house.window.dispatchEvent(new house.window.Event('online'));
  await says('done complete, asked');
  client.close();
});

it('after a logout nobody may ask, and what is known stays', async () => {
  const { house, client, response, finish } = await removeWhileDown();
  await client.logout();
  await finish();
  const { says } = await show(client, house, response);
  await says('pending waiting');
  client.close();
});
