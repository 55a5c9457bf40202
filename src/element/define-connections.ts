import type { Client } from '../browser/client.ts';
import { ConnectionsElement } from './connections-element.ts';
import type { Removal } from './connections.ts';
import type { Messages } from './messages.ts';

declare global {
  interface HTMLElementTagNameMap {
    'outro-connections': ConnectionsElement;
  }
}

/** How `<outro-connections>` is where an element does not say otherwise by its own properties. */
export interface ConnectionsOptions {
  /** Name of the element. Default `outro-connections`. */
  name?: string | undefined;
  /** Sentences to say instead of the English ones. */
  messages?: Messages | undefined;
  /** Parameters of every removal. Default `{ lastIdentityHandling: 'fail' }`: the last way in is refused, and why is said. */
  removal?: Removal | undefined;
}

/**
 * Makes `<outro-connections>` an element of this page; elements that stand in it already come to life. A name is defined
 * once: what is defined under it before stays.
 */
export const defineConnections = (
  client: Client,
  { name = 'outro-connections', messages = {}, removal }: ConnectionsOptions = {},
): void => {
  if (customElements.get(name)) return;
  const Defined = class extends ConnectionsElement {};
  Object.assign(Defined.prototype, {
    client,
    messages,
    removal: removal ?? { lastIdentityHandling: 'fail' },
    shows: () => true,
  });
  customElements.define(name, Defined);
};
