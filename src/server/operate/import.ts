import { fail } from '../../core/error.ts';
import { bringAlong } from '../moving/bring-along.ts';
import { lineSource } from '../moving/lines.ts';
import type { ImportReport, ImportTrouble } from '../moving/report.ts';
import type { Pieces, Source } from '../moving/source.ts';
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

/**
 * Brings accounts along from a source.
 *
 * @throws invalidApiKey, notSupported, operationNotAllowed
 */
export const importFrom = async (
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
