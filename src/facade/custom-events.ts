import type { Client } from '../browser/client.ts';

/** One entry of the configuration's `customEventMap`. */
interface CustomEvent {
  /** Comma list of event names, or `*`. */
  events: string;
  method: (...args: unknown[]) => void;
  /** What `method` is given; the text `$event` stands for the event. */
  args?: unknown[];
}

/**
 * Registers the entries of `customEventMap` as handlers.
 *
 * @see gigya-protocol section 5.5
 */
export const mapEvents = (
  globalConf: { customEventMap?: unknown },
  connect: () => Client,
): void => {
  const { customEventMap = [] } = globalConf;
  for (const { events, method, args = ['$event'] } of [customEventMap].flat() as CustomEvent[]) {
    const run = (event: unknown): void =>
      method(...args.map((one) => (one === '$event' ? event : one)));
    const names = events === '*' ? ['logout', 'connectionRemoved'] : events.split(/[ ,]+/);
    const named = names.map((name) => [
      name.replace(/^(?:on)?(.)/, (_, first: string) => `on${first.toUpperCase()}`),
      run,
    ]);
    connect().addEventHandlers(Object.fromEntries(named) as object);
  }
};
