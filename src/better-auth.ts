/** The door `outro/better-auth`: the way out as a plugin of better-auth. */
export { outro } from './better-auth/plugin.ts';
export type { OnAuthChange, OutroOptions } from './better-auth/options.ts';
export type { SiteChange } from './server/people/on-change.ts';
export type { Left } from './better-auth/leaving.ts';
