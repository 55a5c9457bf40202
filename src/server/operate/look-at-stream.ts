import { eventsWanted } from '../config/transmitter-settings.ts';
import type { Outbound } from '../outbound/guarded-fetch.ts';
import type { SiteStream } from '../outbound/streams-of.ts';
import { createStreams, deliveryMethods, type Stream, type Streams } from '../outbound/streams.ts';
import { createTransmitters } from '../outbound/transmitters.ts';

/** Which transmitter is meant: that of a provider of a site. */
export interface TransmitterAtSite {
  site: string;
  provider: string;
}

/** A transmitter that a site has configured, and how its stream stands there. */
export interface ListedTransmitter extends TransmitterAtSite {
  issuer: string;
  delivery: 'push' | 'poll';
  /** Where it pushes to. */
  address: string;
  /** Absent where none is set up. */
  stream: Stream | undefined;
  /** `enabled`, `paused` or `disabled`, where the transmitter tells. */
  status: string | undefined;
  /** What is not as the site wants it, in words. */
  faults: string[];
}

const wordsOf = (error: unknown): string => (error as Error).message;

/** What of a stream is not as the site wants it. */
const faultsOf = ({ site, provider, transmitter }: SiteStream, stream: Stream): string[] => {
  const { clientId, inbound } = site.providers[provider] ?? {};
  const expected = transmitter.audience ?? [clientId, ...(inbound?.clientIds ?? [])];
  const isAddressed = stream.audience.some((one) => expected.includes(one));
  const missing = eventsWanted(transmitter).filter((type) => !stream.delivered.includes(type));
  return [
    ...(isAddressed
      ? []
      : [`its events are for ${stream.audience.join(', ')}: set transmitter.audience to that`]),
    ...(stream.method === deliveryMethods[transmitter.delivery]
      ? []
      : [`it delivers by ${stream.method}, and the site wants ${transmitter.delivery}`]),
    ...(missing.length > 0 ? [`it does not tell of ${missing.join(', ')}`] : []),
  ];
};

/** How the stream of a configured transmitter stands; what cannot be had is a fault in words. */
export const lookAtStream = async (
  streams: Streams,
  stream: SiteStream,
): Promise<ListedTransmitter> => {
  const { site, provider, transmitter, address } = stream;
  const { issuer, delivery } = transmitter;
  const listed = { site: site.apiKey, provider, issuer, delivery, address };
  try {
    const found = await streams.find(stream);
    if (!found) {
      const faults = [`no stream is set up: outro transmitters connect ${provider}`];
      return { ...listed, stream: undefined, status: undefined, faults };
    }
    const told = await streams.status(stream, found.id);
    const isOn = told === undefined || told.status === 'enabled';
    const why = told?.reason === undefined ? '' : `: ${told.reason}`;
    const faults = [
      ...faultsOf(stream, found),
      ...(isOn ? [] : [`the transmitter has set it to ${told.status}${why}`]),
    ];
    return { ...listed, stream: found, status: told?.status, faults };
  } catch (error) {
    return { ...listed, stream: undefined, status: undefined, faults: [wordsOf(error)] };
  }
};

/** What asks transmitters about their streams. */
export const streamsAsked = ({ outbound }: { outbound: Outbound }): Streams =>
  createStreams(outbound, createTransmitters(outbound));
