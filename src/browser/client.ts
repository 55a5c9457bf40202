import type { ClientMethodName, Params } from '../core/methods.ts';
import type { Answers } from './answers.ts';
import type { EventBus } from './events.ts';
import type { EventHandlers, Handlers } from './handlers.ts';
import type { CallOptions, Response } from './response.ts';

/** The methods of the table, as a client offers them. */
type ClientMethods = {
  [Name in ClientMethodName]: (
    params?: Params<Name> & CallOptions,
  ) => Promise<Response & Answers[Name]>;
};

/** A browser client of one site. */
export interface Client extends ClientMethods {
  /** Listens to an event; gives back the function that stops listening. */
  on: EventBus['on'];
  /**
   * Registers `onLogout`, `onConnectionRemoved`; additive, effective before it returns.
   *
   * @throws invalidEventHandler, invalidParameter
   */
  addEventHandlers: Handlers['add'];
  /** Forgets handlers again: the same functions under the same names. */
  removeEventHandlers: (handlers: EventHandlers) => void;
  /** Ends what the client listens with: handlers of the page, channel, stream, storage. Calls still work. */
  close: () => void;
}
