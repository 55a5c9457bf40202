import { Buffer } from 'node:buffer';
import { uidIn, unreadable, type Pieces, type Source, type SourceRecord } from './source.ts';

/** Bytes of one account at most: what is longer is none, and would not fit into the memory of whoever reads it. */
export const longestRecord = 1_048_576;

/** A line without its end; without text where it is too long, or no UTF-8. */
export interface TextLine {
  number: number;
  text: string | undefined;
  why?: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

const decode = (number: number, bytes: Uint8Array): TextLine => {
  try {
    return { number, text: decoder.decode(bytes).replace(/\r$/, '') };
  } catch {
    return { number, text: undefined, why: 'expected UTF-8' };
  }
};

const tooLong = (number: number): TextLine => ({
  number,
  text: undefined,
  why: `expected at most ${longestRecord} bytes`,
});

/** Lines of a file, one by one, as they are asked for; of one that is too long nothing is kept. */
export async function* linesOf(pieces: Pieces): AsyncGenerator<TextLine> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let size = 0;
  const end = (): TextLine => {
    const line = size > longestRecord ? tooLong(number) : decode(number, Buffer.concat(parts));
    number += 1;
    parts = [];
    size = 0;
    return line;
  };
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > longestRecord) parts = [];
    else parts.push(part);
  };
  for await (const piece of pieces) {
    let rest: Uint8Array = typeof piece === 'string' ? Buffer.from(piece) : piece;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      add(rest.subarray(0, at));
      yield end();
      rest = rest.subarray(at + 1);
    }
    if (rest.length > 0) add(rest);
  }
  if (size > 0) yield end();
}

/** Whom half an account is about, where that much of it is there. */
export const uidInText = (text: string): string | undefined =>
  /"UID"\s*:\s*"([^"\\]{1,300})"/.exec(text)?.[1];

/** A text that should be JSON, as a record; half an account is said to be that. */
export const parseRecord = (place: number, text: string): SourceRecord => {
  try {
    const line: unknown = JSON.parse(text);
    return { place, text, line, uid: uidIn(line) };
  } catch {
    const half = unreadable(place, text, 'expected a JSON object; it is broken off, or no JSON');
    return { ...half, uid: uidInText(text) };
  }
};

/** A line as a record; `undefined` where it is empty. */
export const recordOf = ({ number, text, why = '' }: TextLine): SourceRecord | undefined => {
  if (text === undefined) return unreadable(number, '', why);
  return text.trim() === '' ? undefined : parseRecord(number, text);
};

/** A file of our own format: one account a line, as JSON. */
export const lineSource = (pieces: Pieces): Source => ({
  async *read() {
    for await (const line of linesOf(pieces)) {
      const record = recordOf(line);
      if (record) yield record;
    }
  },
});
