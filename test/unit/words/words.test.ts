import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { words as page } from '../../../src/words/pages/en.ts';
import { words as both } from '../../../src/words/en.ts';
import { packs } from '../../../src/words/packs.ts';
import { pagePacks } from '../../../src/words/page-packs.ts';

const src = new URL('../../../src/', import.meta.url).pathname;
type Table = Readonly<Record<string, string>>;
// What elements and pages say, and what only the backend's pages do, which no page of a site loads.
const english: Table = { ...both, ...page };
const loaded = await Promise.all(
  Object.entries(packs).map(async ([language, load]) => {
    const own = await pagePacks[language]?.();
    return [language, { ...(await load()).words, ...own?.words }] as [string, Table];
  }),
);
const keys = Object.keys(english);
const own = /^left\.(you|us)\.(two|few)$/;
const textOf = (words: Table, key: string): string => words[key] ?? '';
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').toSorted();

it('there are ten languages, English among them, and each file is one', () => {
  const files = globSync('words/??.ts', { cwd: src }).map((file) => file.slice(6, 8));
  expect([...Object.keys(packs), 'en'].toSorted()).toEqual(files.toSorted());
  expect(files).toHaveLength(10);
  const pages = globSync('words/pages/*.ts', { cwd: src }).map((file) => file.slice(12, 14));
  expect(Object.keys(pagePacks).toSorted()).toEqual(pages.toSorted());
  expect(pages.toSorted()).toEqual(files.toSorted());
  expect(Object.keys(both).filter((key) => key in page)).toEqual([]);
});

describe.each(loaded)('%s', (language, words) => {
  it('has every key, and none that English has not but the plural forms of its own', () => {
    expect(keys.filter((key) => !(key in words))).toEqual([]);
    expect(Object.keys(words).filter((key) => !keys.includes(key) && !own.test(key))).toEqual([]);
  });

  it('speaks of the same things in each sentence', () => {
    // Arabic has a word for one thing, and for two, without a number.
    const counts = (key: string): boolean => /\.(one|two)$/.test(key);
    const wrong = Object.keys(words).filter(
      (key) =>
        !counts(key) &&
        namesIn(textOf(words, key)).join() !==
          namesIn(textOf(english, key.replace(/\.(few)$/, '.other'))).join(),
    );
    expect(wrong).toEqual([]);
  });

  it('has a form for every number that a person meets', () => {
    const rules = new Intl.PluralRules(language);
    const forms = new Set(Array.from({ length: 20 }, (_, index) => rules.select(index + 1)));
    const needed = [...forms].filter((form) => ['one', 'two', 'few'].includes(form));
    const missing = needed.filter((form) => textOf(words, `left.you.${form}`) === '');
    expect(missing).toEqual([]);
  });

  it('is not English', () => {
    // What other languages have taken over as it is.
    const same = keys.filter((key) => textOf(words, key) === textOf(english, key));
    expect(same.filter((key) => !/^way\.(passkey|password)$/.test(key))).toEqual([]);
    const script = { ar: /[\u0600-\u06ff]/, ja: /[\u3040-\u30ff\u4e00-\u9fff]/ }[language];
    if (script) expect(keys.filter((key) => !script.test(textOf(words, key)))).toEqual([]);
    const telling = /\b(the|you|your|with|and|accounts? (is|are|of)|disconnect|sign)\b/i;
    expect(keys.filter((key) => telling.test(textOf(words, key)))).toEqual([]);
  });

  it('ends sentences as sentences and labels as labels', () => {
    const ends = /[.:?…。？؟]$/;
    const ending = (key: string, words_: Table): boolean => ends.test(textOf(words_, key));
    expect(keys.filter((key) => ending(key, words) !== ending(key, english))).toEqual([]);
  });
});

it('every key is said by somebody', () => {
  const code = globSync('{element,words,facade,server}/**/*.ts', { cwd: src })
    .filter((file) => !/^words\/(pages\/..|..|words|packs)\.ts$/.test(file))
    .map((file) => readFileSync(src + file, 'utf8'))
    .join('\n');
  // Keys that are made of what they are about.
  const made = [
    /^(did|will)\.(session|sessions|identity|login-id|data|grant|token|provider-session)\.(done|kept|asked|pending|blocked|needs-user|unsupported|window|other)(\.all)?$/,
    /^left\.(you|us)\.(one|other)$/,
    /^group\.(you|us|open|over)$/,
    /^way\.(password|passkey|code|another-identity|recent-login)$/,
    /^(removed|kept|still|unknown|elsewhere)\.(one|all)$/,
    /^reason\.(networkError|requestTimeout|other)$/,
    /^refused(\.last|\.recent)?(\.all)?$/,
  ];
  const silent = keys.filter(
    (key) => !code.includes(`'${key}'`) && !made.some((pattern) => pattern.test(key)),
  );
  expect(silent).toEqual([]);
});
