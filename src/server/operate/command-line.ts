import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { SitesConfiguration } from '../config/configuration.ts';
import type { Store } from '../exits/store.ts';
import type { Command, Given } from './command.ts';
import { aligned } from './lines.ts';

/** What every command takes. */
const common = {
  config: { type: 'string' },
  'database-url': { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const commonHelp: Record<string, string> = {
  config: 'JSON: { "sites": [...], "encryptionKeys": [...] }',
  'database-url': 'Postgres (default DATABASE_URL; without it, an embedded database)',
  data: 'folder of the embedded database (default .outro), which nobody else may have open',
  json: 'the same for programs',
};

/**
 * Reads the configuration of a file.
 *
 * @throws Error when it is missing or no JSON
 */
export const readConfiguration = async (file: string | undefined): Promise<SitesConfiguration> => {
  if (file === undefined) throw new Error('--config: expected the path of a JSON file');
  const text = await readFile(file, 'utf8');
  try {
    // Where editors find what may stand in it.
    const { $schema: _, ...given } = JSON.parse(text) as SitesConfiguration & { $schema?: string };
    return given;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

/** What a command says about itself. */
export const helpOf = ({ usage, text, help }: Command): string =>
  [
    `usage: outro ${usage} [--json]`,
    '',
    text,
    '',
    ...aligned(
      Object.entries({ ...help, ...commonHelp }).map(([name, what]) => [`  --${name}`, what]),
    ),
  ].join('\n');

const printAs =
  (isJson: boolean) =>
  (lines: string[], json: unknown): void => {
    if (!isJson) for (const line of lines) console.log(line);
    else if (json !== undefined) console.log(JSON.stringify(json));
  };

/**
 * Runs a command of the table with the words of a command line: prints what it says, and gives back its exit code.
 *
 * @param open opens the database.
 * @throws Error that says what is wrong with the words, the configuration or the database
 */
export const runCommand = async (
  command: Command,
  args: string[],
  open: (databaseUrl: string | undefined, folder: string) => Promise<Store>,
): Promise<number> => {
  const { values, positionals } = parseArgs({
    args,
    options: { ...command.options, ...common },
    allowPositionals: true,
  });
  const options = values as Record<string, string | boolean | undefined>;
  if (options['help'] === true) {
    console.log(helpOf(command));
    return 0;
  }
  const named = (name: string): string | undefined => options[name] as string | undefined;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let opened: Promise<Store> | undefined;
  const print = printAs(options['json'] === true);
  const given: Given = {
    options,
    words: positionals,
    configuration: () => readConfiguration(named('config')),
    store: () =>
      (opened ??= open(
        named('database-url') ?? process.env['DATABASE_URL'],
        named('data') ?? '.outro',
      )),
    signal: stop.signal,
    print,
  };
  try {
    const { lines, json, code = 0 } = await command.run(given);
    print(lines, json);
    return code;
  } catch (error) {
    throw isOutroError(error) ? new Error(error.details ?? error.message, { cause: error }) : error;
  } finally {
    await opened?.then(
      (store) => store.close(),
      () => {},
    );
  }
};
