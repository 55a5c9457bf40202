/** The door `outro/connections`: an element for people, does nothing on import. */
import { createDefineConnections, type DefineConnections } from './element/define-connections.ts';
import { packedResources } from './element/packed-resources.ts';

export type { ConnectionsElement } from './element/connections-element.ts';
export type { ConnectionsEvents } from './element/connections-events.ts';
export type { ConnectionsOptions } from './element/define-connections.ts';
export type { ProviderLook } from './element/resources.ts';
export { words } from './words/en.ts';
export type { Words } from './words/words.ts';

/**
 * Makes `<outro-connections>` an element of this page; elements that stand in it already come to life. A name is defined
 * once: what is defined under it before stays.
 */
export const defineConnections: DefineConnections = createDefineConnections(packedResources, () =>
  import('./element/create-removal-flow.ts').then(({ createRemovalFlow }) => createRemovalFlow),
);
