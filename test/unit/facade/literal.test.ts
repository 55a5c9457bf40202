import { describe, expect, it } from 'vitest';
import { parseLiteral } from '../../../src/facade/literal.ts';

describe('an object literal, read without eval', () => {
  it.each([
    ['{}', {}],
    ['{ cid: \'a\', b: "c" }', { cid: 'a', b: 'c' }],
    ['{ a: 1, b: -2.5, c: .5, d: 1e3, e: +7 }', { a: 1, b: -2.5, c: 0.5, d: 1000, e: 7 }],
    ['{ a: true, b: false, c: null }', { a: true, b: false, c: null }],
    [
      "{ 'quoted key': [1, 'two', { three: [ ] }, ], }",
      { 'quoted key': [1, 'two', { three: [] }] },
    ],
    ['// first\n{ /* a: 2 */ a: 1, // last\n};', { a: 1 }],
    [String.raw`{ a: 'it\'s\n\u00fc\x41', b: "\"" }`, { a: "it's\nüA", b: '"' }],
    ["{ a: 'x\\\ny\tz', b: '\\q\\\\', c: '\"' }", { a: 'xy\tz', b: 'q\\', c: '"' }],
    ["{ url: 'https://shop.example/a//b' }", { url: 'https://shop.example/a//b' }],
    ["{ $a_1: '', 2: 'two' }", { $a_1: '', 2: 'two' }],
  ])('%s', (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  it('keeps __proto__ a harmless name', () => {
    const parsed = parseLiteral('{ __proto__: { polluted: true } }');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it.each([
    '',
    '[1]',
    '{ a: }',
    '{ a 1 }',
    '{ a: 1',
    '{ a: 1 b: 2 }',
    '{ a: alert(1) }',
    '{ onGigyaServiceReady: function () {} }',
    '{ a: 1 + 1 }',
    "{ a: 'open }",
    '{ a: `template` }',
    '{ a: 1 } alert(1)',
    '{ , }',
    '{ a: 1,, }',
    '{ a: constructor }',
  ])('refuses %s', (text) => {
    expect(() => parseLiteral(text)).toThrow(SyntaxError);
  });
});
