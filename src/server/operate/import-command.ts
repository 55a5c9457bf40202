import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from '../../core/error.ts';
import type { ImportReport, ImportTrouble } from '../moving/report.ts';
import type { Pieces } from '../moving/source.ts';
import { conflictModes } from '../rules/newcomer.ts';
import type { Given, Said } from './command.ts';
import { optionsOf, siteOf, textOf, wordOf } from './given.ts';
import { importAccounts, importFromVendor, type ImportOptions } from './import.ts';
import { aligned } from './lines.ts';

// Troubles that are printed at most; the report counts them all.
const mostLines = 1000;

const lineOf = ({ place, uid, path, text, kind, isRefused }: ImportTrouble): string =>
  `${place}: ${uid ?? '?'}: ${isRefused ? 'not brought' : 'brought without it'}: ${path}: ${text} (${kind})`;

const countsOf = (counts: Partial<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '-';

const linesOf = (report: ImportReport, isDry: boolean): string[] => [
  isDry ? 'nothing was written; it would be:' : 'done:',
  ...aligned([
    ['accounts read', String(report.read)],
    ['new', String(report.new)],
    ['changed', String(report.changed)],
    ['as they were', String(report.same)],
    ['not brought', String(report.refused)],
    ['identities written', String(report.identities)],
    ['login ids written', String(report.loginIds)],
    ['with tokens', String(report.tokens)],
    ['without a way in', String(report.withoutWayIn)],
    ['troubles', countsOf(report.troubles)],
    ['fields not kept', countsOf(report.ignored)],
  ]),
];

const modeOf = (given: Given): ImportOptions['conflicts'] => {
  const mode = textOf(given, 'conflicts')?.toLowerCase();
  if (mode === undefined) return undefined;
  return (
    conflictModes.find((one) => one === mode) ??
    fail('invalidParameter', `--conflicts: expected one of ${conflictModes.join(', ')}`)
  );
};

// The file that is named, or standard input.
const openPieces = (file: string): Pieces =>
  file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 262_144 });

// What the options of a command line say of an import.
const importOptionsOf = async (given: Given, name: string): Promise<ImportOptions> => {
  let printed = 0;
  return {
    site: await siteOf(given),
    name: textOf(given, 'name') ?? name,
    conflicts: modeOf(given),
    dryRun: given.options['dry-run'] === true,
    restart: given.options['restart'] === true,
    signal: given.signal,
    onTrouble(trouble) {
      printed += 1;
      if (printed <= mostLines) given.print([lineOf(trouble)], { trouble });
    },
  };
};

// Exit code 1 where some did not come, or it was broken off.
const sayReport = (report: ImportReport, given: Given): Said => {
  const isDry = given.options['dry-run'] === true;
  const isBroken = given.signal.aborted;
  return {
    lines: [
      ...linesOf(report, isDry),
      ...(isBroken ? ['broken off; the same command goes on from here'] : []),
    ],
    json: { report },
    code: isBroken || report.refused > 0 ? 1 : 0,
  };
};

/** `outro import`. */
export const importCommand = async (given: Given): Promise<Said> => {
  const from = textOf(given, 'from');
  const [word] = given.words;
  const file = from === undefined ? wordOf(given, 0, 'FILE') : word;
  const options = await optionsOf(given);
  const wanted = await importOptionsOf(
    given,
    file === undefined ? (from ?? '') : file === '-' ? 'stdin' : resolve(file),
  );
  const stream = file === undefined ? undefined : openPieces(file);
  const report =
    from === undefined
      ? await importAccounts(options, stream ?? [], wanted)
      : await importFromVendor(options, {
          ...wanted,
          from,
          stream,
          domain: textOf(given, 'domain'),
          passwordWayIn: given.options['password-way-in'] === true,
        });
  return sayReport(report, given);
};
