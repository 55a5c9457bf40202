/** The door `outro/server`: the self-hosted backend. */
export { isOutroError, type OutroError } from './core/error.ts';
export { supports, type LogoutWay, type Support } from './providers/supports.ts';
export type { Account, Change } from './server/rules/account.ts';
export { createHandler, type Handler, type HandlerOptions } from './server/handler.ts';
export type { Count, CounterStore } from './server/http/counters.ts';
export { readScript, type Script } from './server/http/script.ts';
export { signForm } from './server/caller/signature.ts';
export type { ChangeEvent } from './server/errands/change-event.ts';
export { feed, type FeedOptions } from './server/operate/feed.ts';
export { verifyWebhook } from './server/errands/webhook-signature.ts';
export type { SitesConfiguration } from './server/config/configuration.ts';
export type { Site } from './server/config/sites.ts';
export { fromPg, fromPglite } from './server/exits/open.ts';
export type { Store } from './server/exits/store.ts';
