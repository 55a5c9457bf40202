/** A cell of a table. */
export type Cell = string | number;

/** Rows as lines of text, their columns as wide as their widest cell; the keys of the first row are the head. */
export const plainTable = (rows: Record<string, Cell>[]): string => {
  const head = Object.keys(rows[0] ?? {});
  const lines = [head, ...rows.map((row) => head.map((key) => String(row[key] ?? '')))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const isNumber = head.map((key) => rows.every((row) => typeof row[key] === 'number'));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumber[column] ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
