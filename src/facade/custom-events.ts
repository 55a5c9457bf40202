import type { Client } from '../browser/client.ts';

/** One entry of the configuration's `customEventMap`. */
interface CustomEvent {
  /** Comma list of event names, or `*`. */
  events: string;
  method: (...args: unknown[]) => void;
  /** What `method` is given; the text `$event` stands for the event. */
  args?: unknown[];
  /** Handlers that the page registers for these events are not called. */
  override?: boolean;
}

type Conf = { customEventMap?: unknown };

const entriesOf = ({ customEventMap = [] }: Conf): CustomEvent[] =>
  [customEventMap].flat() as CustomEvent[];

/** The names of an entry's events, as handlers are called for them. */
const handlerNames = ({ events }: CustomEvent): string[] =>
  events === '*'
    ? ['onLogout', 'onConnectionRemoved', 'onError']
    : events
        .split(/[ ,]+/)
        .map((name) =>
          name.replace(/^(?:on)?(.)/, (_, first: string) => `on${first.toUpperCase()}`),
        );

/** Leaves out handlers for events that an entry overrides. */
export const withoutOverridden = <Given extends object>(given: Given, globalConf: Conf): Given => {
  const gone = entriesOf(globalConf).flatMap((entry) =>
    entry?.override ? handlerNames(entry) : [],
  );
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => !gone.includes(name)),
  ) as Given;
};

/**
 * Registers the entries of `customEventMap` as handlers.
 *
 * @see gigya-protocol section 5.5
 */
export const mapEvents = (globalConf: Conf, connect: () => Client): void => {
  for (const entry of entriesOf(globalConf)) {
    const { method, args = ['$event'] } = entry;
    const run = (event: unknown): void =>
      method(...args.map((one) => (one === '$event' ? event : one)));
    const handlers = handlerNames(entry).map((name) => [name, run]);
    connect().addEventHandlers(Object.fromEntries(handlers) as object);
  }
};
