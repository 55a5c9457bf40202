import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes } from '../../../src/core/codes.ts';
import { methods, type MethodRow } from '../../../src/core/methods.ts';
import { parseParams } from '../../../src/core/schema.ts';
import { serverMethods } from '../../../src/server/methods/rows.ts';

describe('the method table', () => {
  const table: [string, MethodRow][] = Object.entries({ ...methods, ...serverMethods });

  it('names only failures of the failure table, and documents each method', () => {
    const textOf = (file: string): string =>
      readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8');
    const source = textOf('core/methods.ts') + textOf('server/methods/rows.ts');
    for (const [name, row] of table) {
      for (const failure of row.fails ?? []) expect(Object.keys(codes)).toContain(failure);
      const comment = new RegExp(
        `/\\*\\*(?:(?!\\*/)[^])*@see(?:(?!\\*/)[^])*\\*/\\s+${name}: (define\\()?\\{`,
      );
      expect(source, name).toMatch(comment);
    }
  });

  it('makes a schema once, and drops unknown parameters', () => {
    for (const [, row] of table) {
      expect(row.params()).toBe(row.params());
      const least = {
        siteUID: 'u',
        UID: 'u',
        UIDSignature: 's',
        signatureTimestamp: '1',
        departure: 'd',
        ticket: 't',
        callId: '0'.repeat(32),
        token: 't',
        id_token: 'a.b.c',
      };
      const given = { ...least, grant_type: 'none', unknown: 1 };
      expect(parseParams(row.params(), given)).not.toHaveProperty('unknown');
    }
  });
});
