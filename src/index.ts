/** The door `outro`: pure, does nothing on import. */
export type { Answers, Explanation } from './browser/answers.ts';
export type { Client } from './browser/client.ts';
export { createClient } from './browser/create-client.ts';
export type { ClientOptions } from './browser/config.ts';
export type { ConnectionRemovedEvent, Events, LogoutEvent } from './browser/events.ts';
export { enhanceForms, type FormOptions } from './browser/calls/forms.ts';
export type { EventHandlers } from './browser/handlers.ts';
export type { CallOptions, Response } from './browser/response.ts';
export type { Identity, User } from './browser/user.ts';
export type { FailureName } from './core/codes.ts';
export type { OutroError } from './core/error.ts';
export { isOutroError } from './core/is-outro-error.ts';
export type { EventName } from './core/event-name.ts';
export type { ClientMethodName, Params } from './core/methods.ts';
export type { ProviderId, ProviderName } from './providers/providers.ts';
export type { ForetoldDeparture, Receipt, Step, StepName, StepStatus } from './core/receipt.ts';
export { supports, type LogoutWay, type Support } from './providers/supports.ts';
