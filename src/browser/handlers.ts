import type { EventName } from '../core/event-name.ts';
import { closeCall } from './close-call.ts';
import type { EventBus, Events } from './events.ts';
import { refusal } from './refusal.ts';
import type { CallOptions, Response } from './response.ts';

/** Handlers by the names that Gigya pages use. */
export type EventHandlers = {
  [Name in EventName as `on${Capitalize<Name>}`]?: (event: Events[Name]) => void;
} & CallOptions & { cid?: string };

/** Registers and forgets handlers by those names. */
export interface Handlers {
  addEventHandlers: (given: EventHandlers, namespace?: string) => Response;
  removeEventHandlers: (given: EventHandlers) => void;
}

const functionsIn = (given: object): [name: string, handler: (event: unknown) => void][] =>
  Object.entries(given).filter(([name]) => /^on[A-Z]/.test(name));

/**
 * Keeps the handlers of one client. `addEventHandlers` registers every `on…` function of an object, at once and additively;
 * names of other products are accepted and wait in vain. `removeEventHandlers`, our extension, forgets the same functions again.
 *
 * @throws invalidEventHandler, invalidParameter: before anything is registered
 * @see gigya-protocol section 5.1
 */
export const createHandlers = (bus: EventBus): Handlers => {
  let kept: { name: string; handler: unknown; stop: () => unknown }[] = [];
  return {
    addEventHandlers(given, namespace = '') {
      const { callback, context = null, cid = '' } = given;
      if (!/^[^\n]{0,100}$/.test(cid))
        throw refusal('invalidParameter', 'cid: expected text of 0 to 100 characters');
      const functions = functionsIn(given);
      for (const [name, handler] of functions)
        if (typeof handler !== 'function')
          throw refusal(
            'invalidEventHandler',
            `${name}: expected a function, got ${typeof handler}`,
          );
      for (const [name, handler] of functions) {
        const eventName = name.slice(2, 3).toLowerCase() + name.slice(3);
        // What version 2 called it.
        const event = eventName === 'disconnect' ? 'connectionRemoved' : eventName;
        const fullEventName = namespace + eventName;
        const stop = bus.on(event as EventName, (payload) =>
          handler({ ...payload, eventName, fullEventName, context: payload.context ?? context }),
        );
        kept.push({ name, handler, stop });
      }
      const call = { method: 'addEventHandlers', options: { callback, context }, params: {} };
      return closeCall(bus, call, { errorCode: 0 });
    },
    removeEventHandlers(given) {
      for (const [name, handler] of functionsIn(given))
        kept = kept.filter((one) => one.name !== name || one.handler !== handler || one.stop());
    },
  };
};
