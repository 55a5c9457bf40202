import { tellPage } from '../browser/backend-of.ts';
import type { Client } from '../browser/client.ts';
import type { CallOptions } from '../browser/response.ts';
import { failure } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import { openOver } from '../element/open-over.ts';
import type { ProviderLook, Resources } from '../element/resources.ts';
import type { Words } from '../words/words.ts';

/** What pages give `showEditConnectionsUI`, as far as it is about leaving; other parameters are ignored. */
interface Given extends CallOptions {
  /** Id of the element to draw in. Default: a dialog over the page. */
  containerID?: string;
  /** Pixels, or any length of CSS. */
  width?: number | string;
  height?: number | string;
  /** Title of the dialog. */
  captionText?: string;
  /** Our extension: sentences to say instead of those of the page's language. */
  messages?: Partial<Words>;
  /** Our extension: names and marks of providers by id. */
  providers?: Record<string, ProviderLook>;
  /** Our extension: where a person can add a way in, by its kind. */
  links?: Record<string, string>;
  /** Comma lists of provider ids; `*` means every one. */
  enabledProviders?: string;
  disabledProviders?: string;
  [name: string]: unknown;
}

const source = 'showEditConnectionsUI';

const words = (list: unknown): string[] =>
  typeof list === 'string' ? list.toLowerCase().split(/[ ,]+/).filter(Boolean) : [];

const filterOf = ({ enabledProviders, disabledProviders }: Given) => {
  const enabled = words(enabledProviders);
  const disabled = words(disabledProviders);
  return (provider: string): boolean =>
    !disabled.includes(provider) &&
    (enabled.length === 0 || enabled.includes('*') || enabled.includes(provider));
};

const removalParams = ['lastIdentityHandling', 'removeLoginID', 'forceProvidersLogout', 'cid'];

const lengthOf = (value: number | string): string =>
  Number.isNaN(Number(value)) ? String(value) : `${value}px`;

const setSize = (box: HTMLElement, { width, height }: Given): void => {
  // Set one by one: a policy against inline styles refuses the attribute, not this.
  if (width !== undefined) box.style.inlineSize = lengthOf(width);
  if (height !== undefined) box.style.blockSize = lengthOf(height);
  if (height !== undefined) box.style.overflow = 'auto';
};

// For hideUI, which takes away nothing that the page has put there itself.
const mark = (drawn: Element): void => drawn.setAttribute('data-drawn', source);

/** Draws in the named container, or over the page. */
const place = (
  given: Given,
  element: HTMLElement,
  resources: Resources,
  notify: (eventName: string) => void,
): void => {
  const { containerID, captionText, messages } = given;
  if (containerID === undefined) {
    const dialog = openOver(element, { captionText, messages, resources }, () => notify('close'));
    const root = dialog.getRootNode();
    mark(root instanceof ShadowRoot ? root.host : dialog);
    setSize(dialog, given);
    return;
  }
  const container =
    document.getElementById(containerID) ??
    fail('invalidParameter', `containerID: expected the id of an element, got ${containerID}`);
  mark(element);
  container.replaceChildren(element);
  setSize(element, given);
};

/**
 * `socialize.showEditConnectionsUI`: draws `<outro-connections>` in the named container, or in a dialog. Calls `onLoad`,
 * `onConnectionRemoved`, `onError` and `onClose` with what happens in this drawing only, and the page's own `onError`.
 * Adding a connection is not offered: outro leads out. `removeConnection`'s own parameters are handed on, so the last way
 * in is treated softly unless the page says otherwise, as by the vendor's own drawing.
 *
 * @throws invalidParameter when there is no such container
 * @see gigya-protocol section 4.5, and 5.3 for what an event has; the vendor's pages "Events" (plugin events) and
 *   "socialize.showAddConnectionsUI" (container or pop-up, `enabledProviders`, `disabledProviders`)
 */
export const showEditConnections = (
  client: Client,
  params: CallOptions,
  resources: Resources,
): void => {
  const given: Given = { ...params };
  const { context = null, containerID } = given;
  const notify = (eventName: string, details: object = {}): void => {
    const handler = given[`on${eventName.charAt(0).toUpperCase()}${eventName.slice(1)}`];
    const event = { eventName, source, context, containerID, ...details };
    try {
      if (typeof handler === 'function') handler(event);
    } finally {
      if (eventName === 'error') tellPage(client, event);
    }
  };
  const element = document.createElement('outro-connections');
  const removal = removalParams.flatMap((one) =>
    given[one] === undefined ? [] : [[one, given[one]]],
  );
  Object.assign(element, {
    client,
    ...(given.messages && { messages: given.messages }),
    ...(given.providers && { providers: given.providers }),
    ...(given.links && { links: given.links }),
    shows: filterOf(given),
    removal: Object.fromEntries(removal),
  });
  element.addEventListener('load', () => notify('load'), { once: true });
  element.addEventListener('error', (event) => {
    notify('error', failure(event.detail));
  });
  element.addEventListener('removed', (event) => {
    const { receipt, user, requestParams } = event.detail;
    notify('connectionRemoved', { provider: requestParams['provider'] ?? '', receipt, user });
  });
  place(given, element, resources, notify);
};
