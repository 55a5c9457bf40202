import { expect, it } from 'vitest';
import { readQuotes } from '../bench/readme.ts';

it('src/docs/measured.md quotes the last results of npm run bench, and no others', () => {
  const { present, made } = readQuotes();
  expect(present).toBe(made);
});
