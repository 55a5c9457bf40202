import { mutant, type Mutant } from './mutant.ts';

const p = 'postgres';
const address = 'contract/leave-address';

/** TABLE: what the addresses of a trip through logout pages may say, and to whom. */
export const trips: readonly Mutant[] = [
  mutant(
    'whoever has no cookie goes on with no trip',
    'departure/pages.ts',
    '  if (!isOurs && !(await begins(parts, found))) return showOutcome(parts, found, asking);\n',
    '',
    p,
    address,
    '4.10',
  ),
  mutant(
    'a trip begins once',
    'departure/pages.ts',
    '  isBeginning &&\n  trip.stops.every(({ leftAt }) => leftAt === undefined) &&\n  store.exits.seeOnce(',
    '  isBeginning &&\n  trip.stops.every(({ leftAt }) => leftAt === undefined) ||\n  store.exits.seeOnce(',
    p,
    address,
    '4.10',
  ),
  mutant(
    'the token of the trip stands in no address of the site',
    'departure/pages.ts',
    "target.searchParams.set('outro_departure', outcomeTokenOf(token));",
    "target.searchParams.set('outro_departure', token);",
    p,
    'contract/leave.test',
    'goes to one after the other',
  ),
  mutant(
    'a stop that has had its visit is not visited again',
    'departure/pages.ts',
    'if (retry !== undefined && (index !== retry || returnedAt !== undefined)) continue;',
    'if (retry !== undefined && index !== retry) continue;',
    p,
    address,
    '4.10',
  ),
  mutant(
    'no address is longer than 6 kB',
    'departure/stop.ts',
    '  if (url.href.length <= addressAtMost) return { url: url.href };\n',
    '  if (url.href.length <= 1e9) return { url: url.href };\n',
    p,
    address,
    '3.16',
  ),
  mutant(
    'what was left out of an address is told',
    'departure/pages.ts',
    '  if (found?.isHintLeftOut)\n',
    '  if (found?.isHintLeftOut && false)\n',
    p,
    address,
    '3.16',
  ),
  mutant(
    'a logout page that needs a token too long for it is not promised',
    'departure/draft-ways.ts',
    '  if (isTooLong(way, stop))\n',
    '  if (isTooLong(way, stop) && false)\n',
    p,
    address,
    '3.16',
  ),
  mutant(
    'a trip speaks the language in which it began',
    'departure/pages.ts',
    "asking.lang = last === 'return' ? (carried ?? named) : (named ?? carried);",
    "asking.lang = named ?? (last === 'return' ? undefined : carried);",
    p,
    'contract/pages',
    'a trip speaks one language',
  ),
  mutant(
    'a trip is told the language of the page that begins it',
    '../browser/leave/departure.ts',
    '`${url}?${spoken}` : url;',
    'url : url;',
    'unit',
    'unit/browser/departure',
    'goes along with a trip',
  ),
];
