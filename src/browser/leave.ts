import type { Departure } from '../core/receipt.ts';
import type { DeparturePlace, Left } from './departure.ts';

/**
 * Leaves providers by the part of this library that is loaded when somebody leaves: until then a page does not pay for
 * it. Never rejects.
 */
export const leave = async (departures: Departure[], place: DeparturePlace): Promise<Left> => {
  if (departures.length === 0) return { receipt: [] };
  try {
    const { leaveProviders } = await import('./departure.ts');
    return await leaveProviders(departures, place);
  } catch {
    return {
      receipt: departures.map(({ provider }) => ({
        step: 'provider-session',
        provider,
        status: 'failed',
        reason: 'its script did not load',
      })),
    };
  }
};
