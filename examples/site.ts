import { createHmac } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite, type SitesConfiguration, type Store } from 'outro/server';

/** Where an example is: the shop's pages on one port, a network to sign in with on the next, outro on the one after. */
export interface Place {
  port: number;
  /** Origin of the shop. */
  shop: string;
  network: string;
  /** Public address of the outro backend. */
  outro: string;
}

/** The site key that all examples use. */
export const apiKey = 'example-shop';

/** The examples have nobody to keep secrets from; a real site makes its own with `openssl rand -base64 32`. */
export const secretFor = (purpose: string): string =>
  createHmac('sha256', 'outro examples').update(purpose).digest('base64');

/** Who the network stands in for. */
export const provider = 'facebook';

/**
 * Finds the place of this process.
 *
 * @param mount path under which the shop's own server has outro; without one, outro has an origin of its own.
 */
export const findPlace = (mount?: string): Place => {
  const port = Number(process.env['PORT'] ?? 3000);
  const origin = (offset: number): string => `http://localhost:${port + offset}`;
  const outro = mount === undefined ? origin(2) : origin(0) + mount;
  return { port, shop: origin(0), network: origin(1), outro };
};

/** What the backend is told about the shop: the same as `outro serve --config` reads. */
export const configure = ({ shop, network, outro }: Place): SitesConfiguration => {
  const end = new URL('/session/end', network);
  end.searchParams.set('client_id', 'shop');
  end.searchParams.set('post_logout_redirect_uri', `${shop}/signed-out`);
  const clientSecret = secretFor(provider);
  return {
    sites: [
      {
        apiKey,
        secret: secretFor('site'),
        publicUrl: outro,
        origins: [shop],
        providers: {
          [provider]: {
            clientId: 'shop',
            clientSecret,
            logout: { by: 'frame', url: end.href },
            revoke: {
              by: 'request',
              method: 'POST',
              url: `${network}/token/revocation`,
              authorization: 'basic',
              form: { token: '{token}' },
              removes: 'grant',
            },
          },
        },
      },
    ],
    encryptionKeys: [{ id: 'example', key: secretFor('encryption') }],
    // The network is on this machine.
    allowPrivateProviders: true,
  };
};

/** A database in memory, for as long as the process lives. */
export const openStore = async (): Promise<Store> => fromPglite(await PGlite.create());
