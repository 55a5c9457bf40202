/** The door `outro/connections`: an element for people, does nothing on import. */
export type { ConnectionsElement } from './element/connections-element.ts';
export { defineConnections, type ConnectionsOptions } from './element/define-connections.ts';
export { english, type Messages } from './element/messages.ts';
