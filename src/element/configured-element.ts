import type { ConnectionsEvents } from './connections-events.ts';
import type { Client } from '../browser/client.ts';
import type { Words } from '../words/words.ts';
import type { Removal } from './connection.ts';
import type { CreateRemovalFlow } from './removal-flow.ts';
import type { ProviderLook, Resources } from './resources.ts';

// Where there is no page, as on a server, importing must do no harm.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? Object;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- every element has what is declared here
export interface ConfiguredElement {
  addEventListener<Name extends keyof ConnectionsEvents>(
    type: Name,
    listener: (this: HTMLElement, event: ConnectionsEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** What a page can set on an element, before or after it was defined. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- every element has what is declared above
export class ConfiguredElement extends Base {
  // Declared only: what a page has set before the element was defined is not overwritten.
  /** Who asks the backend. */
  declare client: Client;
  /** Sentences to say instead of those of the page's language. */
  declare messages: Partial<Words>;
  /** Parameters of every removal. */
  declare removal: Removal;
  /** Which providers are listed. */
  declare shows: (provider: string) => boolean;
  /** Names and marks of providers by id, where the site has its own. */
  declare providers: Record<string, ProviderLook>;
  /** Where a person can add a way in, or sign in again: by its kind, as `addFirst` of an explanation has it. */
  declare links: Record<string, string>;
  /** Where words and marks come from. */
  declare resources: Resources;
  /** Brings what asks, removes and tells. */
  declare bringRemoval: () => Promise<CreateRemovalFlow>;
}
