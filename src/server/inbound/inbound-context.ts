import type { ServerContext } from '../caller/context.ts';
import type { Revoker } from '../errands/revoker.ts';
import { createStreams } from '../outbound/streams.ts';
import { createTransmitters } from '../outbound/transmitters.ts';
import type { InboundContext } from './message.ts';
import { createKeySets } from '../outbound/token.ts';

/** Adds what hearing of providers needs: their keys, their documents, their streams. */
export const inboundContextOf = (context: ServerContext & { revoker: Revoker }): InboundContext => {
  const { outbound } = context;
  const transmitters = createTransmitters(outbound);
  return {
    ...context,
    keySets: createKeySets(outbound),
    transmitters,
    streams: createStreams(outbound, transmitters),
  };
};
