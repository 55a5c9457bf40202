import { longestRecord, parseRecord, uidInText } from './lines.ts';
import { unreadable, type SourceRecord } from './source.ts';

/** Where a reader of a JSON array is. */
interface Scan {
  /** What is open: braces and brackets within the account. */
  open: string[];
  isText: boolean;
  isEscaped: boolean;
  /** The last sign that was no space. */
  before: string;
}

const begin = (): Scan => ({ open: [], isText: false, isEscaped: false, before: '' });

// A line that ends within a text, and an object where the name of a field must stand, are signs of half an account.
const isBroken = ({ open, isText, before }: Scan, sign: string): boolean =>
  isText
    ? sign === '\n'
    : sign === '{' && open.at(-1) === '{' && (before === ',' || before === '{');

const step = (scan: Scan, sign: string): void => {
  if (scan.isText) {
    if (scan.isEscaped) scan.isEscaped = false;
    else if (sign === '\\') scan.isEscaped = true;
    else if (sign === '"') scan.isText = false;
  } else if (sign === '"') scan.isText = true;
  else if (sign === '{' || sign === '[') scan.open.push(sign);
  else if (sign === '}' || sign === ']') scan.open.pop();
  if (!/\s/.test(sign)) scan.before = sign;
};

const half = 'expected a JSON object; it is broken off';

/** The objects of a JSON array, one by one, as they are asked for; behind half an account it goes on with the next. */
export async function* objectsOf(texts: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  let scan = begin();
  let text = '';
  let place = 0;
  const end = (why?: string): SourceRecord => {
    place += 1;
    const record =
      text.length > longestRecord
        ? unreadable(place, '', `expected at most ${longestRecord} bytes`)
        : why === undefined
          ? parseRecord(place, text)
          : { ...unreadable(place, text, why), uid: uidInText(text) };
    scan = begin();
    text = '';
    return record;
  };
  for await (const piece of texts)
    for (const sign of piece) {
      const isWithin = scan.open.length > 0;
      if (isWithin && isBroken(scan, sign)) yield end(half);
      if (scan.open.length === 0 && sign !== '{') continue;
      step(scan, sign);
      if (text.length <= longestRecord) text += sign;
      if (scan.open.length === 0) yield end();
    }
  if (scan.open.length > 0) yield end(half);
}
