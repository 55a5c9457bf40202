// Webhooks of providers' own kinds: each sent as the provider sends it.
import { describe, expect, it, vi } from 'vitest';
import type { House } from '../support/house.ts';
import {
  expectRefusal,
  identities,
  lastEntry,
  liveSessions,
  now,
  openHouse,
  signInWith,
  told,
} from '../support/inbound.ts';
import { providerOf, send, senders, type Message, type Sender } from '../support/webhooks.ts';

const all = Object.entries(senders);

const openWith = async (name: string, { settings, person }: Sender): Promise<House> => {
  const provider = providerOf(name);
  const house = await openHouse({ [provider]: settings });
  await signInWith(house, provider, { providerUID: person, nickname: 'Ada' });
  return house;
};

describe.each(all)('%s', (name, sender) => {
  const provider = providerOf(name);
  const open = () => openWith(name, sender);

  it('removes the connection, softly, once; the same message again changes nothing', async () => {
    const house = await open();
    const message = sender.make();
    const response = await send(house, message);
    expect([response.status, await response.text()]).toEqual([sender.status, sender.answer ?? '']);
    expect(await identities(house)).toEqual([]);
    expect(await liveSessions(house)).toBe(0);
    expect(await lastEntry(house)).toMatchObject({ actor: 'provider', provider });
    expect(await told(house)).toMatchObject([{ name: 'connectionRemoved' }, { name: 'logout' }]);
    const before = await house.rows();
    const again = await send(house, message);
    expect([again.status, await again.text()]).toEqual([sender.status, sender.answer ?? '']);
    expect(await house.rows()).toEqual(before);
  });

  it('the last way in stays as a mapping, also when our own revocation comes back', async () => {
    const house = await openHouse({ [provider]: sender.settings });
    await signInWith(house, provider, { providerUID: sender.person }, { loginIDs: [] });
    for (let count = 0; count < 2; count += 1) {
      expect((await send(house, sender.make())).status).toBe(sender.status);
      expect(await identities(house)).toMatchObject([{ state: 'mapping', profile: null }]);
    }
  });

  it('forged: 401, and nothing changes', async () => {
    const house = await open();
    await expectRefusal(
      house,
      () => send(house, sender.make({ secret: 'another-secret' })),
      401,
      /^proof: /,
    );
    const { path, body } = sender.make();
    const bare: Message = {
      path: path.split(/[?]|(?<=webhook)\//)[0] ?? '',
      body: body ?? `app_id=77&user_id=${sender.person}`,
    };
    if (provider !== 'naver') await expectRefusal(house, () => send(house, bare), 401, /^proof: /);
  });

  it('about somebody else, or another event: heard, and nothing changes', async () => {
    const house = await open();
    const before = await house.rows();
    expect((await send(house, sender.make({ person: '99' }))).status).toBe(sender.status);
    // Those of Kakao and Naver tell of one event only.
    if (!/^(kakao|naver)/.test(name))
      expect((await send(house, sender.make({ other: true }))).status).toBe(sender.status);
    expect(await house.rows()).toEqual(before);
  });

  it('our store fails: 500, and the same message counts when it comes again', async () => {
    const house = await open();
    const message = sender.make();
    const failing = vi
      .spyOn(house.database.store.people, 'update')
      .mockRejectedValueOnce(new Error('connection lost'));
    const response = await send(house, message);
    failing.mockRestore();
    expect(response.status).toBe(500);
    expect((await send(house, message)).status).toBe(sender.status);
    expect(await identities(house)).toEqual([]);
  });
});

it.each(all.filter(([, { isTimed }]) => isTimed))(
  '%s, sent too long ago or in the future: 400, and nothing changes',
  async (name, sender) => {
    const house = await openWith(name, sender);
    for (const sentAt of [now() - 400, now() + 400])
      await expectRefusal(house, () => send(house, sender.make({ sentAt })), 400, /^timestamp: /);
  },
);

it.each(all.filter(([, { isAddressed }]) => isAddressed))(
  '%s, for another app: 400, and nothing changes',
  async (name, sender) => {
    const house = await openWith(name, sender);
    const message = sender.make({ addressee: '100' });
    await expectRefusal(house, () => send(house, message), 400, /expected that of this site$/);
  },
);

it.each(all.filter(([, { isDated }]) => isDated))(
  '%s, from before the present connection: heard, and nothing changes',
  async (name, sender) => {
    const house = await openWith(name, sender);
    expect((await send(house, sender.make({ at: now() - 200 }))).status).toBe(sender.status);
    expect(await identities(house)).toMatchObject([{ state: 'linked' }]);
  },
);
