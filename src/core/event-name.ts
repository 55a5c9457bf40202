/** Name of an event, as `outro.on(name, …)` takes it; `addEventHandlers` takes `onLogout` and so on. */
export type EventName = 'connectionRemoved' | 'logout' | 'receipt';
