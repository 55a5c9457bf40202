// What one tab of a site does, the others hear: same key, same origin, no network.
import { Window } from 'happy-dom';
import { createClient, type Client } from 'outro';
import { describe, expect, it, vi } from 'vitest';
import { echoing } from '../../support/echoing.ts';
import { settle } from '../../support/settle.ts';

let count = 0;

/** A tab with a client of its own; `key` is the site's. */
const openTab = (key: string, answer: object = { errorCode: 0, user: { UID: 'u' } }) => {
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = `glt_${key}=token; path=/`;
  const client = createClient({
    apiKey: key,
    apiDomain: 'outro.example',
    fetch: echoing(async () => Response.json(answer)),
    document: window.document as unknown as Document,
    live: false,
  });
  const heard: object[] = [];
  client.on('logout', (event) => heard.push(event));
  client.on('connectionRemoved', (event) => heard.push(event));
  return { client, heard };
};

const freshKey = (): string => `key-${(count += 1)}`;

const hears = async (act: (client: Client) => Promise<unknown>) => {
  const key = freshKey();
  const [here, there, elsewhere] = [openTab(key), openTab(key), openTab(freshKey())];
  // Tabs listen through a part that is loaded for them.
  await settle(200);
  await act(here.client).catch(() => {});
  await settle(200);
  return { here: here.heard, there: there.heard, elsewhere: elsewhere.heard };
};

describe('the tabs of a site', () => {
  it('all hear of a logout once; the one that did it knows it as its own', async () => {
    const { here, there, elsewhere } = await hears((client) =>
      client.logout({ context: { n: 1 } }),
    );
    expect(here).toEqual([expect.objectContaining({ eventName: 'logout', context: { n: 1 } })]);
    expect(here[0]).not.toHaveProperty('remote');
    expect(there).toEqual([
      expect.objectContaining({
        eventName: 'logout',
        context: null,
        remote: true,
        // The other tab has not heard from the backend yet.
        receipt: [expect.objectContaining({ step: 'session', status: 'asked' })],
      }),
    ]);
    expect(elsewhere).toEqual([]);
  });

  it('hear which provider was disconnected, and the user as it is now', async () => {
    const { there } = await hears((client) => client.removeConnection({ provider: 'facebook' }));
    expect(there).toEqual([
      expect.objectContaining({
        eventName: 'connectionRemoved',
        provider: 'facebook',
        remote: true,
        user: expect.objectContaining({ UID: 'u' }) as object,
      }),
    ]);
  });

  it('hear nothing of a refused call', async () => {
    const key = freshKey();
    const [here, there] = [openTab(key, { errorCode: 400030, errorMessage: 'no' }), openTab(key)];
    await settle(200);
    await expect(here.client.removeConnection()).rejects.toThrow();
    await settle(200);
    expect([here.heard, there.heard]).toEqual([[], []]);
  });

  it('do without each other where the browser has no channel', async () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const { here, there } = await hears((client) => client.logout());
    vi.unstubAllGlobals();
    expect(here).toHaveLength(1);
    expect(there).toEqual([]);
  });
});
