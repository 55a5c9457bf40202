// Comment or white space, string, number, word (a key, if a colon follows), or a single mark.
const token =
  /\/\/.*|\/\*[^]*?\*\/|\s+|("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|([\w$]+)(?=\s*:)|([+-]?\.?\d[\d.e+-]*)(?![\w$])|[^]/gi;

// What JSON escapes alike, a code of two digits, or any other character, which may be escaped for nothing.
const character = /\\(?:u[\da-fA-F]{4}|[nrtbf])|\\x([\da-fA-F]{2})|(\\?)([^])/g;

const toJson = (text: string): string =>
  text.replace(character, (all, code?: string, escaped?: string, other?: string) => {
    if (code) return `\\u00${code}`;
    if (!other) return all;
    return escaped && other === '\n' ? '' : JSON.stringify(other).slice(1, -1);
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
    if (string || key) tokens.push(`"${string ? toJson(string.slice(1, -1)) : key}"`);
    else tokens.push(number ? String(Number(number)) : mark);
  }
  if (tokens.at(-1) === ';') tokens.pop();
  if (tokens[0] !== '{') throw new SyntaxError('expected an object literal');
  return JSON.parse(tokens.join('')) as Record<string, unknown>;
};
