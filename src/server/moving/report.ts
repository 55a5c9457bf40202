import type { Judged, Trouble, TroubleKind } from '../rules/newcomer.ts';
import type { SourceRecord } from './source.ts';

/** Something that whoever brings people along should know, with whom it is about. */
export interface ImportTrouble extends Trouble {
  /** Line, or which record it is, counted from 1. */
  place: number;
  uid: string | undefined;
  /** The account did not come; else it came without what the trouble is about. */
  isRefused: boolean;
}

/** What came of an import. */
export interface ImportReport {
  /** Accounts that were read, those that could not be among them. */
  read: number;
  new: number;
  changed: number;
  same: number;
  refused: number;
  /** Identities, login ids and identities with tokens that were written. */
  identities: number;
  loginIds: number;
  tokens: number;
  /** Accounts that nobody gets into, as far as the source tells. */
  withoutWayIn: number;
  /** Troubles by kind. */
  troubles: Partial<Record<TroubleKind, number>>;
  /** How often which field came of which outro keeps nothing. */
  ignored: Record<string, number>;
}

// Names of fields that are counted at most: a source may have any number.
const mostNames = 200;

/** A report of nothing. */
export const emptyReport = (): ImportReport => ({
  read: 0,
  new: 0,
  changed: 0,
  same: 0,
  refused: 0,
  identities: 0,
  loginIds: 0,
  tokens: 0,
  withoutWayIn: 0,
  troubles: {},
  ignored: {},
});

const countIgnored = (report: ImportReport, names: readonly string[]): void => {
  for (const name of names)
    if (Object.hasOwn(report.ignored, name) || Object.keys(report.ignored).length < mostNames)
      report.ignored[name] = (report.ignored[name] ?? 0) + 1;
};

/** Counts what came of a record. */
export const count = (
  report: ImportReport,
  { ignored = [] }: SourceRecord,
  troubles: readonly Trouble[],
  judged: Judged | undefined,
): void => {
  report.read += 1;
  report[judged?.outcome ?? 'refused'] += 1;
  for (const { kind } of troubles) report.troubles[kind] = (report.troubles[kind] ?? 0) + 1;
  countIgnored(report, ignored);
  if (!judged || judged.outcome === 'refused') return;
  if (!judged.hasWayIn) report.withoutWayIn += 1;
  const { identities = [], loginIds = [] } = judged.writing ?? {};
  report.identities += identities.length;
  report.loginIds += loginIds.length;
  report.tokens += identities.filter((one) => one.sealed_tokens !== null).length;
};
