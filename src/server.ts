/** The door `outro/server`: the self-hosted backend. */
export { isOutroError, type OutroError } from './core/error.ts';
export { supports, type LogoutWay, type Support } from './core/supports.ts';
export type { Account, Change } from './server/account.ts';
export { createHandler, type Handler, type HandlerOptions } from './server/handler.ts';
export { readScript, type Script } from './server/script.ts';
export { signForm } from './server/signature.ts';
export type { Site, SitesConfiguration } from './server/sites.ts';
export { fromPg, fromPglite } from './server/stores/adapters.ts';
export type { Decision, Store, Who } from './server/store.ts';
