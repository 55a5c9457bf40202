import { fail } from '../../core/error.ts';
import { refuseMany, refuseTwice } from './parameters.ts';

// A text of JSON, with the colon behind it where it is a member's name; or what begins and ends objects and lists.
const token = /"[^"\\]*(?:\\.[^"\\]*)*"(?<colon>\s*:)?|[[\]{}]/gs;

// Of two members of one name the language keeps the last, whoever reads them elsewhere perhaps the first.
const judgeMembers = (text: string): void => {
  const open: Set<string>[] = [];
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') open.push(new Set());
    else if (found === '}' || found === ']') open.pop();
    else if (found.endsWith(':')) {
      const name = JSON.parse(found.slice(0, found.lastIndexOf('"') + 1)) as string;
      const members = open.at(-1);
      refuseTwice(name, members?.has(name) === true);
      refuseMany(members?.add(name).size ?? 0);
    }
  }
};

/**
 * Reads JSON that a stranger wrote: no object in it has two members of one name, or more than 200.
 *
 * @throws invalidRequest, invalidParameter
 */
export const readJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('invalidRequest', 'body: expected JSON');
  }
  judgeMembers(text);
  return value;
};

// The flat XML of message pushes: elements that hold text. No entities, no attributes, nothing inside anything.
const element =
  /<(?<name>\w{1,50})>(?:<!\[CDATA\[(?<raw>[^\]]*)\]\]>|(?<plain>[^<>&]*))<\/\k<name>>\s*/gy;

/**
 * Reads flat XML: elements that hold text, at most 200, each name once.
 *
 * @throws invalidRequest, invalidParameter
 */
export const readXml = (text: string): Record<string, string> => {
  const inner = /^\s*<xml>\s*(.*)<\/xml>\s*$/s.exec(text)?.[1] ?? '';
  const found = new Map<string, string>();
  let length = 0;
  for (const { 0: whole, groups } of inner.matchAll(element)) {
    const { name = '', raw, plain } = groups ?? {};
    refuseTwice(name, found.has(name));
    refuseMany(found.set(name, raw ?? plain ?? '').size);
    length += whole.length;
  }
  if (inner === '' || length !== inner.length)
    fail('invalidRequest', 'body: expected <xml> with elements that hold text only');
  return Object.fromEntries(found);
};
