import type { Client } from '../browser/client.ts';
import type { Words } from '../words/words.ts';
import { ConnectionsElement } from './connections-element.ts';
import type { Removal } from './connection.ts';
import type { CreateRemovalFlow } from './removal-flow.ts';
import type { ProviderLook, Resources } from './resources.ts';

declare global {
  interface HTMLElementTagNameMap {
    'outro-connections': ConnectionsElement;
  }
}

/** How `<outro-connections>` is where an element does not say otherwise by its own properties. */
export interface ConnectionsOptions {
  /** Name of the element. Default `outro-connections`. */
  name?: string | undefined;
  /** Sentences to say instead of those of the page's language, by the keys of `words`. */
  messages?: Partial<Words> | undefined;
  /** Parameters of every removal. Default `{ lastIdentityHandling: 'fail' }`: the last way in is refused, and why is said. */
  removal?: Removal | undefined;
  /** Names and marks of providers by id, where the site has its own: `{ 'oidc-company': { name: 'Company login' } }`. */
  providers?: Record<string, ProviderLook> | undefined;
  /** Where a person can add what is missing before a removal: by kind, `password`, `passkey`, `code`, `another-identity`, `recent-login`. */
  links?: Record<string, string> | undefined;
}

/** Makes `<outro-connections>` an element of a page; what is defined under a name before stays. */
export type DefineConnections = (client: Client, options?: ConnectionsOptions) => void;

/** Makes what defines the element, for a door that knows where words, marks and what removes are. */
export const createDefineConnections =
  (resources: Resources, bringRemoval: () => Promise<CreateRemovalFlow>): DefineConnections =>
  (
    client,
    { name = 'outro-connections', messages = {}, removal, providers = {}, links = {} } = {},
  ) => {
    if (customElements.get(name)) return;
    const Defined = class extends ConnectionsElement {};
    Object.assign(Defined.prototype, {
      client,
      messages,
      removal: removal ?? { lastIdentityHandling: 'fail' },
      shows: () => true,
      providers,
      links,
      resources,
      bringRemoval,
    });
    customElements.define(name, Defined);
  };
