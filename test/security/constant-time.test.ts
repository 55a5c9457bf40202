// What no request can show: read in the sources.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = (pattern: string): [string, string][] =>
  globSync(pattern, { cwd: src }).map((file) => [file, readFileSync(`${src}${file}`, 'utf8')]);

const comparison =
  /\b[\w.]*(secret|signature|mac|digest|proof|csrf|password)\b(\))? ?[!=]==? |[!=]==? [\w.]*(secret|signature|mac|digest|csrf)\b(?!\.length| ?\?|['"])/i;

it('no secret is compared character by character', () => {
  const found = sources('server/**/*.ts').flatMap(([file, text]) =>
    text
      .split('\n')
      .filter(
        (line) =>
          comparison.test(line) &&
          !/===? (undefined|null|'')|!== (undefined|null)|typeof/.test(line),
      )
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

it('the search sees such a comparison', () => {
  for (const line of [
    'if (given === site.secret) ok();',
    'return signature === expected;',
    'mac !== given',
  ])
    expect(comparison.test(line), line).toBe(true);
});

it('no browser code listens to messages of windows at all', () => {
  const listening = [
    ...sources('browser/**/*.ts'),
    ...sources('facade/**/*.ts'),
    ...sources('global.ts'),
  ]
    .filter(([, text]) => /[lL]isten\w*\(\s*[^;]*?'message'|onmessage/.test(text))
    .map(([file]) => file);
  // A BroadcastChannel is heard within one origin only.
  expect(listening).toEqual(['browser/presence.ts']);
  const [, text = ''] = sources('browser/presence.ts')[0] ?? [];
  expect(text.match(/[lL]isten\w*\(\s*[^;]*?'message'/g)).toEqual(["listen(channel, 'message'"]);
});
