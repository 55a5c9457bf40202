/** The door `outro/testing`: for those who write a store of their own, and for sites that rehearse leaving. */
export type { OpenedStore } from './testing/scene.ts';
export { storeSuite, type Runner, type StoreSource } from './testing/suite.ts';
export { brokenStore, brokenStoreKinds, type BrokenStoreKind } from './testing/broken-store.ts';
export { leavingHandlers, type Http, type LeavingOptions } from './testing/leaving.ts';
export type { LeavingScenario } from './testing/scenarios.ts';
