// The security floor, line by line: each has tests that attack it, and those tests exist.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { standardLimits } from '../../src/server/config/sites.ts';
import { mutants } from '../mutants/mutants.ts';
import { kinds } from '../support/loot.ts';
import { further, lines, notYet } from './lines.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The design is kept beside the repository; where it is not at hand, its words stand here.
const section = `Origins allow-listed per site (exact match; custom schemes of apps too; credentials only then) · state changes by POST only · body ≤ 64 KiB and ≤ 200 parameters, judged before any cryptography · strict schema at the edge,
unknown parameters never stored · signed parameter names are plain words · HMAC compare in constant time · nonce store with expiry · timestamps ±180 s, inbound messages too · secret over
plain http refused (403006) · provider tokens and id tokens encrypted at rest (AES-256-GCM, key id in the record, place bound unambiguously, rotation with re-sealing) · session tokens,
tickets and CSRF tokens stored hashed · no token, secret or e-mail in logs, URLs or error details · rate limits that never stop a *proved* caller from leaving (403048) ·
JSONP off by default, \`/**/\` prefix, \`nosniff\`, read-only methods plus logout with token in the query refused · redirects allow-listed ·
\`Cache-Control: no-store\` everywhere · outbound calls to providers and webhooks: https only, time limits, no redirects followed, no private addresses
except when configured for development · messages from frames accepted only from the expected origin with the expected nonce ·
the script believes no named element of the page · what a tag's integrity pins, pins every part · embedded data 0700 · a proxy chain is described, not guessed.`;

const promised = section.replace(/\.$/, '').replaceAll('\n', ' ').split(' · ');

it('the table has every line of the security floor, word for word', () => {
  expect(promised).toHaveLength(22);
  expect(Object.keys(lines)).toEqual(promised.filter((line) => !notYet.includes(line)));
  expect(promised).toEqual(expect.arrayContaining(notYet));
});

describe.each(Object.entries({ ...lines, ...further }))('%s', (_, attacks) => {
  it('is attacked', () => expect(attacks.length).toBeGreaterThan(0));

  it.each(attacks.map(([file, title]) => ({ file, title })))(
    '$file has "$title"',
    ({ file, title }) => {
      const path = fileOf(`../${file}`);
      expect(existsSync(path), file).toBe(true);
      // A title is written with one of three marks, and may be an entry of a table.
      const code = readFileSync(path, 'utf8').replaceAll("\\'", "'");
      expect(code).toContain(title);
      expect(code).not.toMatch(/\.(skip|only|todo)\b/);
    },
  );
});

describe('src/docs/security.md', () => {
  const page = readFileSync(fileOf('../../src/docs/security.md'), 'utf8');

  it('gives the limits that are so by default', () => {
    const said =
      /by default ([\d,]+) with a key,\s+(\d+) of a session, (\d+) of an address without a session, (\d+) refusals/.exec(
        page,
      );
    const [key, session, address, refusals] = (said ?? [])
      .slice(1)
      .map((text) => Number(text.replace(',', '')));
    expect({ key, session, address, refusals }).toEqual(standardLimits);
  });

  it('counts the guards that can be taken away', () => {
    // A bound, since every branch adds some: the number itself was wrong after each second merge.
    const [, least] = /takes more than (\d+) guards of the server away/.exec(page) ?? [];
    expect(mutants.length).toBeGreaterThan(Number(least));
  });

  it('has a row for each kind of token that is stolen in the tests', () => {
    const rows = page.split('## What each token can do')[1]?.split('\n## ')[0] ?? '';
    const named = [
      'session token',
      'leave ticket',
      'CSRF token',
      'trip token',
      'OAuth token of a user',
      'OAuth token of the site',
      'idempotency key',
    ];
    expect(named).toHaveLength(kinds.length);
    for (const one of named) expect(rows).toContain(`\n| ${one}`);
  });
});

it.each(mutants)('the guard "$guard" stands in $file', ({ file, edits }) => {
  let text = readFileSync(fileOf(`../../src/server/${file}`), 'utf8');
  for (const [from, to] of edits) {
    expect(text.split(from)).toHaveLength(2);
    text = text.replace(from, () => to);
  }
});
