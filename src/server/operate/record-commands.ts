import { fail } from '../../core/error.ts';
import type { ErrandFilter, ErrandState, JournalFilter } from '../exits/record.ts';
import type { Given, Said } from './command.ts';
import { dropErrands, listErrands, retryErrands, showErrand } from './errands.ts';
import { limitOf, optionsOf, siteOf, textOf, timeOf, wordOf } from './given.ts';
import { followChanges, listChanges, type ListedChange } from './journal.ts';
import { aligned } from './lines.ts';

const lineOf = ({
  at,
  actor,
  method,
  uid = '-',
  provider = '-',
  callId,
  receipt,
}: ListedChange) => [
  at.toISOString(),
  uid,
  actor,
  method,
  provider,
  receipt.map(({ step, status }) => `${step}:${status}`).join(' '),
  callId,
];

/** `outro journal`. */
export const journal = async (given: Given): Promise<Said> => {
  const filter: JournalFilter = {
    site: await siteOf(given),
    uid: textOf(given, 'uid'),
    provider: textOf(given, 'provider'),
    actor: textOf(given, 'actor'),
    callId: textOf(given, 'call'),
    since: timeOf(given, 'since'),
    until: timeOf(given, 'until'),
  };
  const store = await given.store();
  if (given.options['follow'] !== true) {
    const changes = await listChanges({ store }, filter, limitOf(given));
    return { lines: aligned(changes.map(lineOf)), json: changes };
  }
  for await (const change of followChanges({ store }, filter, given.signal))
    given.print(aligned([lineOf(change)]), change);
  return { lines: [], json: undefined };
};

/** How errands stand. */
export const states: ErrandState[] = [
  'pending',
  'done',
  'already',
  'unsupported',
  'failed',
  'skipped',
];

const filterOf = (given: Given): ErrandFilter => {
  const state = textOf(given, 'state');
  return {
    id: given.words[1],
    site: textOf(given, 'site'),
    destination: textOf(given, 'destination'),
    state:
      state === undefined
        ? undefined
        : (states.find((one) => one === state) ??
          fail('invalidParameter', `--state: expected one of ${states.join(', ')}`)),
    isStuck: given.options['stuck'] === true || undefined,
  };
};

/** Whoever changes errands says which: all of them is never meant by saying nothing. */
const chosenBy = (given: Given): ErrandFilter => {
  const filter = filterOf(given);
  return Object.values(filter).some((value) => value !== undefined)
    ? filter
    : fail('missingParameter', 'ID, --stuck, --destination or --site: expected at least one');
};

/** `outro errands`. */
export const errands = async (given: Given): Promise<Said> => {
  const action = wordOf(given, 0, 'list, show, retry or drop');
  if (action === 'list') {
    const store = await given.store();
    const found = await listErrands({ store }, filterOf(given), limitOf(given));
    const rows = found.map((one) => [
      one.id,
      one.site,
      one.destination,
      one.state,
      String(one.attempts),
      one.createdAt.toISOString(),
      one.reason ?? '-',
    ]);
    return { lines: aligned(rows), json: found };
  }
  if (action === 'show') {
    const store = await given.store();
    const errand = await showErrand({ store }, wordOf(given, 1, 'ID'));
    return { lines: [JSON.stringify(errand, null, 2)], json: errand };
  }
  if (action === 'retry') {
    const count = await retryErrands({ store: await given.store() }, chosenBy(given));
    return { lines: [`${count} errand(s) are tried again`], json: { retried: count } };
  }
  if (action !== 'drop')
    return fail('invalidParameter', `${action}: expected list, show, retry or drop`);
  const count = await dropErrands(await optionsOf(given), chosenBy(given));
  return { lines: [`${count} errand(s) were given up`], json: { dropped: count } };
};
