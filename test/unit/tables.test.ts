import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeOf, codes, httpStatus, messageOf, type FailureName } from '../../src/core/codes.ts';
import { failureName } from '../../src/core/envelope.ts';
import { isOutroError } from '../../src/core/error.ts';
import { methods, type MethodRow } from '../../src/core/methods.ts';
import { parseParams } from '../../src/core/schema.ts';
import { serverMethods } from '../../src/server/methods/rows.ts';
import {
  isSameProvider,
  providerId,
  providerRow,
  providers,
  type ProviderRow,
} from '../../src/providers/providers.ts';

const rows: [string, ProviderRow][] = Object.entries(providers);

describe('the provider table', () => {
  it('has 64 rows, each well-formed, each spelling leading to one row', () => {
    expect(rows).toHaveLength(64);
    const spellings = rows.flatMap(([id, row]) => [id, ...(row.aliases ?? [])]);
    expect(new Set(spellings).size).toBe(spellings.length);
    for (const [id, row] of rows) {
      expect(id).toMatch(/^[a-z0-9]{2,50}$/);
      expect(row.name).not.toBe('');
      expect(row.source, id).toMatch(/\S$/);
      expect(['documented', 'seen in code', 'unverified']).toContain(row.confidence);
      for (const spelling of [id, ...(row.aliases ?? [])])
        expect(providerId(spelling.toUpperCase())).toBe(id);
      if (row.sameAs) expect(Object.keys(providers)).toContain(row.sameAs);
    }
  });

  it("takes a site's own connections, and nobody else", () => {
    expect(providerRow('oidc-acme')).toBe(providers.oidc);
    expect(providerId('SAML-Acme.Corp')).toBe('saml-acme.corp');
    for (const name of ['friendster', 'oidc-', 'ldap-acme', '__proto__', 'constructor', ''])
      expect(() => providerId(name), name).toThrow(/^Invalid parameter value: provider: /);
  });

  it('knows one network under two names', () => {
    expect(isSameProvider('google', 'googleplus')).toBe(true);
    expect(isSameProvider('google', 'facebook')).toBe(false);
  });

  it('answers every provider that the source documents name', () => {
    const ours = [
      'facebook',
      'twitter',
      'googleplus',
      'linkedin',
      'messenger',
      'instagram',
      'renren',
    ];
    const theirs = [
      'yahoo',
      'kaixin',
      'vkontakte',
      'mixi',
      'yahoojapan',
      'odnoklassniki',
      'wechat',
    ];
    for (const id of [...ours, ...theirs]) expect(providerId(id)).toBe(id);
    const old =
      'AOL FourSquare WordPress Blogger Typepad Paypal Amazon liveJournal VeriSign OpenID Netlog Signon Spiceworks Livedoor Skyrock VZnet Xing sheridan sheridanstaff janrain gigya microsoft weixin google';
    for (const name of old.split(' ')) expect(() => providerId(name)).not.toThrow();
  });
});

describe('the method table', () => {
  const table: [string, MethodRow][] = Object.entries({ ...methods, ...serverMethods });

  it('names only failures of the failure table, and documents each method', () => {
    const textOf = (file: string): string =>
      readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
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
      };
      const given = { ...least, grant_type: 'none', unknown: 1 };
      expect(parseParams(row.params(), given)).not.toHaveProperty('unknown');
    }
  });
});

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
