// Components of a real React in a small DOM, over the real handler.
import { act, createElement, StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { createClient, type Client } from 'outro';
import {
  OutroProvider,
  useConnections,
  useLogout,
  type Connections,
  type Logout,
} from 'outro/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHouse, type House } from '../support/house.ts';

const facebook = { facebook: { providerUID: 'f' } };
const both = { ...facebook, github: { providerUID: 'g' } };

let house: House;
let mounted: { connections: Connections; logout: Logout } | undefined;
let renders: string[];
let stop: (() => Promise<void>) | undefined;

const Page = (): ReactNode => {
  const connections = useConnections();
  const logout = useLogout();
  mounted = { connections, logout };
  const names = connections.connections.map(({ provider }) => provider).join(' ');
  renders.push(`${connections.status} ${names}`.trim());
  return createElement('p', null, renders.at(-1));
};

const pageOf = (client: Client, count = 1): ReactNode =>
  createElement(
    StrictMode,
    null,
    createElement(
      OutroProvider,
      { client },
      ...Array.from({ length: count }, (_, key) => createElement(Page, { key })),
    ),
  );

/** Shows the page, in StrictMode; gives what it says. */
const show = async (client = house.client, count = 1): Promise<() => string> => {
  const { createRoot } = await import('react-dom/client');
  const container = house.window.document.createElement('div') as unknown as HTMLElement;
  const root = createRoot(container);
  await act(async () => root.render(pageOf(client, count)));
  stop = async () => act(async () => root.unmount());
  return () => container.textContent;
};

const hooks = () => mounted as NonNullable<typeof mounted>;
const says = (page: () => string, text: string): Promise<void> =>
  vi.waitFor(() => act(async () => expect(page()).toBe(text)), 5000);

/** Lets requests for a method wait until told. */
const hold = (method: string) => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const seen: Request[] = [];
  return {
    seen,
    release: () => release(),
    through: async (request: Request, next: (request: Request) => Promise<Response>) => {
      if (request.url.endsWith(method)) {
        seen.push(request);
        await gate;
      }
      return next(request);
    },
  };
};

beforeAll(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
beforeEach(async () => {
  renders = [];
  mounted = undefined;
  house = await startHouse();
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

describe('on the server', () => {
  it('renders the state of not knowing yet, asks nobody, and needs no page', () => {
    expect(globalThis).not.toHaveProperty('window');
    const client = createClient({ apiKey: house.apiKey, apiDomain: 'outro.example' });
    expect(renderToString(pageOf(client))).toBe('<p>loading</p>');
    expect(house.requests).toEqual([]);
  });

  it('hooks outside of a provider say what is missing', () => {
    expect(() => renderToString(createElement(Page))).toThrow(
      'expected <OutroProvider client={…}>',
    );
  });
});

describe('in a page', () => {
  beforeEach(() => {
    vi.stubGlobal('window', house.window);
    vi.stubGlobal('document', house.window.document);
    return () => {
      vi.stubGlobal('window', undefined);
      vi.stubGlobal('document', undefined);
    };
  });

  it('takes over what the server rendered, and then reads', async () => {
    await house.signIn({ siteUID: 'u', providers: both });
    const container = house.window.document.createElement('div') as unknown as HTMLElement;
    const { hydrateRoot } = await import('react-dom/client');
    container.append(
      Object.assign(house.window.document.createElement('p') as unknown as HTMLElement, {
        textContent: 'loading',
      }),
    );
    const recovered = vi.fn();
    const root = await act(async () =>
      hydrateRoot(container, pageOf(house.client), { onRecoverableError: recovered }),
    );
    stop = async () => act(async () => root.unmount());
    await says(() => container.textContent, 'signed-in facebook github');
    expect(recovered).not.toHaveBeenCalled();
  });

  it('shows each identity, also two of one provider, by one request for all components', async () => {
    const two = [{ providerUID: 'f' }, { providerUID: 'other' }];
    await house.signIn({ siteUID: 'u', providers: { facebook: two } });
    const page = await show(house.client, 3);
    await says(page, 'signed-in facebook facebook'.repeat(3));
    expect(
      hooks()
        .connections.connections.map(({ providerUID }) => providerUID)
        .toSorted(),
    ).toEqual(['f', 'other']);
    // StrictMode mounts twice: the first reading was given up and has reached nobody's state.
    expect(
      house.requests.filter(({ url }) => url.endsWith('getUserInfo')).length,
    ).toBeLessThanOrEqual(2);
  });

  it('explains, removes, and is up to date when the promise is', async () => {
    await house.signIn({ siteUID: 'u', providers: both });
    const page = await show();
    await says(page, 'signed-in facebook github');
    expect(await hooks().connections.explain({ provider: 'github' })).toMatchObject({
      allowed: true,
    });
    const removed = await act(() => hooks().connections.remove({ provider: 'github' }));
    expect(removed.receipt[0]).toMatchObject({
      step: 'identity',
      status: 'done',
      provider: 'github',
    });
    expect(page()).toBe('signed-in facebook');
    const { remove } = hooks().connections;
    await expect(act(() => remove({ lastIdentityHandling: 'fail' }))).rejects.toMatchObject({
      failure: 'operationNotAllowed',
    });
    expect(page()).toBe('signed-in facebook');
  });

  it('logs out: pending, then the receipt, and no connections', async () => {
    const gate = hold('logout');
    house = await startHouse({}, gate.through);
    await house.signIn({ siteUID: 'u', providers: both });
    const page = await show();
    await says(page, 'signed-in facebook github');
    let over: Promise<unknown> | undefined;
    await act(async () => void (over = hooks().logout.logout()));
    expect(hooks().logout).toMatchObject({ isPending: true, receipt: undefined });
    gate.release();
    await act(async () => over);
    expect(hooks().logout).toMatchObject({ isPending: false, error: undefined });
    expect(hooks().logout.receipt?.[0]).toMatchObject({ step: 'session', status: 'done' });
    expect(page()).toBe('signed-out');
  });

  it('a refused logout rejects, and says so in error', async () => {
    await show();
    const { logout } = hooks().logout;
    await expect(act(() => logout({ sessions: 'none' as 'all' }))).rejects.toMatchObject({
      failure: 'invalidParameter',
    });
    expect(hooks().logout).toMatchObject({
      isPending: false,
      error: { failure: 'invalidParameter' },
    });
  });

  it('hears of removals and logouts that happened elsewhere', async () => {
    await house.signIn({ siteUID: 'u', providers: both });
    let isListening = false;
    const client = createClient({
      apiKey: house.apiKey,
      apiDomain: 'outro.example',
      document: house.window.document as unknown as Document,
      async fetch(input, init) {
        const request = new Request(input, init);
        const response = await house.handler(request);
        isListening ||= request.url.endsWith('listen');
        return response;
      },
    });
    const page = await show(client);
    await says(page, 'signed-in facebook github');
    // What happens before the stream is open is not told afterwards.
    await vi.waitFor(() => expect(isListening).toBe(true), 5000);
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'github' });
    await says(page, 'signed-in facebook');
    await house.signed('socialize.logout', { UID: 'u' });
    await says(page, 'signed-out');
    await house.handler.close();
  });

  it('a failed reading says so, keeps what was known, and refresh mends it', async () => {
    let isDown = false;
    house = await startHouse({}, async (request, next) =>
      isDown ? new Response('bad gateway', { status: 502 }) : next(request),
    );
    await house.signIn({ siteUID: 'u', providers: facebook });
    const page = await show();
    await says(page, 'signed-in facebook');
    isDown = true;
    await act(() => hooks().connections.refresh());
    expect(page()).toBe('failed facebook');
    expect(hooks().connections.error).toMatchObject({ failure: 'networkError' });
    isDown = false;
    await act(() => hooks().connections.refresh());
    expect(page()).toBe('signed-in facebook');
    expect(hooks().connections.error).toBeUndefined();
  });

  it('unmounted while reading: the request is aborted, nothing is rendered, the next page starts anew', async () => {
    const gate = hold('getUserInfo');
    house = await startHouse({}, gate.through);
    await house.signIn({ siteUID: 'u', providers: facebook });
    await show();
    await vi.waitFor(() => expect(gate.seen.length).toBeGreaterThan(0), 5000);
    await stop?.();
    const before = renders.length;
    expect(gate.seen.map(({ signal }) => signal.aborted)).not.toContain(false);
    gate.release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(renders.length).toBe(before);
    expect(hooks().connections.status).toBe('loading');
    const again = await show();
    expect(renders[before]).toBe('loading');
    await says(again, 'signed-in facebook');
  });

  it('an older answer, however late, never overwrites a newer one', async () => {
    const late: (() => void)[] = [];
    let isSlow = true;
    house = await startHouse({}, async (request, next) => {
      const answer = await next(request);
      if (isSlow && request.url.endsWith('getUserInfo'))
        await new Promise<void>((resolve) => late.push(resolve));
      return answer;
    });
    await house.signIn({ siteUID: 'u', providers: both });
    const page = await show();
    await vi.waitFor(() => expect(late.length).toBe(2), 5000);
    isSlow = false;
    await house.signed('socialize.removeConnection', { UID: 'u', provider: 'github' });
    await act(() => hooks().connections.refresh());
    expect(page()).toBe('signed-in facebook');
    await act(async () => {
      for (const answer of late) answer();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect(renders).not.toContain('signed-in facebook github');
    expect(page()).toBe('signed-in facebook');
  });
});
