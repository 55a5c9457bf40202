import { isSameProvider, providerId } from '../../providers/providers.ts';

/** Which providers a call wants left: all, none, or only these. */
export type Force = boolean | string[];

/**
 * Checks the provider ids of `forceProvidersLogout`, before anything is changed.
 *
 * @throws invalidParameter, which says which of them nobody knows
 */
export const readForce = (given: Force): Force =>
  typeof given === 'boolean'
    ? given
    : given.map((one, index) => providerId(one, `forceProvidersLogout[${index}]`));

/** Whether a provider is among those to leave. */
export const isNamed = (provider: string, force: Force): boolean =>
  typeof force === 'boolean' ? force : force.some((one) => isSameProvider(one, provider));
