// The security floor, line by line: each has tests that attack it, and those tests exist.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { further, lines } from './lines.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The design is kept beside the repository; where it is not at hand, its words stand here.
const section = `Origins allow-listed per site (CORS exact match, credentials only then) · state changes by POST only · body ≤ 64 KiB · strict schema at the edge,
unknown parameters ignored but never stored · HMAC compare in constant time · nonce store with expiry · timestamps ±180 s · secret over
plain http refused (403006) · provider tokens and id tokens encrypted at rest (AES-256-GCM, key id in the record, rotation) · session tokens,
tickets and CSRF tokens stored hashed · no token, secret or e-mail in logs, URLs or error details · rate limit per key and per caller (403048) ·
JSONP: callback whitelist, \`/**/\` prefix, \`nosniff\`, read-only methods plus logout with token in the query refused · redirects allow-listed ·
\`Cache-Control: no-store\` everywhere · outbound calls to providers: https only, time limits, no redirects followed, no private addresses
except when configured for development · messages from frames accepted only from the expected origin with the expected nonce.`;

const promised = section.replace(/\.$/, '').replaceAll('\n', ' ').split(' · ');

it('the table has every line of the security floor, word for word', () => {
  expect(promised).toHaveLength(17);
  expect(Object.keys(lines)).toEqual(promised);
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
