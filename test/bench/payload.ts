// Bytes that a page loads at its start.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readEntries } from './entries.ts';

/** Bytes of one library. */
export interface Payload {
  plain: number;
  gzip: number;
  brotli: number;
}

/** Measures every entry. */
export const measurePayload = async (): Promise<Record<string, Payload>> => {
  const entries = Object.entries(await readEntries());
  return Object.fromEntries(
    entries.map(([name, text]) => [
      name,
      {
        plain: Buffer.byteLength(text),
        gzip: gzipSync(text, { level: 9 }).length,
        brotli: brotliCompressSync(text).length,
      },
    ]),
  );
};
