/** The door `outro/testing`: for sites that rehearse leaving. */
export { leavingHandlers, type Http, type LeavingOptions } from './testing/leaving.ts';
export type { LeavingScenario } from './testing/scenarios.ts';
