import { fail } from '../../core/error.ts';
import type { Given, Said } from './command.ts';
import { optionsOf, siteOf, wordOf } from './given.ts';
import { aligned } from './lines.ts';
import type { ListedTransmitter } from './look-at-stream.ts';
import {
  connectTransmitter,
  disconnectTransmitter,
  listTransmitters,
  verifyTransmitter,
} from './transmitters.ts';

const say = (all: ListedTransmitter[], json: unknown): Said => ({
  lines: [
    ...aligned(
      all.map(({ site, provider, issuer, delivery, stream, status }) => [
        site,
        provider,
        issuer,
        delivery,
        stream?.id ?? '-',
        status ?? '-',
      ]),
    ),
    ...all.flatMap(({ provider, faults }) => faults.map((one) => `${provider}: ${one}`)),
  ],
  json,
  code: all.some(({ faults }) => faults.length > 0) ? 1 : 0,
});

/** `outro transmitters`. */
export const transmitters = async (given: Given): Promise<Said> => {
  const action = wordOf(given, 0, 'list, connect, verify or disconnect');
  const options = await optionsOf(given);
  if (action === 'list') {
    const all = await listTransmitters(options);
    return say(all, all);
  }
  const which = { site: await siteOf(given), provider: wordOf(given, 1, 'PROVIDER') };
  if (action === 'connect') {
    const connected = await connectTransmitter(options, which);
    return say([connected], connected);
  }
  if (action === 'verify') {
    const isVerified = await verifyTransmitter(options, which);
    const line = isVerified
      ? 'the verification event has come'
      : 'no verification event has come: is the address reachable for the transmitter?';
    return { lines: [line], json: { verified: isVerified }, code: isVerified ? 0 : 1 };
  }
  if (action !== 'disconnect')
    return fail('invalidParameter', `${action}: expected list, connect, verify or disconnect`);
  await disconnectTransmitter(options, which);
  return { lines: ['the stream is ended'], json: { disconnected: true } };
};
