import { CompiledQuery, type Kysely } from 'kysely';
import type { Tables } from '../exits/tables.ts';

/** A statement, or a part of one: its texts, and the values that stand between them. */
export class Part {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];

  constructor(texts: readonly string[], values: readonly unknown[]) {
    this.texts = texts;
    this.values = values;
  }
}

/**
 * A part as it is written: a part within it stays text, anything else is a value. What every removal and logout says
 * is made with it, since kysely takes the longest way to such a text: a tree, a copy of the tree, and a visit to all of it.
 */
export const sql = (written: readonly string[], ...given: unknown[]): Part => {
  const texts = [written[0] ?? ''];
  const values: unknown[] = [];
  const append = (text: string): void => {
    texts[texts.length - 1] += text;
  };
  for (const [index, one] of given.entries()) {
    const after = written[index + 1] ?? '';
    if (one instanceof Part) {
      const [first = '', ...rest] = one.texts;
      append(first);
      texts.push(...rest);
      values.push(...one.values);
      append(after);
    } else {
      values.push(one);
      texts.push(after);
    }
  }
  return new Part(texts, values);
};

/** Parts in a list. */
export const join = (parts: readonly Part[]): Part =>
  sql(['', ...Array.from({ length: parts.length - 1 }, () => ', '), ''], ...parts);

/** Runs a statement; it names its schema itself. */
export const run = async <Row>(db: Kysely<Tables>, { texts, values }: Part): Promise<Row[]> => {
  const text = texts.reduce((before, after, index) => `${before}$${index}${after}`);
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows;
};
