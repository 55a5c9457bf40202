import { expect } from 'vitest';
import type { Departure } from '../../src/core/receipt.ts';
import { startHouse, type House } from './house.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { createWalker, type Walker } from './walker.ts';

/** Origin of the backend. */
export const origin = 'https://outro.example';

/** Leaves a provider by a form, in which the ID token stands in no address. */
export const byForm = {
  by: 'visit',
  url: '{endSessionEndpoint}',
  parameters: {
    id_token_hint: '{idToken}',
    client_id: '{clientId}',
    post_logout_redirect_uri: '{returnUrl}',
    state: '{state}',
  },
  method: 'POST',
  needs: ['endSessionEndpoint'],
};

/** A trip that can be gone. */
export interface Trip {
  house: House;
  walker: Walker;
  providers: TestProvider[];
  departures: Departure[];
  /** Address and token of the trip. */
  url: string;
  token: string;
}

/**
 * Signs Ada in at real providers and at the site, logs her out there and gives the trip she may go on.
 *
 * @param tells the providers tell our backend of ended sessions, by back-channel logout.
 * @param answer of the person, where a provider asks whether to sign out.
 * @param settings of each provider at the site, besides client and issuer.
 */
export const prepare = async ({
  count = 2,
  takesForms = true,
  tells = false,
  answer = 'yes',
  settings = { logout: byForm },
  site = {},
}: {
  count?: number;
  takesForms?: boolean;
  tells?: boolean;
  answer?: 'yes' | 'no';
  settings?: object;
  site?: Parameters<typeof startHouse>[0];
} = {}): Promise<Trip> => {
  const ids = ['oidc-one', 'oidc-two', 'oidc-three'].slice(0, count);
  let house: House | undefined;
  const tell = (id: string) => async (request: Request) =>
    house
      ? house.handler(new Request(`${origin}/inbound/${house.apiKey}/${id}/logout-token`, request))
      : expect.fail('told before there was a backend');
  const providers = await Promise.all(
    ids.map((id) => startProvider(takesForms, tells ? tell(id) : undefined, answer)),
  );
  const configured = ids.map((id, index): [string, object] => [
    id,
    { clientId: 'shop', issuer: providers[index]?.issuer, ...settings },
  ]);
  house = await startHouse({ providers: Object.fromEntries(configured), ...site }, undefined, {
    allowPrivateProviders: true,
  });
  const walker = createWalker({ [origin]: house.handler });
  const sessions = await Promise.all(providers.map((one) => one.signIn(walker)));
  const { cookieValue } = await house.signIn({
    siteUID: 'ada',
    providers: Object.fromEntries(ids.map((id, index) => [id, sessions[index] ?? {}])),
  });
  const left = await house.post('socialize.logout', { login_token: String(cookieValue) });
  const departures = left['departures'] as Departure[];
  const [way] = departures[0]?.ways ?? [];
  const url = way && 'url' in way ? way.url : expect.fail(JSON.stringify(left));
  return { house, walker, providers, departures, url, token: url.split('/').at(-1) ?? '' };
};

/** Asks how the trip stands. */
export const ask = ({ house, token }: Trip, departure = token) =>
  house.post('socialize.getDeparture', { departure });

/** The status of each stop. */
export const statuses = async (trip: Trip) => {
  const { receipt } = (await ask(trip)) as unknown as { receipt: { status: string }[] };
  return receipt.map(({ status }) => status);
};

/** Where the person is still signed in, as fresh visits show. */
export const signedIn = ({ providers, walker }: Trip) =>
  Promise.all(providers.map((one) => one.isSignedIn(walker)));
