import type { Client } from '../browser/client.ts';
import type { Speech } from '../words/speech.ts';
import type { Asked, Connections, Removal, RemovalState } from './connection.ts';
import type { Content } from './content.ts';
import type { Looks } from './look.ts';
import type { News } from './notice.ts';

/** Where a removal happens. */
export interface RemovalPlace {
  root: ShadowRoot;
  frame: HTMLElement;
  content: Content;
  news: News;
  /** Takes the receipts. */
  receipts: HTMLElement;
  state: RemovalState;
  /** As it is at the moment: any of it may be another one after a while. */
  now: () => {
    client: Client;
    removal: Removal;
    speech: Speech;
    looks: Looks;
    found: Connections | undefined;
  };
  draw: () => void;
  refresh: () => Promise<void>;
  fire: (name: string, detail?: unknown) => void;
}

/** A removal from the question to the receipt. */
export interface RemovalFlow {
  /** Asks, removes if it may, and tells what came of it; never rejects. */
  ask: (asked: Asked) => Promise<void>;
  /** Closes a question whose row has gone. */
  follow: () => void;
  /** Title of the newest receipt, where there is one. */
  title: () => HTMLElement | undefined;
  /** Takes away the question and the receipts. */
  clear: () => void;
}

/** Makes the flow of the removals of one element. */
export type CreateRemovalFlow = (place: RemovalPlace) => RemovalFlow;
