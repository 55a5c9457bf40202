// One normal form of e-mail addresses and names: which spellings are one, which are two, which are none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSameEmail,
  normalLoginId,
  requireLoginId,
} from '../../../../src/server/rules/login-name.ts';

/** TABLE: what is written, and what it is compared as; `undefined` is refused. */
const emails: [why: string, value: string, normal: string | undefined][] = [
  ['plain', 'ada@shop.example', 'ada@shop.example'],
  ['case, in both parts', 'Ada@SHOP.Example', 'ada@shop.example'],
  ['space around it', '  ada@shop.example ', 'ada@shop.example'],
  ['a plus tag is another mailbox', 'ada+news@shop.example', 'ada+news@shop.example'],
  ['so are dots', 'a.d.a@shop.example', 'a.d.a@shop.example'],
  ['composed', 'andr\u00e9@shop.example', 'andr\u00e9@shop.example'],
  ['combining', 'andre\u0301@shop.example', 'andr\u00e9@shop.example'],
  ['combining, in capitals', 'ANDRE\u0301@shop.example', 'andr\u00e9@shop.example'],
  ['two marks in either order', 'q\u0307\u0323@x.example', 'q\u0323\u0307@x.example'],
  ['Turkish capital I with dot is no i', 'AD\u0130@shop.example', 'ad\u0130@shop.example'],
  ['Turkish dotless i is no i', 'ad\u0131@shop.example', 'ad\u0131@shop.example'],
  ['capital I is i, in every country', 'ADI@shop.example', 'adi@shop.example'],
  ['sharp s is not ss', 'stra\u00dfe@shop.example', 'stra\u00dfe@shop.example'],
  ['capital sharp s', 'STRA\u1e9eE@shop.example', 'stra\u00dfe@shop.example'],
  [
    'final sigma',
    '\u03a3\u03bf\u03c6\u03cc\u03c2@x.example',
    '\u03c3\u03bf\u03c6\u03cc\u03c3@x.example',
  ],
  ['Kelvin sign is K itself', '\u212aim@shop.example', 'kim@shop.example'],
  ['Cyrillic a is another letter', '\u0430da@shop.example', '\u0430da@shop.example'],
  ['IDNA', 'ada@b\u00fccher.example', 'ada@xn--bcher-kva.example'],
  ['IDNA, combining and capital', 'ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
  ['IDNA, as it is written in DNS', 'ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
  ['IDNA: sharp s is not ss', 'ada@stra\u00dfe.example', 'ada@xn--strae-oqa.example'],
  ['IDNA: the ideographic dot is a dot', 'ada@shop\u3002example', 'ada@shop.example'],
  ['the last @ counts', '"a@b"@shop.example', '"a@b"@shop.example'],
  ['full width', '\uff41da@shop.example', undefined],
  ['full width @', 'ada\uff20shop.example', undefined],
  ['full width in the domain', 'ada@\uff53hop.example', undefined],
  ['full width dot', 'ada@shop\uff0eexample', undefined],
  ['mathematical letters', '\u{1d41a}da@shop.example', undefined],
  ['ligature', '\ufb01nn@shop.example', undefined],
  ['long s', 'je\u017fus@shop.example', undefined],
  ['superscript', 'ada\u00b2@shop.example', undefined],
  ['zero width joiner', 'a\u200dda@shop.example', undefined],
  ['soft hyphen in the domain', 'ada@sh\u00adop.example', undefined],
  ['direction mark', '\u200eada@shop.example', undefined],
  ['variation selector', 'ada\ufe0f@shop.example', undefined],
  ['space inside', 'a da@shop.example', undefined],
  ['half of a sign', 'ada\ud800@shop.example', undefined],
  ['not assigned', 'ada\u0378@shop.example', undefined],
  ['no @', 'ada', undefined],
  ['nobody', '@shop.example', undefined],
  ['nowhere', 'ada@', undefined],
  ['no host', 'ada@shop..example', undefined],
  ['nothing', ' ', undefined],
];

const names: typeof emails = [
  ['plain', 'ada', 'ada'],
  ['case', 'ADA', 'ada'],
  ['signs of ASCII', 'Ada_L-1815!', 'ada_l-1815!'],
  ['parts with one space', 'Ada Lovelace', 'ada lovelace'],
  ['combining', 'ANDRE\u0301', 'andr\u00e9'],
  ['Turkish capital I with dot', '\u0130', 'i\u0307'],
  ['Turkish dotless i', '\u0131', '\u0131'],
  [
    'final sigma, as RFC 8265 lowers it',
    '\u03a3\u039f\u03a6\u039f\u03a3',
    '\u03c3\u03bf\u03c6\u03bf\u03c2',
  ],
  ['full width', '\uff21\uff24\uff21', undefined],
  ['half width', '\uff76', undefined],
  ['roman numeral (RFC 8265, table 2)', 'henry\u2163', undefined],
  ['chess piece (RFC 8265, table 2)', '\u265a', undefined],
  ['emoji', '\u{1f600}', undefined],
  ['infinity sign', '\u221e', undefined],
  ['two spaces', 'a  b', undefined],
  ['another space', 'a\u2003b', undefined],
  ['tatweel', '\u0640\u0627', undefined],
  ['old Hangul', '\u1100', undefined],
  ['Hangul filler', '\u115f', undefined],
  ['zero width space', 'a\u200bb', undefined],
  ['nothing', '', undefined],
];

describe('4.15 one normal form', () => {
  it.each(emails)('4.15 e-mail, %s: %j', (_why, value, normal) => {
    expect(normalLoginId('email', value)).toBe(normal);
  });

  it.each(names)('4.15 user name, %s: %j', (_why, value, normal) => {
    expect(normalLoginId('username', value)).toBe(normal);
  });

  it('4.15 a phone number as it is written', () => {
    expect(normalLoginId('phone', ' +49 170 1234 ')).toBe('+49 170 1234');
    expect(normalLoginId('phone', '\uff0b49170')).toBeUndefined();
  });

  it('4.15 what is none is like nothing, not even itself', () => {
    expect(isSameEmail('\uff41@x.example', '\uff41@x.example')).toBe(false);
    expect(isSameEmail('\uff41@x.example', 'a@x.example')).toBe(false);
    expect(isSameEmail(undefined, undefined)).toBe(false);
    expect(isSameEmail('A@x.example', 'a@X.example')).toBe(true);
  });

  it('4.15 the refusal names the parameter, and not the value', () => {
    const value = '\uff41da@shop.example';
    expect(() => requireLoginId('email', value, 'email')).toThrow(/^(?!.*ada).*email: expected/s);
  });

  const signs = fc.string({
    unit: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...'a,A,i,I,\u0130,\u0131,\u00df,\u1e9e,\u03c3,\u03c2,\u03a3,e,\u0301,\u0307,\u0323, ,.,+'.split(
            ',',
          ),
        ),
      },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    ),
    maxLength: 12,
  });

  it.each(['email', 'username', 'phone'] as const)(
    '4.15 %s: the normal form is its own, and no spelling that NFC makes equal differs',
    (kind) => {
      fc.assert(
        fc.property(signs, (text) => {
          const value = kind === 'email' ? `${text}@x.example` : text;
          const normal = normalLoginId(kind, value);
          if (normal === undefined) return;
          expect(normalLoginId(kind, normal)).toBe(normal);
          for (const form of ['NFC', 'NFD'] as const)
            expect(normalLoginId(kind, value.normalize(form))).toBe(normal);
          expect(normal).toBe(normal.normalize('NFKC'));
        }),
        { numRuns: 3000 },
      );
    },
  );
});
