import * as z from 'zod';
import { configurationOf, eventsWanted, type Transmitter } from '../config/transmitter-settings.ts';
import type { Outbound, OutboundAnswer } from './guarded-fetch.ts';
import type { TransmitterConfiguration, Transmitters } from './transmitters.ts';

/** How a stream's events come, as transmitters call it: pushed (RFC 8935), or fetched (RFC 8936). */
export const deliveryMethods = {
  push: 'urn:ietf:rfc:8935',
  poll: 'urn:ietf:rfc:8936',
} as const satisfies Record<Transmitter['delivery'], string>;

/** A stream of events, as its transmitter has it. */
export interface Stream {
  id: string;
  audience: string[];
  method: string;
  /** Where events are pushed to, or fetched from. */
  endpointUrl: string | undefined;
  /** Types of the events that it will tell. */
  delivered: string[];
}

/** The stream by which a transmitter tells a site of a provider's people. */
export interface StreamOf {
  transmitter: Transmitter;
  /** What the stream is known by at the transmitter, for people and for us. */
  description: string;
  /** Where it pushes to. */
  address: string;
}

/** What can be asked of transmitters about streams; each rejects with an Error in words. */
export interface Streams {
  /** What the transmitter says of itself. */
  configuration(of: StreamOf): Promise<TransmitterConfiguration>;
  /** The stream that is there already. */
  find(of: StreamOf): Promise<Stream | undefined>;
  /** Sets it up, or makes the one that is there what the site wants. */
  setUp(of: StreamOf): Promise<Stream>;
  remove(of: StreamOf, id: string): Promise<void>;
  /** `enabled`, `paused` or `disabled`, and why; absent where the transmitter does not tell. */
  status(of: StreamOf, id: string): Promise<{ status: string; reason?: string } | undefined>;
  /** Has it send a verification event, which carries `state`. */
  requestVerification(of: StreamOf, id: string, state: string): Promise<void>;
  /** Posts to where events are fetched, with the token that opens it. */
  fetch(of: StreamOf, url: string, body: object): Promise<OutboundAnswer>;
}

// Milliseconds.
const limit = 10_000;

// Seconds before its end that a token is no longer used.
const margin = 30;

const streamSchema = z.object({
  stream_id: z.string().min(1),
  iss: z.string(),
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  delivery: z.object({ method: z.string(), endpoint_url: z.string().optional() }),
  events_delivered: z.array(z.string()).default([]),
  description: z.string().optional(),
});

type StreamOnWire = z.output<typeof streamSchema>;

const statusSchema = z.object({ status: z.string(), reason: z.string().optional() });

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().default(300),
});

const parseAs = <Schema extends z.ZodType>(
  schema: Schema,
  { status, body }: OutboundAnswer,
  what: string,
): z.output<Schema> => {
  if (status < 200 || status > 299) throw new Error(`${what} answered ${status}`);
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new Error(`${what} answered what is no such thing`);
  }
};

/** Makes the function that opens what is behind a transmitter's authorization. */
const createOpener = (outbound: Outbound) => {
  const kept = new Map<Transmitter, { text: string; until: number }>();
  const tokenOf = async (transmitter: Transmitter): Promise<string | undefined> => {
    const { token } = transmitter;
    if (typeof token !== 'object') return token;
    const known = kept.get(transmitter);
    if (known && known.until > Date.now()) return known.text;
    const pair = [token.clientId, token.clientSecret].map(encodeURIComponent).join(':');
    const answer = await outbound(
      token.url,
      {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(pair)}`, Accept: 'application/json' },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: token.scope }),
      },
      limit,
    );
    const given = parseAs(tokenSchema, answer, "the transmitter's token endpoint");
    const until = Date.now() + (given.expires_in - margin) * 1000;
    kept.set(transmitter, { text: given.access_token, until });
    return given.access_token;
  };
  return async (
    transmitter: Transmitter,
    url: string,
    method: string,
    json?: object,
  ): Promise<OutboundAnswer> => {
    const attempt = async (): Promise<OutboundAnswer> => {
      const token = await tokenOf(transmitter);
      const headers = {
        Accept: 'application/json',
        'User-Agent': 'outro',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(json && { 'Content-Type': 'application/json' }),
      };
      return outbound(url, { method, headers, ...(json && { body: JSON.stringify(json) }) }, limit);
    };
    const answer = await attempt();
    // It may have been taken back before its time.
    return answer.status === 401 && kept.delete(transmitter) ? attempt() : answer;
  };
};

const endpoint = (url: string | undefined, name: string): string => {
  if (url === undefined)
    throw new Error(`the transmitter's document names no ${name}: set the stream up there by hand`);
  return url;
};

const read = (found: StreamOnWire, issuer: string): Stream => {
  // What somebody else signs would come on it.
  if (found.iss !== issuer)
    throw new Error(`the stream's iss: expected ${issuer}, which the transmitter is`);
  return {
    id: found.stream_id,
    audience: found.aud,
    method: found.delivery.method,
    endpointUrl: found.delivery.endpoint_url,
    delivered: found.events_delivered,
  };
};

const withId = (url: string, id: string): string => {
  const full = new URL(url);
  full.searchParams.set('stream_id', id);
  return full.href;
};

const wantedOf = ({ transmitter, description, address }: StreamOf): object => ({
  events_requested: eventsWanted(transmitter),
  description,
  delivery: {
    method: deliveryMethods[transmitter.delivery],
    ...(transmitter.delivery === 'push' && {
      endpoint_url: address,
      ...(transmitter.authorization && { authorization_header: transmitter.authorization }),
    }),
  },
});

const isOurs = ({ description, address, transmitter }: StreamOf) => {
  const method = deliveryMethods[transmitter.delivery];
  return (one: StreamOnWire): boolean =>
    one.delivery.endpoint_url === address ||
    (one.description === description && one.delivery.method === method);
};

/**
 * Makes what asks transmitters about streams.
 *
 * @see OpenID Shared Signals Framework 1.0 section 8
 */
export const createStreams = (outbound: Outbound, transmitters: Transmitters): Streams => {
  const open = createOpener(outbound);
  const configuration: Streams['configuration'] = ({ transmitter }) =>
    transmitters({ configuration: configurationOf(transmitter), issuer: transmitter.issuer });
  const list = async (of: StreamOf): Promise<StreamOnWire[]> => {
    const { configurationEndpoint } = await configuration(of);
    const url = endpoint(configurationEndpoint, 'configuration_endpoint');
    const answer = await open(of.transmitter, url, 'GET');
    if (answer.status === 404) return [];
    // Before 1.0 it was the stream itself.
    const schema = z.union([z.array(streamSchema), streamSchema.transform((one) => [one])]);
    return parseAs(schema, answer, "the transmitter's configuration endpoint");
  };
  const find: Streams['find'] = async (of) => {
    const all = await list(of);
    // One that somebody has set up by hand; of pushes, the only one may be another receiver's.
    const [only] = all.length === 1 && of.transmitter.delivery === 'poll' ? all : [];
    const found = all.find(isOurs(of)) ?? only;
    return found && read(found, of.transmitter.issuer);
  };
  return {
    configuration,
    find,
    async setUp(of) {
      const { configurationEndpoint } = await configuration(of);
      const url = endpoint(configurationEndpoint, 'configuration_endpoint');
      const what = "the transmitter's configuration endpoint";
      const known = await find(of);
      // Replaced as a whole: what was asked for before is not added to.
      const answer = known
        ? await open(of.transmitter, url, 'PUT', { stream_id: known.id, ...wantedOf(of) })
        : await open(of.transmitter, url, 'POST', wantedOf(of));
      if (answer.status === 409)
        throw new Error(
          `${what}: it has one stream and no more, which is somebody else's; end that`,
        );
      return read(parseAs(streamSchema, answer, what), of.transmitter.issuer);
    },
    async remove(of, id) {
      const { configurationEndpoint } = await configuration(of);
      const url = endpoint(configurationEndpoint, 'configuration_endpoint');
      const { status } = await open(of.transmitter, withId(url, id), 'DELETE');
      if (status !== 204 && status !== 200 && status !== 404)
        throw new Error(`the transmitter's configuration endpoint answered ${status}`);
    },
    async status(of, id) {
      const { statusEndpoint } = await configuration(of);
      if (statusEndpoint === undefined) return undefined;
      const answer = await open(of.transmitter, withId(statusEndpoint, id), 'GET');
      return parseAs(statusSchema, answer, "the transmitter's status endpoint") as {
        status: string;
        reason?: string;
      };
    },
    async requestVerification(of, id, state) {
      const { verificationEndpoint } = await configuration(of);
      const url = endpoint(verificationEndpoint, 'verification_endpoint');
      const { status } = await open(of.transmitter, url, 'POST', { stream_id: id, state });
      if (status !== 204 && status !== 200)
        throw new Error(`the transmitter's verification endpoint answered ${status}`);
    },
    fetch: (of, url, body) => open(of.transmitter, url, 'POST', body),
  };
};
