import type { ParseArgsConfig } from 'node:util';
import type { SitesConfiguration } from '../config/configuration.ts';
import type { Store } from '../exits/store.ts';

/** What a command is given: its options and words, and what they lead to. */
export interface Given {
  options: Record<string, string | boolean | undefined>;
  words: string[];
  /** The configuration at `--config`. */
  configuration(): Promise<SitesConfiguration>;
  /** The database; the command need not close it. */
  store(): Promise<Store>;
  /** Aborted when the command is to end. */
  signal: AbortSignal;
  /** Prints something at once, where a command goes on. */
  print(lines: string[], json: unknown): void;
}

/** What a command has to say: to people, and to programs. */
export interface Said {
  lines: string[];
  json: unknown;
  /** The exit code. Default 0. */
  code?: number;
}

/** A command: a row of the table. */
export interface Command {
  /** As it is called, without `outro`. */
  usage: string;
  /** What it does, in a sentence. */
  text: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** What each option means. */
  help: Record<string, string>;
  run(given: Given): Promise<Said>;
}
