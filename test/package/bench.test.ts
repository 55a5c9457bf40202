import { expect, it } from 'vitest';
import { readQuotes } from '../bench/readme.ts';

it('the README quotes the last results of npm run bench, and no others', () => {
  const { present, made } = readQuotes();
  expect(present).toBe(made);
});
