import { startHouse, type Answer, type House } from './house.ts';

// What tests of authorization share: a site with user keys, a person with two identities, plain requests.

export const method = 'socialize.removeConnection';
export const url = `https://outro.example/${method}`;
export const userSecret = Buffer.from('a user key of this site, 32 byte').toString('base64');
export const userKeys = [
  {
    userKey: 'AKuserKey01',
    secret: userSecret,
    permissions: ['socialize.getUserInfo', 'socialize.exchangeUIDSignature'],
  },
  { userKey: 'AKall', secret: userSecret, permissions: ['*'] },
];

export const open = async (): Promise<House> => {
  const house = await startHouse({ userKeys });
  await house.signIn({
    siteUID: 'u',
    providers: { facebook: { providerUID: 'f' }, linkedin: { providerUID: 'l' } },
    elsewhere: true,
  });
  return house;
};

export const send = async (house: House, init: RequestInit & { url?: string }): Promise<Answer> => {
  const response = await house.handler(new Request(init.url ?? url, { method: 'POST', ...init }));
  return (await response.json()) as Answer;
};

export const form = (house: House, params: Record<string, string>) =>
  new URLSearchParams({ apiKey: house.apiKey, UID: 'u', ...params });
