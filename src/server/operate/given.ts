import { fail } from '../../core/error.ts';
import { parseConfiguration } from '../config/configuration.ts';
import type { Given } from './command.ts';
import type { OperatorOptions } from './operator.ts';

/** What the functions of this room are given. */
export const optionsOf = async (given: Given): Promise<OperatorOptions> => ({
  ...(await given.configuration()),
  store: await given.store(),
});

/** The text of an option. */
export const textOf = ({ options }: Given, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** @throws missingParameter when a word is missing */
export const wordOf = ({ words }: Given, index: number, name: string): string =>
  words[index] ?? fail('missingParameter', `${name}: expected behind the command`);

/**
 * The site that is meant: the one that is named, or the only one.
 *
 * @throws missingParameter when there are several
 */
export const siteOf = async (given: Given): Promise<string> => {
  const named = textOf(given, 'site');
  if (named !== undefined) return named;
  const { sites } = parseConfiguration(await given.configuration());
  const [only, ...others] = sites;
  return only && others.length === 0
    ? only.apiKey
    : fail(
        'missingParameter',
        `--site: expected one of ${sites.map((one) => one.apiKey).join(', ')}`,
      );
};

/** @throws invalidParameter when it is no time */
export const timeOf = (given: Given, name: string): Date | undefined => {
  const value = textOf(given, name);
  if (value === undefined) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime())
    ? fail('invalidParameter', `--${name}: expected a time such as 2026-11-26 or 2026-11-26T14:00Z`)
    : time;
};

/** @throws invalidParameter when it is no number in bounds */
export const limitOf = (given: Given): number => {
  const limit = Number(textOf(given, 'limit') ?? 100);
  return Number.isInteger(limit) && limit >= 1 && limit <= 10_000
    ? limit
    : fail('invalidParameter', '--limit: expected a whole number from 1 to 10000');
};
