/** Rows as lines, their cells one below the other. */
export const aligned = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(Math.max(...rows.map((one) => one[column]?.length ?? 0))))
      .join('  ')
      .trimEnd(),
  );
