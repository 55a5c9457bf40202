import { Buffer } from 'node:buffer';
import { accountsOf } from './csv.ts';
import { objectsOf } from './json-array.ts';
import { linesOf, recordOf } from './lines.ts';
import type { Pieces, Source, SourceRecord } from './source.ts';
import { turnAccount, type VendorOptions } from './vendor-account.ts';

/** The first sign of a file that is no space, and the file from its beginning. */
const peek = async (
  pieces: Pieces,
): Promise<{ first: string; whole: AsyncIterable<Uint8Array> }> => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  const rest = bytes();
  const read: Uint8Array[] = [];
  let first = '';
  while (first === '') {
    const { value, done } = await rest.next();
    if (done) break;
    read.push(value);
    first = /[^\s\ufeff]/.exec(Buffer.from(value).toString('utf8'))?.[0] ?? '';
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* read;
    yield* rest;
  }
  return { first, whole: whole() };
};

async function* textsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

async function* jsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  for await (const line of linesOf(bytes)) {
    const record = recordOf(line);
    if (record) yield record;
  }
}

const refuseMangled = (record: SourceRecord): SourceRecord =>
  record.text.includes('\ufffd') && !record.isRefused
    ? {
        ...record,
        isRefused: true,
        troubles: [{ kind: 'unreadable', path: 'line', text: 'expected UTF-8' }],
      }
    : record;

/** A file of a vendor's accounts: JSON lines, a JSON array or CSV, as its first sign says. */
export const vendorFile = (pieces: Pieces, options: VendorOptions): Source => ({
  async *read() {
    const { first, whole } = await peek(pieces);
    const records =
      first === '['
        ? objectsOf(textsOf(whole))
        : first === '{' || first === ''
          ? jsonLines(whole)
          : accountsOf(textsOf(whole));
    for await (const record of records)
      yield turnAccount(first === '[' ? refuseMangled(record) : record, options);
  },
});
