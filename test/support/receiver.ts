import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { ChangeEvent } from 'outro/server';
import { startHouse, type House } from './house.ts';
import { listen } from './revocation.ts';

// What tests of webhooks share: a receiver as a site would have one, and a house that tells it.

/** A message as it arrived. */
export interface Arrived {
  headers: Record<string, string>;
  body: string;
  event: ChangeEvent;
}

/** How a receiver answers; it may do so in any way that HTTP has. */
export type Answer = (response: ServerResponse, arrived: Arrived) => void;

/** A receiver that keeps everything that arrives. */
export interface Receiver {
  url: string;
  arrived: Arrived[];
  answer: Answer;
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const read = async (request: IncomingMessage): Promise<Arrived> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return {
    headers: request.headers as Record<string, string>,
    body,
    // Whoever only looks sends none.
    event: JSON.parse(body || '{}') as ChangeEvent,
  };
};

/** Starts a receiver that takes everything. */
export const startReceiver = async (path = '/hooks'): Promise<Receiver> => {
  const receiver: Receiver = {
    url: '',
    arrived: [],
    answer: (response) => void response.writeHead(204).end(),
  };
  const { origin } = await listen((request, response) => {
    const take = async (): Promise<void> => {
      const arrived = await read(request);
      receiver.arrived.push(arrived);
      receiver.answer(response, arrived);
    };
    void take();
  });
  receiver.url = origin + path;
  return receiver;
};

type Site = NonNullable<Parameters<typeof startHouse>[0]>;

/** A house whose site is told at these receivers. */
export const openTold = (
  receivers: { url: string }[],
  secrets: string[],
  site: Site & { types?: never } = {},
  types?: NonNullable<Site['webhooks']>[number]['types'],
): Promise<House> =>
  startHouse(
    {
      webhooks: receivers.map(({ url }) => ({ url, secrets, ...(types && { types }) })),
      ...site,
    },
    undefined,
    { allowPrivateProviders: true },
  );

/** Someone with two connections. */
export const enter = (house: House, siteUID = 'u', more: Record<string, string> = {}) =>
  house.signed('socialize.notifyLogin', {
    siteUID,
    providerSessions: JSON.stringify({
      facebook: { providerUID: `f-${siteUID}` },
      github: { providerUID: `g-${siteUID}` },
    }),
    openedBy: 'facebook',
    ...more,
  });

/** The deliveries that a site is owed, oldest first. */
export const deliveries = (house: House) =>
  house.database.query(
    `select state, attempts, reason, destination, next_at from outro.errands
     where site = $1 and kind = 'webhook' order by place`,
    [house.apiKey],
  );
