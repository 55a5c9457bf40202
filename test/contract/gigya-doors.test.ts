// `outro doctor --gigya`: each door is asked as clients written for the vendor would.
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/operate/doctor.ts';
import { secret, startHouse } from '../support/house.ts';
import { createVendorSessions } from '../support/vendor-sessions.ts';

const open = async (others: (url: URL) => Response | undefined = () => undefined) => {
  const cloud = await createVendorSessions('3_vendor');
  const gigya = { apiKey: '3_vendor', domain: 'us1.gigya.com', tradesSessions: true };
  const script = { 'outro.js': 'window.onGigyaServiceReady' };
  const house = await startHouse({ sources: { gigya } }, undefined, { script });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.host === 'accounts.us1.gigya.com') return cloud.fetch(request);
    return others(url) ?? house.handler(request);
  };
  const look = async (vendorKey = '3_vendor') => {
    const site = {
      apiKey: house.apiKey,
      secret,
      publicUrl: 'https://outro.example',
      sources: { gigya: { ...gigya, apiKey: vendorKey } },
    };
    const found = await examine(
      {
        sites: [site],
        encryptionKeys: [{ id: 'test', key: secret }],
        allowPrivateProviders: true,
        store: house.database.store,
        fetch,
      },
      { gigya: true },
    );
    return Object.fromEntries(
      found
        .filter(({ about }) => about.endsWith(` for ${house.apiKey}`))
        .map(({ about, level, found: text }) => [`${about.split(' ')[0]} ${text}`, level]),
    );
  };
  return look;
};

describe('doctor --gigya', () => {
  it('says of each name that it leads here, and that the vendor shows its keys', async () => {
    const understood = 'a request signed as the SDKs sign is understood';
    expect(await (await open())()).toEqual({
      [`socialize.outro.example ${understood}`]: 'fine',
      [`accounts.outro.example ${understood}`]: 'fine',
      [`outro.example ${understood}`]: 'fine',
      'cdns.outro.example the script is there': 'fine',
      'outro.example the script is there': 'fine',
      "accounts.us1.gigya.com the vendor's keys for exchangeIdToken are there": 'fine',
    });
  });

  it('says which name leads elsewhere, or nowhere, and that the vendor knows no such site', async () => {
    const look = await open((url) => {
      if (url.host.startsWith('socialize.')) return new Response('<html>parked</html>');
      if (url.host.startsWith('cdns.')) throw new TypeError('getaddrinfo ENOTFOUND');
      return undefined;
    });
    const found = await look('3_unknown');
    expect(Object.entries(found).filter(([, level]) => level === 'fault')).toEqual([
      ['socialize.outro.example answered 200, and not as this backend does', 'fault'],
      ['cdns.outro.example not reachable: getaddrinfo ENOTFOUND', 'fault'],
      [expect.stringMatching(/^accounts\.us1\.gigya\.com the vendor's keys could not/), 'fault'],
    ]);
  });
});
