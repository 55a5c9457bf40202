import type { Departure } from '../../core/receipt.ts';
import type { DeparturePlace, Left } from './departure.ts';

/**
 * Leaves providers by the part of this library that is loaded when somebody leaves: until then a page does not pay for
 * it. Never rejects.
 */
export const leave = async (departures: Departure[], place: DeparturePlace): Promise<Left> =>
  departures.length === 0
    ? { receipt: [] }
    : import('./departure.ts')
        .then(({ leaveProviders }) => leaveProviders(departures, place))
        .catch(() => ({
          receipt: departures.map(({ provider }) => ({
            step: 'provider-session',
            provider,
            status: 'failed',
            reason: 'its script did not load',
          })),
        }));
