import { describe, expect, it } from 'vitest';
import {
  codeOf,
  codes,
  failureName,
  httpStatus,
  messageOf,
  type FailureName,
} from '../../../src/core/codes.ts';
import { isOutroError } from '../../../src/core/is-outro-error.ts';

describe('the failure table', () => {
  it('gives the HTTP status by the first three digits, and finds a name for every number', () => {
    for (const [name, row] of Object.entries(codes)) {
      const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      const text =
        typeof row === 'string' ? row : `${row} ${words[0]?.toUpperCase()}${words.slice(1)}`;
      const [, code, message] = /^(\d{6}) (.+)$/.exec(text) ?? expect.fail(text);
      expect([codeOf(name as FailureName), messageOf(name as FailureName)]).toEqual([
        Number(code),
        message,
      ]);
      expect(httpStatus(Number(code))).toBe(Number(code?.slice(0, 3)));
      expect(failureName(Number(code))).toBe(name);
    }
    expect(httpStatus(0)).toBe(200);
    expect(failureName(206_001)).toBe('serverError');
  });

  it('recognises its errors by their mark, not by their class', () => {
    const foreign = { [Symbol.for('outro.error')]: true };
    expect(isOutroError(foreign)).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'text', {}])
      expect(isOutroError(other)).toBe(false);
  });
});
