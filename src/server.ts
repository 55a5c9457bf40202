/** The door `outro/server`: the self-hosted backend. */
export type { OutroError } from './core/error.ts';
export { isOutroError } from './core/is-outro-error.ts';
export { supports, type LogoutWay, type Support } from './providers/supports.ts';
export type { Account, Change } from './server/rules/account.ts';
export { createHandler, type Handler, type HandlerOptions } from './server/handler.ts';
export { readScript, type Script } from './server/http/script.ts';
export { signForm } from './server/caller/signature.ts';
export type { SitesConfiguration } from './server/config/configuration.ts';
export type { Site } from './server/config/sites.ts';
export { fromPg, fromPglite } from './server/exits/open.ts';
export type { Store } from './server/exits/store.ts';
