import { randomUUID } from 'node:crypto';
import { startHouse, type House } from './house.ts';
import { openIssuer, now, type Issuer } from './inbound.ts';

// A transmitter of shared signals as OpenID Shared Signals Framework 1.0 has it, apart from our own code: its document, its
// streams behind an OAuth token, verification, and events to push or to be fetched (RFC 8935, RFC 8936).

export const issuer = 'https://signals.example/tenant';
const base = 'https://signals.example';
export const loginIssuer = 'https://login.example';

const types = 'https://schemas.openid.net/secevent/';
export const caep = (name: string): string => `${types}caep/event-type/${name}`;
export const risc = (name: string): string => `${types}risc/event-type/${name}`;
export const ssf = (name: string): string => `${types}ssf/event-type/${name}`;

export const issSub = (sub: unknown, iss = loginIssuer) => ({ format: 'iss_sub', iss, sub });
export const email = (address: string) => ({ format: 'email', email: address });
export const opaque = (id: string) => ({ format: 'opaque', id });

interface StreamAtTransmitter {
  stream_id: string;
  iss: string;
  aud: string;
  delivery: { method: string; endpoint_url?: string; authorization_header?: string };
  events_requested?: string[];
  events_delivered: string[];
  description?: string;
}

export interface Transmitter {
  keys: Issuer;
  /** The internet, with this transmitter and the provider in it; loopback is as it is. */
  fetch: typeof globalThis.fetch;
  streams: Map<string, StreamAtTransmitter>;
  /** Events that wait to be fetched, by their ids. */
  waiting: Map<string, string>;
  /** What each fetch said. */
  polls: { ack?: string[]; setErrs?: Record<string, { err: string }>; maxEvents?: number }[];
  status: { status: string; reason?: string };
  /** Which token opens the management, and how often one was given. */
  opens: { token: string; given: number };
  /** How something of it answers instead. */
  instead: Map<string, () => Response | Promise<Response>>;
  /** A token about one event, by the specification; `claims` changes it. */
  token(
    type: string,
    subject: unknown,
    event?: object,
    claims?: object,
    header?: Record<string, unknown>,
  ): Promise<string>;
  /** Has an event wait to be fetched. */
  wait(token: string, jti?: string): void;
  /** Where it pushes to. */
  house: House | undefined;
  /** What its houses said that somebody has to put right. */
  mends: string[];
}

const document = {
  spec_version: '1_0',
  issuer,
  jwks_uri: `${base}/keys`,
  delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
  configuration_endpoint: `${base}/streams`,
  status_endpoint: `${base}/status`,
  verification_endpoint: `${base}/verify`,
  critical_subject_members: ['user', 'group'],
  authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
};

/** Pushes a token as RFC 8935 says. */
export const push = (
  house: House,
  token: string,
  headers: Record<string, string> = {},
  path = 'oidc-acme/security-event',
): Promise<Response> =>
  house.handler(
    new Request(`https://outro.example/inbound/${house.apiKey}/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/secevent+jwt',
        Accept: 'application/json',
        ...headers,
      },
      body: token,
    }),
  );

export const openTransmitter = async (): Promise<Transmitter> => {
  const keys = await openIssuer();
  keys.documents.set(`${base}/keys`, keys.documents.get(`${loginIssuer}/keys`));
  keys.documents.set(`${base}/.well-known/ssf-configuration/tenant`, document);
  const verify = async ({ stream_id, state }: { stream_id: string; state?: string }) => {
    const stream = one.streams.get(stream_id);
    if (!stream) return new Response(null, { status: 404 });
    const event = state === undefined ? {} : { state };
    const token = await one.token(ssf('verification'), opaque(stream_id), event);
    if (stream.delivery.method.endsWith('8936')) one.wait(token);
    else if (one.house) {
      const { authorization_header: Authorization } = stream.delivery;
      const answer = await push(one.house, token, Authorization ? { Authorization } : {});
      if (answer.status !== 202) throw new Error(await answer.text());
    }
    return new Response(null, { status: 204 });
  };
  const setUp = (asked: Partial<StreamAtTransmitter>, id: string): Response => {
    const method = asked.delivery?.method ?? 'urn:ietf:rfc:8936';
    const stream: StreamAtTransmitter = {
      ...asked,
      stream_id: id,
      iss: issuer,
      aud: 'shop',
      delivery: {
        ...asked.delivery,
        method,
        ...(method.endsWith('8936') && { endpoint_url: `${base}/poll/${id}` }),
      },
      events_delivered: asked.events_requested ?? [],
    };
    one.streams.set(id, stream);
    return Response.json(stream, { status: 201 });
  };
  const poll = (asked: Transmitter['polls'][number]): Response => {
    one.polls.push(asked);
    for (const jti of [...(asked.ack ?? []), ...Object.keys(asked.setErrs ?? {})])
      one.waiting.delete(jti);
    const all = [...one.waiting];
    const sets = Object.fromEntries(all.slice(0, asked.maxEvents ?? all.length));
    return Response.json({ sets, moreAvailable: all.length > Object.keys(sets).length });
  };
  const manage = async (request: Request, url: URL): Promise<Response> => {
    if (request.headers.get('authorization') !== `Bearer ${one.opens.token}`)
      return new Response(null, { status: 401 });
    const asked =
      request.method === 'GET' || request.method === 'DELETE' ? {} : await request.json();
    const id = url.searchParams.get('stream_id') ?? '';
    if (url.pathname.startsWith('/poll/')) return poll(asked as Transmitter['polls'][number]);
    if (url.pathname === '/verify') return verify(asked as { stream_id: string });
    if (url.pathname === '/status') return Response.json({ stream_id: id, ...one.status });
    const { stream_id = randomUUID(), ...rest } = asked as Partial<StreamAtTransmitter>;
    if (request.method === 'POST' || request.method === 'PUT') return setUp(rest, stream_id);
    if (request.method === 'DELETE')
      return new Response(null, { status: one.streams.delete(id) ? 204 : 404 });
    return Response.json([...one.streams.values()]);
  };
  const grant = (request: Request): Response => {
    const isRight = request.headers.get('authorization') === `Basic ${btoa('receiver:a%20secret')}`;
    if (!isRight) return new Response(null, { status: 401 });
    one.opens = { token: `token ${one.opens.given + 1}`, given: one.opens.given + 1 };
    return Response.json({ access_token: one.opens.token, expires_in: 3600 });
  };
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.hostname === '127.0.0.1') return fetch(request);
    const instead = one.instead.get(url.pathname);
    if (instead) return instead();
    if (url.origin === base && url.pathname === '/token') return grant(request);
    if (url.origin === base && !keys.documents.has(url.href)) return manage(request, url);
    return keys.fetch(request.url);
  };
  const one: Transmitter = {
    keys,
    streams: new Map(),
    waiting: new Map(),
    polls: [],
    status: { status: 'enabled' },
    opens: { token: 'a fixed token', given: 0 },
    instead: new Map(),
    house: undefined,
    mends: [],
    fetch: (input, init) => answer(new Request(input, init)),
    token: (type, subject, event = {}, claims = {}, header = {}) =>
      keys.sign(
        {
          iss: issuer,
          aud: 'shop',
          iat: now(),
          jti: randomUUID(),
          txn: randomUUID(),
          sub_id: subject,
          events: { [type]: { reason_admin: { en: 'a test' }, ...event } },
          ...claims,
        },
        { typ: 'secevent+jwt', ...header },
      ),
    wait: (token, jti = JSON.parse(atob(token.split('.')[1] ?? '')).jti as string) =>
      void one.waiting.set(jti, token),
  };
  return one;
};

/** A house whose provider `oidc-acme` has this transmitter. */
export const openHeard = async (
  transmitter: Transmitter,
  settings: object = {},
  site: object = {},
): Promise<House> => {
  const acme = { clientId: 'shop', issuer: loginIssuer, transmitter: { issuer, ...settings } };
  const house = await startHouse(
    { providers: { 'oidc-acme': acme, github: {} }, ...site },
    undefined,
    {
      fetch: transmitter.fetch,
      allowPrivateProviders: true,
      logError: () => {},
      logMend: (entry) => void transmitter.mends.push(entry.reason),
    },
  );
  transmitter.house = house;
  return house;
};
