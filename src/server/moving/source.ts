import type { Trouble } from '../rules/newcomer.ts';

/** One record of a source: an account, or something that should have been one. */
export interface SourceRecord {
  /** Its line, or which record it is, counted from 1. */
  place: number;
  /** As it was written, so that whoever goes on later knows the same source again. */
  text: string;
  /** What it says; absent where it says nothing that can be read. */
  line?: unknown;
  /** Whom it is about, as far as that can be told. */
  uid?: string | undefined;
  /** What was left out of it, or why nothing of it can be taken. */
  troubles?: Trouble[];
  /** It is no account that may come: its troubles say why. */
  isRefused?: true;
  /** Where fields of the line stood in the record, so that troubles name them so. */
  paths?: Record<string, string>;
  /** Names of fields that outro keeps nothing of. */
  ignored?: string[];
  /** The source goes on from here by itself: behind this record. */
  mark?: string | undefined;
  /** The source could not go on where it was, and has begun anew with this record. */
  startsAnew?: true;
}

/** Where people come from. */
export interface Source {
  /**
   * Its records, from the beginning, or behind a mark of its own.
   *
   * @throws Error that says what to do, where it does not go on
   */
  read(mark: string | undefined): AsyncIterable<SourceRecord>;
}

/** Bytes or text of a file, in pieces. */
export type Pieces = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** The uid in something that should have been an account. */
export const uidIn = (value: unknown): string | undefined => {
  const uid = (value as { UID?: unknown } | null)?.UID;
  return typeof uid === 'string' ? uid.toWellFormed().slice(0, 300) : undefined;
};

/** A record that cannot be read. */
export const unreadable = (place: number, text: string, why: string): SourceRecord => ({
  place,
  text,
  isRefused: true,
  troubles: [{ kind: 'unreadable', path: 'line', text: why }],
});
