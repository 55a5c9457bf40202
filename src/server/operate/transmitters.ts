import { fail } from '../../core/error.ts';
import { createVerification, wasVerified } from '../inbound/verification.ts';
import { streamsOf, type SiteStream } from '../outbound/streams-of.ts';
import type { Stream, Streams } from '../outbound/streams.ts';
import {
  lookAtStream,
  streamsAsked,
  type ListedTransmitter,
  type TransmitterAtSite,
} from './look-at-stream.ts';
import { contextOf, type OperatorContext, type OperatorOptions } from './operator.ts';

// Milliseconds that a verification may take, and between two looks whether it has come.
const patience = 30_000;
const pause = 250;

type Asking = OperatorContext & { streams: Streams };

const open = (options: OperatorOptions): Asking => {
  const context = contextOf(options);
  return { ...context, streams: streamsAsked(context) };
};

const streamOf = (context: Asking, { site, provider }: TransmitterAtSite): SiteStream => {
  const found = context.sites.get(site);
  const streams = found
    ? streamsOf(found)
    : fail('invalidApiKey', `site: none has the key ${site}`);
  return (
    streams.find((one) => one.provider === provider) ??
    fail('invalidParameter', `PROVIDER: ${provider} has no transmitter in the configuration`)
  );
};

const setUpOf = async (context: Asking, stream: SiteStream): Promise<Stream> =>
  (await context.streams.find(stream)) ??
  fail('invalidRequest', `no stream is set up: outro transmitters connect ${stream.provider}`);

/** Every transmitter that the sites have configured, and how its stream stands. */
export const listTransmitters = async (options: OperatorOptions): Promise<ListedTransmitter[]> => {
  const context = open(options);
  const all = [...context.sites.values()].flatMap(streamsOf);
  return Promise.all(all.map((stream) => lookAtStream(context.streams, stream)));
};

/**
 * Sets the stream of a transmitter up, or makes the one that is there what the site wants.
 *
 * @throws invalidApiKey, invalidParameter; an Error in words of the transmitter's
 * @see OpenID Shared Signals Framework 1.0 section 8.1.1
 */
export const connectTransmitter = async (
  options: OperatorOptions,
  which: TransmitterAtSite,
): Promise<ListedTransmitter> => {
  const context = open(options);
  const stream = streamOf(context, which);
  await context.streams.setUp(stream);
  return lookAtStream(context.streams, stream);
};

/**
 * Has the transmitter send a verification event, and waits until it has come to an instance that serves.
 *
 * @param wait milliseconds; by default half a minute, and where events are fetched as long as until the next fetch.
 * @returns whether it has come.
 * @throws invalidApiKey, invalidParameter, invalidRequest where no stream is set up; an Error in words of the
 *   transmitter's
 * @see OpenID Shared Signals Framework 1.0 section 8.1.4
 */
export const verifyTransmitter = async (
  options: OperatorOptions,
  which: TransmitterAtSite,
  wait?: number,
): Promise<boolean> => {
  const context = open(options);
  const stream = streamOf(context, which);
  const { delivery, pollEvery } = stream.transmitter;
  const { id } = await setUpOf(context, stream);
  const state = createVerification(context.keyring, which);
  await context.streams.requestVerification(stream, id, state);
  const limit = patience + (delivery === 'poll' ? pollEvery * 1000 : 0);
  const deadline = Date.now() + (wait ?? limit);
  for (;;) {
    if (await wasVerified(context.store.exits, state)) return true;
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

/**
 * Ends the stream of a transmitter.
 *
 * @throws invalidApiKey, invalidParameter, invalidRequest where none is set up; an Error in words of the transmitter's
 */
export const disconnectTransmitter = async (
  options: OperatorOptions,
  which: TransmitterAtSite,
): Promise<void> => {
  const context = open(options);
  const stream = streamOf(context, which);
  const { id } = await setUpOf(context, stream);
  await context.streams.remove(stream, id);
};
