/** A statement, or a part of one: its texts, and the values that stand between them. */
export class Part {
  readonly written: readonly string[];
  readonly given: readonly unknown[];

  constructor(written: readonly string[], given: readonly unknown[]) {
    this.written = written;
    this.given = given;
  }
}

/**
 * A part as it is written: a part within it stays text, anything else is a value. The one way in which the house
 * writes SQL; a statement names its schema itself.
 */
export const sql = (written: readonly string[], ...given: unknown[]): Part =>
  new Part(written, given);

const commas = (count: number): string[] => [
  '',
  ...Array.from({ length: count }, (_, index) => (index < count - 1 ? ', ' : '')),
];
const separators = Array.from({ length: 40 }, (_, count) => commas(count));

/** Parts in a list. */
export const join = (parts: readonly Part[]): Part =>
  new Part(separators[parts.length] ?? commas(parts.length), parts);

const records = new Map<string, readonly string[]>();

/** Rows to write, as one value whatever their number: `from jsonb_to_recordset(…) as row(…)`. */
export const rowsOf = (rows: readonly object[], columns: string): Part => {
  const written = records.get(columns) ?? ['jsonb_to_recordset(', `::jsonb) as row(${columns})`];
  records.set(columns, written);
  return new Part(written, [JSON.stringify(rows)]);
};

/** The text of a statement as databases take it, its values numbered. */
export const textOf = (part: Part): string => {
  let count = 0;
  const write = ({ written, given }: Part): string =>
    written.reduce((before, after, index) => {
      const one = given[index - 1];
      return before + (one instanceof Part ? write(one) : `$${(count += 1)}`) + after;
    });
  return write(part);
};

/** The values of a statement, in the order of its text. */
export const valuesOf = (part: Part): unknown[] => {
  const values: unknown[] = [];
  const collect = ({ given }: Part): void => {
    for (const one of given)
      if (one instanceof Part) collect(one);
      else values.push(one);
  };
  collect(part);
  return values;
};

// Each text that stands in the code is one array, whenever it is run.
const numbers = new WeakMap<readonly string[], number>();
let written = 0;

const numberOf = (texts: readonly string[]): number => {
  const known = numbers.get(texts);
  if (known !== undefined) return known;
  numbers.set(texts, (written += 1));
  return written;
};

/**
 * What tells a statement's text from every other, in a fraction of its length: by which texts of the code it is made of.
 * A statement is looked up by it at each request.
 */
export const shapeOf = ({ written: texts, given }: Part): string => {
  let shape = String(numberOf(texts));
  for (const one of given) if (one instanceof Part) shape += `(${shapeOf(one)})`;
  return shape;
};
