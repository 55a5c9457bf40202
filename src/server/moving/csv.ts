import { longestRecord } from './lines.ts';
import { uidIn, unreadable, type SourceRecord } from './source.ts';

/** Rows of a CSV file (RFC 4180), one by one, as they are asked for; `undefined` for one that is too long. */
async function* rowsOf(texts: AsyncIterable<string>): AsyncGenerator<string[] | undefined> {
  let cells: string[] = [];
  let cell = '';
  let [isQuoted, wasQuote, size] = [false, false, 0];
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
    wasQuote = false;
  };
  const endRow = (): string[] | undefined => {
    endCell();
    const row = size > longestRecord ? undefined : cells;
    [cells, isQuoted, size] = [[], false, 0];
    return row;
  };
  for await (const piece of texts)
    for (const sign of piece) {
      size += 1;
      // A quote that is never closed ends with the line, once too much has been read.
      const isLost = size > longestRecord;
      if (isQuoted && !isLost) {
        if (sign === '"') [isQuoted, wasQuote] = [false, true];
        else cell += sign;
      } else if (sign === '"' && wasQuote && !isLost) {
        cell += sign;
        [isQuoted, wasQuote] = [true, false];
      } else if (sign === '"' && cell === '') isQuoted = true;
      else if (sign === ',') endCell();
      else if (sign === '\n') yield endRow();
      else if (sign !== '\r' && !isLost) cell += sign;
    }
  if (size > 0) yield endRow();
}

const isName = (name: string): boolean =>
  /^\w{1,100}$/.test(name) && !['__proto__', 'constructor', 'prototype'].includes(name);

const valueOf = (cell: string): unknown => {
  if (!/^[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
};

// `profile.email`, `identities.0.provider` and `identities[0].provider` lead to where they say.
const put = (into: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [name = '', ...rest] = path;
  const [next] = rest;
  if (next === undefined) into[name] = value;
  else {
    into[name] ??= /^\d{1,3}$/.test(next) ? [] : {};
    const inner = into[name];
    if (typeof inner === 'object' && inner !== null)
      put(inner as Record<string, unknown>, rest, value);
  }
};

/** The accounts of a CSV file whose first row has the paths of its fields. */
export async function* accountsOf(texts: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  let heads: string[][] | undefined;
  let place = 0;
  for await (const row of rowsOf(texts)) {
    if (row && !heads) {
      heads = row.map((head) =>
        head
          .trim()
          .replaceAll(/\[(\d{1,3})\]/g, '.$1')
          .split('.'),
      );
      continue;
    }
    if (row?.every((cell) => cell === '')) continue;
    place += 1;
    const text = JSON.stringify(row ?? '');
    if (!row) yield unreadable(place, '', `expected at most ${longestRecord} bytes`);
    else if (text.includes('\ufffd')) yield unreadable(place, text, 'expected UTF-8');
    else if (row.length !== heads?.length)
      yield unreadable(place, text, `expected ${heads?.length} columns, got ${row.length}`);
    else {
      const line: Record<string, unknown> = {};
      for (const [index, cell] of row.entries()) {
        const path = heads[index] ?? [];
        if (cell !== '' && path.every(isName)) put(line, path, valueOf(cell));
      }
      yield { place, text, line, uid: uidIn(line) };
    }
  }
}
