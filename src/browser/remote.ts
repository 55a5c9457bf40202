import type { EventName } from '../core/methods.ts';
import type { Receipt } from '../core/receipt.ts';
import type { User } from './user.ts';

/** What another tab, or the backend, tells of something that happened elsewhere. */
export interface RemoteEvent {
  eventName: EventName;
  provider?: string;
  receipt?: Receipt;
  user?: User | undefined;
  /** The client that told it. */
  from?: number;
}

/** Tells the site's other tabs in this browser; where there is no channel, nobody. */
export const tellTabs = (name: string, event: RemoteEvent): void => {
  if (!globalThis.BroadcastChannel) return;
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  channel.postMessage(event);
  channel.close();
};
