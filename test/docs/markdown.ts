/** The title of a made page, and the warning not to write in it. */
export const heading = (title: string): string =>
  `# ${title}\n\n<!-- Made by \`npm run docs\` from the tables and their comments; a test fails when it is out of date. -->`;

/** Paragraphs, tables and sections, with a line between them. */
export const section = (...parts: string[]): string =>
  `${parts.map((one) => one.trim()).join('\n\n')}\n`;

const rowOf = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** A table; the first line names the columns. */
export const table = ([header = [], ...rows]: readonly (readonly string[])[]): string =>
  [rowOf(header), rowOf(header.map(() => '---')), ...rows.map(rowOf)].join('\n');

/** Code within a text. */
export const tick = (text: string): string => `\`${text}\``;
