// Comment or white space, string, number, word (a key, if a colon follows), or a single mark.
const token =
  /\/\/.*|\/\*[^]*?\*\/|\s+|("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|([\w$]+)(?=\s*:)|([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![\w$])|[^]/gi;

const escape = /\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))/gi;

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\n': '' };

const unquote = (text: string): string =>
  text.slice(1, -1).replace(escape, (_, unicode?: string, hex?: string, other = '') => {
    const code = unicode ?? hex;
    return code ? String.fromCharCode(parseInt(code, 16)) : (escapes[other] ?? other);
  });

/**
 * Reads a JavaScript object literal without evaluating it: comments, bare and quoted keys, both quotes, numbers,
 * booleans, `null`, arrays, trailing commas. Functions and expressions are refused by design, since running them
 * would need `eval`. Each token becomes what JSON has for it, and JSON's own parser judges the whole.
 *
 * @throws SyntaxError
 * @see gigya-protocol section 1.2
 */
export const parseLiteral = (text: string): Record<string, unknown> => {
  const tokens: string[] = [];
  for (const [mark, string, key, number] of text.matchAll(token)) {
    if (/^(\/[/*]|\s)/.test(mark)) continue;
    // A comma before the end of a list is the one thing that JSON would not forgive.
    if (/[\]}]/.test(mark) && /[^[{,],$/.test(tokens.slice(-2).join(''))) tokens.pop();
    if (string || key) tokens.push(JSON.stringify(string ? unquote(string) : key));
    else tokens.push(number ? String(Number(number)) : mark);
  }
  if (tokens.at(-1) === ';') tokens.pop();
  if (tokens[0] !== '{') throw new SyntaxError('expected an object literal');
  return JSON.parse(tokens.join('')) as Record<string, unknown>;
};
