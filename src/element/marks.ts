import type { Mark } from './resources.ts';

/**
 * TABLE of marks by provider, each a file of its own that bundlers split off. The build fills it in, from the provider
 * table and npm `simple-icons`.
 */
export const marks: Readonly<Record<string, () => Promise<{ mark: Mark }>>> = {};
