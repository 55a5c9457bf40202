import { createHash, type Hash } from 'node:crypto';
import { fail } from '../../core/error.ts';
import type { Bringing, Progress } from '../people/people.ts';
import type { ConflictMode } from '../rules/newcomer.ts';
import { emptyReport, type ImportReport, type ImportTrouble } from './report.ts';
import type { Source, SourceRecord } from './source.ts';

/** How people are brought along. */
export interface BringOptions {
  /** The key of the site that they come to. */
  site: string;
  /** What the import is called; one that was broken off is gone on with under the same name. */
  name: string;
  /** What happens to an account one of whose identities or login ids is another account's. */
  conflicts: ConflictMode;
  /** Only look, and say what would be. */
  isRehearsal: boolean;
  /** Begin anew, although one of that name was broken off. */
  restarts: boolean;
  onTrouble: (trouble: ImportTrouble) => void;
  onProgress: (report: ImportReport) => void;
  signal: AbortSignal | undefined;
}

/** One import under way: what it has come to, and how it goes on. */
export interface Journey {
  report: ImportReport;
  /** Records that are dealt with, and the digest of their texts. */
  done: number;
  hash: Hash;
  mark: string | undefined;
  /** What was kept last, by which another import of the same name is known. */
  kept: number;
}

/** What is known of the records that are dealt with. */
export const digestOf = ({ hash }: Journey): string => hash.copy().digest('hex');

/** Notes that a record is dealt with. */
export const note = (journey: Journey, { text }: SourceRecord): void => {
  journey.done += 1;
  journey.hash.update(`${text}\n`);
};

const begin = (): Journey => ({
  report: emptyReport(),
  done: 0,
  hash: createHash('sha256'),
  mark: undefined,
  kept: 0,
});

/** Forgets what it has come to: the source has begun anew. */
export const beginAnew = (journey: Journey): void => {
  const { kept } = journey;
  Object.assign(journey, begin(), { kept });
};

/** Passes over the records that an earlier run has dealt with. */
async function* passOver(
  records: AsyncIterable<SourceRecord>,
  { done, digest: before }: Progress,
  journey: Journey,
  name: string,
): AsyncGenerator<SourceRecord> {
  for await (const record of records) {
    if (journey.done === done && digestOf(journey) !== before)
      fail(
        'operationNotAllowed',
        `name: the import ${name} was broken off behind record ${done}, and what is before that is not the same now; begin anew, or choose another name`,
      );
    if (journey.done >= done) yield record;
    else note(journey, record);
  }
}

/** Goes on where an import of that name was broken off, or begins. */
export const start = async (
  bringing: Bringing,
  source: Source,
  { site, name, isRehearsal, restarts }: BringOptions,
): Promise<{ journey: Journey; records: AsyncIterable<SourceRecord> }> => {
  const journey = begin();
  if (isRehearsal) return { journey, records: source.read(undefined) };
  if (restarts) await bringing.finish(site, name, undefined);
  const progress = await bringing.progress(site, name);
  if (!progress) return { journey, records: source.read(undefined) };
  journey.report = { ...journey.report, ...progress.report };
  journey.kept = progress.done;
  if (progress.mark === undefined)
    return { journey, records: passOver(source.read(undefined), progress, journey, name) };
  journey.done = progress.done;
  journey.mark = progress.mark;
  return { journey, records: source.read(progress.mark) };
};
