import { fail } from '../../core/error.ts';
import { sourceRow, sources } from '../../providers/sources.ts';
import { mayAsk } from '../config/source-settings.ts';
import { bringAlong } from '../moving/bring-along.ts';
import { lineSource } from '../moving/lines.ts';
import type { ImportReport, ImportTrouble } from '../moving/report.ts';
import type { Pieces, Source } from '../moving/source.ts';
import { accessOf } from '../moving/vendor.ts';
import { vendorFile } from '../moving/vendor-file.ts';
import { vendorPages } from '../moving/vendor-pages.ts';
import type { ConflictMode } from '../rules/newcomer.ts';
import { contextOf, type OperatorOptions } from './operator.ts';

/** How accounts are brought along. */
export interface ImportOptions {
  /** The key of the site that they come to. */
  site: string;
  /** What the import is called; one that was broken off is gone on with under the same name. Default `import`. */
  name?: string | undefined;
  /**
   * What happens to an account one of whose identities or login ids is another account's: `error`, it does not come;
   * `ignore`, it comes without; `connect`, the same, since here a person at a provider has one account. Default `error`.
   */
  conflicts?: ConflictMode | undefined;
  /** Only look, and say what would be. */
  dryRun?: boolean | undefined;
  /** Begin anew, although one of that name was broken off. */
  restart?: boolean | undefined;
  /** Hears of each account that does not come, or comes without something. */
  onTrouble?: ((trouble: ImportTrouble) => void) | undefined;
  /** Hears how far it has come, after each batch. */
  onProgress?: ((report: ImportReport) => void) | undefined;
  /** Ends it behind the batch that is under way. */
  signal?: AbortSignal | undefined;
}

const silent = (): void => {};

const importFrom = async (
  options: OperatorOptions,
  source: Source,
  given: ImportOptions,
): Promise<ImportReport> => {
  const { sites, store, keyring } = contextOf(options);
  const { site, name = 'import', conflicts = 'error', dryRun = false, restart = false } = given;
  if (!sites.has(site))
    fail('invalidApiKey', `site: no site of the configuration has the key ${site}`);
  if (!/^[^\p{Cc}]{1,300}$/u.test(name))
    fail('invalidParameter', 'name: expected 1 to 300 characters, no control characters');
  return bringAlong({ store, keyring }, source, {
    site,
    name,
    conflicts,
    isRehearsal: dryRun,
    restarts: restart,
    onTrouble: given.onTrouble ?? silent,
    onProgress: given.onProgress ?? silent,
    signal: given.signal,
  });
};

/**
 * Brings people along who are elsewhere: one account a line, as JSON. It reads no faster than the database writes, needs the
 * memory of one batch, may be broken off and is gone on with under its name. Repeated, it changes nothing. No session is
 * opened, no time made up; accounts are never merged, and what was removed or deleted here stays gone.
 *
 * @param stream bytes or text: a file, a request's body, any iterable of pieces.
 * @throws invalidApiKey; notSupported on tables of the site's own; operationNotAllowed when another import of that name is
 *   under way, or the stream is another than the one that was broken off
 * @see design.md section 7; moving-in.md
 */
export const importAccounts = (
  options: OperatorOptions,
  stream: Pieces,
  given: ImportOptions,
): Promise<ImportReport> => importFrom(options, lineSource(stream), given);

/** How accounts of a vendor are brought along. */
export interface VendorImportOptions extends ImportOptions {
  /** The vendor, by its name in `sources`. */
  from: string;
  /** A file of its accounts: JSON lines, a JSON array or CSV. Left out: as they are there now, page by page. */
  stream?: Pieces | undefined;
  /** Its data centre, or the address before each method. Default: as the site has configured it in `sources`. */
  domain?: string | undefined;
  /** Whoever has a login id has a password, too: for exports that leave passwords out. */
  passwordWayIn?: boolean | undefined;
  /** Milliseconds before a call is tried again for the first time. Default 1000. */
  firstWait?: number | undefined;
}

/**
 * Brings the people of a vendor along: UID to the letter, login ids with verified and unverified apart, a way in where there is
 * a password, identities of each provider, tokens where a file has them, times as they were there. Else as `importAccounts`.
 *
 * @throws invalidApiKey, invalidParameter, missingParameter, notSupported, operationNotAllowed; networkError where the vendor
 *   keeps not answering; the same import then goes on where it was
 * @see moving-in.md; beside.md section 7
 */
export const importFromVendor = async (
  options: OperatorOptions,
  given: VendorImportOptions,
): Promise<ImportReport> => {
  const { from, stream, passwordWayIn = false } = given;
  const row =
    sourceRow(from) ??
    fail('invalidParameter', `from: expected one of ${Object.keys(sources).join(', ')}`);
  if (stream) return importFrom(options, vendorFile(stream, { passwordWayIn }), given);
  const site =
    contextOf(options).sites.get(given.site) ??
    fail('invalidApiKey', `site: no site of the configuration has the key ${given.site}`);
  const settings = site.sources[from];
  if (!settings || !mayAsk(settings))
    return fail(
      'missingParameter',
      `sources.${from}: expected { userKey, secret, domain } in the configuration of the site, or a FILE`,
    );
  const access = accessOf(row, site.apiKey, {
    ...settings,
    ...(given.domain !== undefined && { domain: given.domain }),
    fetch: options.fetch ?? globalThis.fetch,
    firstWait: given.firstWait ?? 1000,
    attempts: 10,
  });
  return importFrom(options, vendorPages(access, { passwordWayIn }), given);
};
