import { success } from '../core/envelope.ts';
import { fail } from '../core/error.ts';
import { methods, type EventName } from '../core/methods.ts';
import { parseParams } from '../core/schema.ts';
import { runSafely, type EventBus, type Events } from './events.ts';
import { respond, type CallOptions, type Response } from './response.ts';

/** Handlers by the names that Gigya pages use. */
export type EventHandlers = {
  [Name in EventName as `on${Capitalize<Name>}`]?: (event: Events[Name]) => void;
} & CallOptions & { cid?: string };

const events: Record<string, EventName> = {
  onLogout: 'logout',
  onConnectionRemoved: 'connectionRemoved',
};

/**
 * Registers every `on…` function of an object, at once and additively; names of other products are accepted and wait in vain.
 *
 * @throws invalidEventHandler, invalidParameter
 * @see gigya-protocol section 5.1
 */
export const addEventHandlers = (
  bus: EventBus,
  cid: string | undefined,
  given: EventHandlers,
): Response => {
  const { callback, context = null, ...rest } = { cid, ...given };
  parseParams(methods.addEventHandlers.params(), rest);
  const handlers = Object.entries(rest).filter(([name]) => /^on[A-Z]/.test(name));
  for (const [name, handler] of handlers)
    if (typeof handler !== 'function')
      fail('invalidEventHandler', `${name}: expected a function, got ${typeof handler}`);
  for (const [name, handler] of handlers) {
    const event = events[name];
    if (event)
      bus.on(event, (payload) =>
        (handler as (event: unknown) => void)({ ...payload, context: payload.context ?? context }),
      );
  }
  const response = respond('addEventHandlers', context, {}, success());
  if (callback) runSafely(() => callback(response));
  return response;
};
