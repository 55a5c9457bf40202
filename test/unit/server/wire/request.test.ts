// The one reader of addresses and bodies, against its own rules written down a second time. For longer: OUTRO_RUNS=100000.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutroError } from '../../../../src/core/is-outro-error.ts';
import { readRequest, type BodyFormat } from '../../../../src/server/wire/request.ts';

const runs = { numRuns: Number(process.env['OUTRO_RUNS'] ?? 500), seed: 20_261_126 };
const place = 'https://outro.example/x';

type Pairs = [name: string, value: string][];

/** What application/x-www-form-urlencoded makes of a part, byte by byte. */
const decode = (part: string): string => {
  const bytes: number[] = [];
  const from = new TextEncoder().encode(part.replaceAll('+', ' '));
  for (let at = 0; at < from.length; at += 1) {
    const hex = String.fromCharCode(...from.slice(at + 1, at + 3));
    const isEscape = from[at] === 0x25 && /^[\da-f]{2}$/i.test(hex);
    bytes.push(isEscape ? Number.parseInt(hex, 16) : (from[at] ?? 0));
    if (isEscape) at += 2;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
};

/** The rules: too long, too many, a name twice; else the pairs in their order. */
const rules = (texts: string[]): Pairs | string => {
  if (texts.some((text) => new TextEncoder().encode(text).length > 65_000))
    return 'requestTooLarge';
  const all = texts.map((text) => text.split('&'));
  if (all.some((parts) => parts.length > 200)) return 'invalidRequest';
  const decoded = all.flat().flatMap((part): Pairs => {
    const [name = '', ...value] = part.split('=');
    return part === '' ? [] : [[decode(name), decode(value.join('='))]];
  });
  const names = new Set(decoded.map(([name]) => name.toLowerCase()));
  if (names.size < decoded.length) return 'invalidParameter';
  return names.size > 200 ? 'invalidRequest' : decoded;
};

/** The address is judged before a body is read at all. */
const expectedOf = (query: string, body?: string): Pairs | string => {
  const alone = rules([query]);
  return typeof alone === 'string' || body === undefined ? alone : rules([query, body]);
};

const answer = async <Value>(reading: Promise<Value>): Promise<Value | string> =>
  reading.catch((error: unknown) => {
    if (isOutroError(error)) return error.failure;
    throw error;
  });

const read = async (query: string, body?: string, formats?: readonly BodyFormat[]) => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const init = body === undefined ? {} : { method: 'POST', headers, body };
  const given = await readRequest(new Request(`${place}?${query}`, init), formats && { formats });
  return { ...given, document: given.document() };
};

const pairsOf = async (query: string, body?: string): Promise<Pairs | string> =>
  answer(read(query, body).then(({ params }) => [...params]));

const pieces = fc.constantFrom(
  'a', 'A', 'b', 'provider', '=', '=', '&', '&', '+', '%', '%2', '%26', '%3D', '%00', '%C3%A9', '%C3', '%F0%9F%98%80', '%ED%A0%80',
  'é', 'İ', 'ı', '😀', 'ĦĽ', '[]', '__proto__', '&&', '%zz', ';', '%EF%BB%BF', '%2525', '%70rovider', 'constructor', '%41',
); // prettier-ignore

const many = fc.integer({ min: 90, max: 210 });
const texts = fc.oneof(
  { weight: 20, arbitrary: fc.array(pieces, { minLength: 1, maxLength: 12 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.tuple(many, fc.constantFrom('p', 'q')).map(([count, name]) => Array.from({ length: count }, (_, index) => `${name}${index}=1`).join('&')) },
  { weight: 1, arbitrary: many.map((count) => '&'.repeat(count)) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(70_000), '%00'.repeat(30_000), '&'.repeat(70_000)) },
); // prettier-ignore

describe('a form', () => {
  it('in a body, whatever is sent', () =>
    fc.assert(
      fc.asyncProperty(texts, async (body) => {
        expect(await pairsOf('', body)).toEqual(expectedOf('', body));
      }),
      runs,
    ));

  it('in an address, by the same rules', () =>
    fc.assert(
      fc.asyncProperty(texts, async (query) => {
        expect(await pairsOf(query)).toEqual(expectedOf(query));
      }),
      runs,
    ));

  it('1.9 in both: they count alike, and together', () =>
    fc.assert(
      fc.asyncProperty(texts, texts, async (query, body) => {
        expect(await pairsOf(query, body)).toEqual(expectedOf(query, body));
      }),
      runs,
    ));

  it('says where a parameter stood, its name in any case', async () => {
    const given = await read('Provider=facebook', 'cid=x');
    expect([given.param('provider'), given.param('CID')]).toEqual(['facebook', 'x']);
    expect([given.isInAddress('PROVIDER'), given.isInAddress('cid')]).toEqual([true, false]);
  });
});

/** JSON with its members as a list, so that a name may stand twice. */
type Node = string | number | boolean | null | Node[] | { members: [string, Node][] };

const write = (node: Node): string => {
  if (Array.isArray(node)) return `[${node.map(write).join(' ,')}]`;
  if (typeof node !== 'object' || node === null) return JSON.stringify(node);
  return `{${node.members.map(([name, value]) => `\n${JSON.stringify(name)} : ${write(value)}`).join(',')}}`;
};

const namesOf = (node: Node): string[][] => {
  if (Array.isArray(node)) return node.flatMap(namesOf);
  if (typeof node !== 'object' || node === null) return [];
  const { members } = node;
  return [members.map(([name]) => name), ...members.flatMap(([, value]) => namesOf(value))];
};

const { node: nodes } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Node>('a', '{"a":1,"a":2}', '\\":', 'b":', '', 1, null, true, '\u2028'),
    fc.array(tie('node'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('a', 'A', 'b', 'c', 'd', 'e', '"', '\\', '":{', '__proto__', ''),
          tie('node'),
        ),
        { maxLength: 4 },
      )
      .map((members) => ({ members })),
  ),
}));

describe('JSON', () => {
  const formats = ['json'] as const;

  it('as any reader of it would, but for a name that stands twice in one object', () =>
    fc.assert(
      fc.asyncProperty(nodes, async (inner) => {
        const node: Node = { members: [['a', inner]] };
        const text = write(node);
        const isTwice = namesOf(node).some((names) => new Set(names).size < names.length);
        const given = await answer(read('', text, formats).then(({ document }) => ({ document })));
        expect(given).toEqual(isTwice ? 'invalidParameter' : { document: JSON.parse(text) });
      }),
      runs,
    ));

  it('with at most 200 members in an object', async () => {
    const of = (count: number) =>
      JSON.stringify({
        deep: [Object.fromEntries(Array.from({ length: count }, (_, index) => [index, 0]))],
      });
    expect(await answer(read('', of(200), formats))).toMatchObject({ body: of(200) });
    expect(await answer(read('', of(201), formats))).toBe('invalidRequest');
  });

  it.each(['', '{', '{"a":}', '[[[[', '{"a":1}x', "{'a':1}", '\0'])(
    'and refuses %j',
    async (text) => {
      expect(await answer(read('', text, formats))).toBe('invalidRequest');
    },
  );

  it('of any depth, in a time that nobody notices', async () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const begun = performance.now();
    await read('', deep, formats);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('XML', () => {
  const elements = fc.array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'Event', 'c', 'd'),
      fc.constantFrom('', 'x', '<![CDATA[<y>]]>'),
    ),
    { minLength: 1, maxLength: 5 },
  );

  it('flat, each name once', () =>
    fc.assert(
      fc.asyncProperty(elements, async (all) => {
        const text = `<xml>${all.map(([name, value]) => `<${name}>${value}</${name}>`).join('\n')}</xml>`;
        const plain = all.map(([name, value]) => [
          name,
          value === '' || value === 'x' ? value : '<y>',
        ]);
        const isTwice = new Set(all.map(([name]) => name)).size < all.length;
        const given = await answer(read('', text, ['xml']).then(({ document }) => document));
        expect(given).toEqual(isTwice ? 'invalidParameter' : Object.fromEntries(plain));
      }),
      runs,
    ));

  it.each(['<xml></xml>', '<xml><a b="c">d</a></xml>', '<xml><a>&lt;</a></xml>', '<xml><a><b>c</b></a></xml>', '<!DOCTYPE a><xml><a>b</a></xml>', '<xml><a>b</c></xml>'])(
    'and nothing else: %s',
    async (text) => {
      expect(await answer(read('', text, ['xml']))).toBe('invalidRequest');
    },
  ); // prettier-ignore

  it('of at most 200 elements', async () => {
    const of = (count: number) =>
      `<xml>${Array.from({ length: count }, (_, index) => `<a${index}>x</a${index}>`).join('')}</xml>`;
    expect(await answer(read('', of(200), ['xml']))).toMatchObject({ body: of(200) });
    expect(await answer(read('', of(201), ['xml']))).toBe('invalidRequest');
  });
});

describe('any body', () => {
  it.each([undefined, ['form'], ['json'], ['xml'], ['text'], ['form', 'json', 'xml']] as const)(
    'that was consumed before is an error, never "no parameters" (%j)',
    async (formats) => {
      const request = new Request(place, { method: 'POST', body: new URLSearchParams({ a: '1' }) });
      await request.text();
      expect(await answer(readRequest(request, formats && { formats }))).toBe('invalidRequest');
    },
  );

  it.each([
    [['form', 'json'], '<xml><a>b</a></xml>'],
    [['json', 'xml'], 'a=1'],
    [['form', 'xml'], ' {"a":1}'],
  ] as const)('is of one of the forms %j', async (formats, body) => {
    expect(await answer(read('', body, formats))).toBe('invalidRequest');
  });

  it('beside a document the address says what it says, and neither hides the other', async () => {
    const given = await read('event=x', '{"event":"y"}', ['json']);
    expect([given.param('event'), given.document]).toEqual(['x', { event: 'y' }]);
  });
});
