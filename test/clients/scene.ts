import { generateKeyPairSync } from 'node:crypto';
import { secret, startHouse, type Answer, type House } from '../support/house.ts';
import type { Credentials, Wire } from './wire.ts';

// A site with keys of each kind, two people, and a way to send what a client would.

/** The secret of the user key. */
export const userSecret = Buffer.from('a user key of this site, 32 byte').toString('base64');

/** The RSA user key's pair, as PEM. */
export const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** A site, and what its clients know of it. */
export interface Scene {
  house: House;
  who(given?: Partial<Credentials>): Credentials;
  providers(uid: string): Promise<unknown[]>;
}

/** Opens a site whose clients prefix its host name. */
export const openScene = async (site: Parameters<typeof startHouse>[0] = {}): Promise<Scene> => {
  // Names of user keys are unique among sites here, so that some clients need name no site.
  const house = await startHouse({
    userKeys: [
      { userKey: 'AKsecret', secret: userSecret, permissions: ['*'] },
      { userKey: 'AKrsa', publicKey: pair.publicKey, permissions: ['*'] },
    ],
    ...site,
  });
  for (const siteUID of ['u', 'v'])
    await house.signIn({
      siteUID,
      providers: { facebook: { providerUID: siteUID }, linkedin: { providerUID: siteUID } },
      userInfo: { nickname: 'Ådä' },
      elsewhere: true,
    });
  let count = 0;
  return {
    house,
    who: (given = {}) => ({
      apiKey: house.apiKey,
      secret,
      now: Date.now() + (count += 1),
      random: String(Math.floor(Math.random() * 1e9)),
      ...given,
    }),
    async providers(uid) {
      const rows = await house.database.query(
        `select provider from outro.identities join outro.accounts on accounts.id = account_id
         where identities.site = $1 and uid = $2 and identities.state = 'linked' order by 1`,
        [house.apiKey, uid],
      );
      return rows.map(({ provider }) => provider);
    },
  };
};

/** Sends a request as it is. */
export const deliver = async (
  { handler }: Pick<House, 'handler'>,
  { method, url, headers, body }: Wire,
): Promise<{ response: Response; text: string; answer: Answer }> => {
  const response = await handler(
    new Request(url, { method, headers, ...(body !== undefined && { body }) }),
  );
  const text = await response.text();
  return { response, text, answer: JSON.parse(text) as Answer };
};
