import { fail } from '../../core/error.ts';
import type { Keyring } from '../config/keyring.ts';
import type { Store } from '../exits/store.ts';
import type { Bringing } from '../people/people.ts';
import { judgeNewcomer } from '../rules/judge-newcomer.ts';
import type { Judged, Seen, Trouble } from '../rules/newcomer.ts';
import { batchesOf, type Coming } from './batches.ts';
import { beginAnew, digestOf, note, start, type BringOptions, type Journey } from './journey.ts';
import { openRehearsal, type Rehearsal } from './rehearsal.ts';
import { count, type ImportReport } from './report.ts';
import type { Source, SourceRecord } from './source.ts';

// By the name that it has in the source.
const pathIn = ({ paths = {} }: SourceRecord, { path }: Trouble): string => {
  const [list = '', index = '', ...rest] = path.split('.');
  const there = paths[`${list}.${index}`];
  return there === undefined ? path : [there, ...rest.filter((one) => one !== 'value')].join('.');
};

const tell = (
  { report }: Journey,
  batch: readonly Coming[],
  judged: readonly Judged[],
  onTrouble: BringOptions['onTrouble'],
): ImportReport => {
  const next = structuredClone(report);
  let index = 0;
  for (const { record, newcomer, troubles } of batch) {
    const one = newcomer ? judged[index] : undefined;
    if (newcomer) index += 1;
    const all = [...troubles, ...(one?.troubles ?? [])];
    count(next, record, all, one);
    const isRefused = one === undefined || one.outcome === 'refused';
    const uid = newcomer?.uid ?? record.uid;
    for (const trouble of all)
      onTrouble({ ...trouble, path: pathIn(record, trouble), place: record.place, uid, isRefused });
  }
  return next;
};

const silent = (): void => {};

/** Carries a batch out, or only says what would be. */
const carryOut = async (
  bringing: Bringing,
  journey: Journey,
  batch: readonly Coming[],
  { site, name, conflicts }: BringOptions,
  rehearsal: Rehearsal | undefined,
): Promise<Judged[]> => {
  const newcomers = batch.flatMap(({ newcomer }) => newcomer ?? []);
  const judge = (seen: Seen): Judged[] =>
    newcomers.map((newcomer) => judgeNewcomer(newcomer, seen, conflicts));
  if (batch[0]?.record.startsAnew) beginAnew(journey);
  for (const { record } of batch) note(journey, record);
  journey.mark = batch.at(-1)?.record.mark;
  if (rehearsal) {
    const seen = await bringing.look(site, newcomers);
    return rehearsal.judge(newcomers, seen, judge);
  }
  const judged = await bringing.bring(site, newcomers, judge, {
    name,
    at: (decided) => ({
      before: journey.kept,
      done: journey.done,
      digest: digestOf(journey),
      mark: journey.mark,
      report: tell(journey, batch, decided, silent),
    }),
  });
  journey.kept = journey.done;
  return judged;
};

const bringingOf = ({ people }: Store): Bringing =>
  people.bringing ??
  fail(
    'notSupported',
    'store: people are in the tables of the site itself; bring them in there, and outro finds them. Tokens come with signedIn, at each sign-in',
  );

/**
 * Brings people along from elsewhere: in batches, each of which comes whole or not at all, at the pace of the database. It may
 * be broken off at any time, and is gone on with under its name; what is here already stays as it is.
 *
 * @throws notSupported where people are the site's own; operationNotAllowed when another import of that name is under way,
 *   or the source is not what it was when it was broken off
 */
export const bringAlong = async (
  { store, keyring }: { store: Store; keyring: Keyring },
  source: Source,
  options: BringOptions,
): Promise<ImportReport> => {
  const bringing = bringingOf(store);
  const { site, name, isRehearsal, signal } = options;
  const { journey, records } = await start(bringing, source, options);
  const rehearsal = isRehearsal ? await openRehearsal() : undefined;
  try {
    for await (const batch of batchesOf(records, options, keyring)) {
      const judged = await carryOut(bringing, journey, batch, options, rehearsal);
      journey.report = tell(journey, batch, judged, options.onTrouble);
      options.onProgress(journey.report);
    }
  } finally {
    rehearsal?.close();
  }
  if (isRehearsal || signal?.aborted) return journey.report;
  const { report } = journey;
  const hasChanged = report.new + report.changed > 0;
  await bringing.finish(
    site,
    name,
    hasChanged
      ? {
          callId: crypto.randomUUID().replaceAll('-', ''),
          actor: 'operator',
          method: 'importAccounts',
          provider: undefined,
          cid: name.slice(0, 100),
          receipt: [],
        }
      : undefined,
  );
  return report;
};
