// How the house writes SQL: parts within parts stay text, everything else is a value.
import { describe, expect, it } from 'vitest';
import {
  join,
  Part,
  rowsOf,
  shapeOf,
  sql,
  textOf,
  valuesOf,
} from '../../../../src/server/people/statement.ts';

const both = (part: Part): [text: string, values: unknown[]] => [textOf(part), valuesOf(part)];

describe('sql', () => {
  it('numbers values in the order of the text, and never writes one', () => {
    const hostile = "'; drop table accounts; --";
    expect(both(sql`select ${hostile} where id = ${1}`)).toEqual([
      'select $1 where id = $2',
      [hostile, 1],
    ]);
  });

  it('is a statement without values, too', () => {
    expect(both(sql`select 1`)).toEqual(['select 1', []]);
    expect(both(sql``)).toEqual(['', []]);
  });

  it('takes parts as text, however deep, with their values in their place', () => {
    const inner = sql`b = ${'b'}`;
    const middle = sql`(a = ${'a'} and ${inner})`;
    expect(both(sql`${'first'} ${middle} or ${sql`true`} ${'last'}`)).toEqual([
      '$1 (a = $2 and b = $3) or true $4',
      ['first', 'a', 'b', 'last'],
    ]);
  });

  it('takes a part twice, each time with values of its own', () => {
    const part = sql`id = ${7}`;
    expect(both(sql`${part} or ${part}`)).toEqual(['id = $1 or id = $2', [7, 7]]);
  });

  it('takes what is no part as one value: lists, bytes, nothing, dates', () => {
    const values = [['a', 'b'], [], new Uint8Array(2), null, undefined, new Date(0), false, [[1]]];
    const part = sql`${values[0]}${values[1]}${values[2]}${values[3]}${values[4]}${values[5]}${values[6]}${values[7]}`;
    expect(both(part)).toEqual(['$1$2$3$4$5$6$7$8', values]);
  });

  it('takes no look-alike for a part', () => {
    const fake = { written: ['drop table accounts'], given: [] };
    expect(both(sql`select ${fake}`)).toEqual(['select $1', [fake]]);
  });

  it('counts beyond nine', () => {
    const many = join(Array.from({ length: 12 }, (_, index) => sql`${index}`));
    expect(textOf(many)).toBe('$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12');
  });
});

describe('join', () => {
  it('sets commas between parts, and between parts only', () => {
    expect(both(join([sql`a = ${1}`, sql`b`, sql`c = ${2}`]))).toEqual([
      'a = $1, b, c = $2',
      [1, 2],
    ]);
    expect(both(join([sql`a`]))).toEqual(['a', []]);
  });

  it('is nothing, of nothing', () => {
    expect(both(join([]))).toEqual(['', []]);
  });

  it('joins more parts than anything has', () => {
    const count = 100;
    const [text, values] = both(join(Array.from({ length: count }, (_, index) => sql`${index}`)));
    expect(text.split(', ')).toHaveLength(count);
    expect(values).toEqual(Array.from({ length: count }, (_, index) => index));
  });
});

describe('rowsOf', () => {
  it('is one value, whatever the number of rows, so that the text stays the same', () => {
    const columns = 'a text, b int';
    const texts = [[], [{ a: 'x', b: 1 }], [{ a: 'x' }, { a: 'y' }]].map((rows) =>
      textOf(sql`select * from ${rowsOf(rows, columns)}`),
    );
    expect(new Set(texts)).toEqual(
      new Set(['select * from jsonb_to_recordset($1::jsonb) as row(a text, b int)']),
    );
    expect(valuesOf(rowsOf([{ a: "it's", b: 1 }], columns))).toEqual(['[{"a":"it\'s","b":1}]']);
  });
});

describe('shapeOf', () => {
  const one = (value: unknown): Part => sql`a = ${value}`;
  const other = (value: unknown): Part => sql`b = ${value}`;
  const around = (part: Part): Part => sql`select where ${part} and ${1}`;

  it('is the same for the same code, whatever its values', () => {
    expect(shapeOf(around(one(1)))).toBe(shapeOf(around(one('two'))));
    expect(shapeOf(rowsOf([], 'a text'))).toBe(shapeOf(rowsOf([{ a: 1 }], 'a text')));
    expect(shapeOf(join([one(1), other(2)]))).toBe(shapeOf(join([one(3), other(4)])));
  });

  it('is another wherever the text is another', () => {
    const parts = [
      one(1),
      other(1),
      around(one(1)),
      around(other(1)),
      around(sql`${one(1)}`),
      around(sql`${one(1)}${other(1)}`),
      sql`select where ${1} and ${one(1)}`,
      join([one(1), other(1)]),
      join([other(1), one(1)]),
      join([one(1), join([other(1)])]),
      rowsOf([], 'a text'),
      rowsOf([], 'b text'),
    ];
    const byShape = new Map<string, Set<string>>();
    for (const part of parts)
      byShape.set(shapeOf(part), (byShape.get(shapeOf(part)) ?? new Set()).add(textOf(part)));
    for (const texts of byShape.values()) expect(texts.size).toBe(1);
    expect(byShape.size).toBe(parts.length);
  });
});
