/** The door `outro/server`: the self-hosted backend. */
export type { OutroError } from './core/error.ts';
export { isOutroError } from './core/is-outro-error.ts';
export { supports, type LogoutWay, type Support } from './providers/supports.ts';
export type { Account, Change } from './server/rules/account.ts';
export { createHandler, type Handler, type HandlerOptions } from './server/handler.ts';
export type { Count, CounterStore } from './server/http/counters.ts';
export { readScript, type Script } from './server/http/script.ts';
export {
  createServerClient,
  type ServerClient,
  type ServerClientOptions,
} from './server/operate/server-client.ts';
export { signForm, signLink } from './server/caller/signature.ts';
export type { ChangeEvent } from './server/errands/change-event.ts';
export { dropErrands, listErrands, retryErrands, showErrand } from './server/operate/errands.ts';
export { examine } from './server/operate/doctor.ts';
export type { Finding } from './server/operate/finding.ts';
export { followChanges, listChanges, type ListedChange } from './server/operate/journal.ts';
export {
  importAccounts,
  importFromVendor,
  type ImportOptions,
  type VendorImportOptions,
} from './server/operate/import.ts';
export type { AccountLine } from './server/moving/account-line.ts';
export type { ImportReport, ImportTrouble } from './server/moving/report.ts';
export { listKeys, resealKeys, type KeyInUse } from './server/operate/keys.ts';
export type { OperatorOptions } from './server/operate/operator.ts';
export { erasePerson, exportPerson, showPerson } from './server/operate/person.ts';
export {
  connectTransmitter,
  disconnectTransmitter,
  listTransmitters,
  verifyTransmitter,
} from './server/operate/transmitters.ts';
export type { ListedTransmitter } from './server/operate/look-at-stream.ts';
export type { ErrandFilter, JournalFilter, ListedErrand } from './server/exits/record.ts';
export { feed, type FeedOptions } from './server/operate/feed.ts';
export { verifyWebhook } from './server/errands/webhook-signature.ts';
export type { SitesConfiguration } from './server/config/configuration.ts';
export type { Site } from './server/config/sites.ts';
export { fromTables } from './server/exits/from-tables.ts';
export { fromPg, fromPglite, type StoreOptions } from './server/exits/open.ts';
export type { OnChange, SiteChange } from './server/people/on-change.ts';
export type { Mapping } from './server/people/mapped/mapping.ts';
export { tables } from './server/people/mapped/tables.ts';
export { identifyBy } from './server/caller/identify-by.ts';
export type { SignedIn } from './server/methods/signed-in.ts';
export type {
  EndSession,
  Identify,
  SiteSession,
  SiteSessionsToEnd,
} from './server/config/site-functions.ts';
export type { Store } from './server/exits/store.ts';
