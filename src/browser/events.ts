import mitt from 'mitt';
import type { EventName } from '../core/event-name.ts';
import type { Receipt } from '../core/receipt.ts';
import type { User } from './user.ts';

/** What every event carries. */
interface BaseEvent {
  eventName: EventName;
  isGlobal: true;
  /** The call's `context`, else the one given with the handlers, else `null`. */
  context: unknown;
  receipt: Receipt;
  /** The call that it came of, where the backend has told so: `getReceipt` takes it. */
  callId?: string;
  /** It happened in another tab, window or browser, or at the provider. */
  remote?: true;
}

/** A provider was disconnected, or all of them. */
export interface ConnectionRemovedEvent extends BaseEvent {
  eventName: 'connectionRemoved';
  /** As it was passed; `''` when all were removed. */
  provider: string;
  user: User;
}

/** The user was logged out. */
export interface LogoutEvent extends BaseEvent {
  eventName: 'logout';
}

/** What was `pending` in the receipt of a call, here or elsewhere, has come to its end. */
export interface ReceiptEvent extends BaseEvent {
  eventName: 'receipt';
}

/** Events by name. */
export interface Events {
  connectionRemoved: ConnectionRemovedEvent;
  logout: LogoutEvent;
  receipt: ReceiptEvent;
}

/** The event bus of one client. */
export interface EventBus {
  on: <Name extends EventName>(name: Name, handler: (event: Events[Name]) => void) => () => void;
  emit: (happened: Happened) => void;
}

/** What another tab, or the backend, tells of something that happened elsewhere. */
export interface RemoteEvent {
  eventName: EventName;
  provider?: string;
  receipt?: Receipt;
  callId?: string | undefined;
  user?: User | undefined;
}

/** Something that happened, here or elsewhere. */
export interface Happened extends RemoteEvent {
  context: unknown;
  remote?: true;
}

/** Runs a page's function; what it throws is logged and harms nobody else. */
export const runSafely = (run: () => void): void => {
  try {
    run();
  } catch (error) {
    console.error(error);
  }
};

/** Makes an event bus on which one bad listener never stops another; each gets its own copy. */
export const createEvents = (): EventBus => {
  const bus = mitt<{ [Name in EventName]: Events[Name] }>();
  return {
    on(name, handler) {
      let isOn = true;
      const guarded = (event: Events[typeof name]): void => {
        // Stopped by another one of the same event, it is not called any more.
        if (isOn) runSafely(() => handler({ ...event }));
      };
      bus.on(name, guarded);
      return () => {
        isOn = false;
        bus.off(name, guarded);
      };
    },
    emit(event) {
      bus.emit(event.eventName, { ...event, isGlobal: true } as Events[EventName] &
        Events['logout']);
    },
  };
};
