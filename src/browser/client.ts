import type { ClientMethodName, methods, Params } from '../core/methods.ts';
import type { Answers } from './answers.ts';
import type { EventBus } from './events.ts';
import type { EventHandlers, Handlers } from './handlers.ts';
import type { CallOptions, Response } from './response.ts';
import type { UserWithAll } from './user.ts';

type Ask<Name extends ClientMethodName> = (
  params?: Params<Name> & CallOptions<Answers[Name]>,
) => Promise<Response & Answers[Name]>;

// Asked for all identities, it gives them as an array.
type UserAnswer<All> = [All] extends [true] ? { user: UserWithAll } : Answers['getUserInfo'];

// One signature: of several, editors show no comment.
type AskForUser = <All extends Params<'getUserInfo'>['includeAllIdentities'] = undefined>(
  params?: Params<'getUserInfo'> & { includeAllIdentities?: All } & CallOptions<UserAnswer<All>>,
) => Promise<Response & UserAnswer<All>>;

/** The methods of the table, as a client offers them: each with the comment of its row, and its definition there. */
type ClientMethods = {
  [Name in keyof typeof methods as Extract<Name, ClientMethodName>]: Name extends 'getUserInfo'
    ? AskForUser
    : Ask<Extract<Name, ClientMethodName>>;
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
  addEventHandlers: Handlers['addEventHandlers'];
  /** Forgets handlers again: the same functions under the same names. */
  removeEventHandlers: (handlers: EventHandlers) => void;
  /** Ends what the client listens with: handlers of the page, channel, stream, storage. Calls still work. */
  close: () => void;
}
