// One token: comment or white space, string, number, word, or a single mark.
const token =
  /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[\w$]+|[^]/giy;

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
  '\n': '',
};

const unquote = (text: string): string =>
  text
    .slice(1, -1)
    .replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))/gi, (_, unicode, hex, other: string) =>
      other === undefined
        ? String.fromCharCode(parseInt(unicode ?? hex, 16))
        : (escapes[other] ?? other),
    );

const words: Record<string, unknown> = {
  true: true,
  false: false,
  null: null,
  undefined: undefined,
};

/**
 * Reads a JavaScript object literal without evaluating it: comments, bare and quoted keys, both quotes,
 * numbers, booleans, `null`, arrays, trailing commas. Functions and expressions are refused by design,
 * since running them would need `eval`.
 *
 * @throws SyntaxError with the position that was not understood
 * @see gigya-protocol section 1.2
 */
export const parseLiteral = (text: string): Record<string, unknown> => {
  const tokens = [...text.matchAll(token)].filter(([found]) => !/^(\s|\/[/*])/.test(found));
  let next = 0;

  const refuse = (): never => {
    const found = tokens[next];
    throw new SyntaxError(
      found ? `unexpected ${found[0]} at position ${found.index}` : 'it ends too early',
    );
  };
  const peek = (): string => tokens[next]?.[0] ?? '';
  const take = (expected: string): void => {
    if (peek() !== expected) refuse();
    next += 1;
  };
  const list = (end: string, item: () => void): void => {
    next += 1;
    while (peek() !== end) {
      item();
      if (peek() !== end) take(',');
    }
    next += 1;
  };
  const object = (): Record<string, unknown> => {
    const entries: [string, unknown][] = [];
    list('}', () => {
      const key = peek();
      if (!/^["'\w$]/.test(key)) refuse();
      next += 1;
      take(':');
      entries.push([/^["']/.test(key) ? unquote(key) : key, value()]);
    });
    // fromEntries defines own properties, so a `__proto__` key stays a harmless name.
    return Object.fromEntries(entries);
  };
  const value = (): unknown => {
    const found = peek();
    if (found === '{') return object();
    if (found === '[') {
      const items: unknown[] = [];
      list(']', () => items.push(value()));
      return items;
    }
    if (/^["'].+["']$|^(""|'')$/s.test(found)) return ((next += 1), unquote(found));
    if (Object.hasOwn(words, found)) return ((next += 1), words[found]);
    if (/^[+-]?\.?\d/.test(found)) return ((next += 1), Number(found));
    return refuse();
  };

  if (peek() !== '{') refuse();
  const result = object();
  if (peek() === ';') next += 1;
  return next < tokens.length ? refuse() : result;
};
