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
 * A part as it is written: a part within it stays text, anything else is a value. The one way in which the house
 * writes SQL; a statement names its schema itself.
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

/** The text of a statement as databases take it, its values numbered. */
export const textOf = ({ texts }: Part): string =>
  texts.reduce((before, after, index) => `${before}$${index}${after}`);

/** Rows to write, as one value whatever their number: `from jsonb_to_recordset(…) as row(…)`. */
export const rowsOf = (rows: readonly object[], columns: string): Part =>
  sql(['jsonb_to_recordset(', `::jsonb) as row(${columns})`], JSON.stringify(rows));
