// A page that has pinned the script of an earlier release finds that, and its parts, after an update.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../../src/server/caller/gate.ts';
import { readScript, serveScript } from '../../../../src/server/http/script.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'outro-script-'));
});
afterAll(() => rmSync(root, { recursive: true }));

// How often a script may be loaded is told elsewhere.
const openGate: Gate = {
  admit: () => {},
  unproved: async () => {},
  give: () => {},
  retryAfter: () => 0,
};

const short = (text: string): string =>
  createHash('sha384').update(text).digest('hex').slice(0, 16);

/** One release, as the build writes it. */
const release = (version: string): { folder: URL; main: string; part: string } => {
  const folder = mkdtempSync(join(root, 'release-'));
  const [main, calls] = [`main ${version}`, `calls ${version}`];
  const part = `outro.calls.${short(calls)}.js`;
  writeFileSync(join(folder, 'outro.js'), main);
  writeFileSync(join(folder, part), calls);
  return { folder: pathToFileURL(`${folder}/`), main: `outro.${short(main)}.js`, part };
};

const ask = async (serve: ReturnType<typeof serveScript>, name: string) => {
  const response = await serve(new Request(`https://outro.example/js/${name}`), openGate);
  return response && { text: await response.text(), cached: response.headers.get('cache-control') };
};

describe('the script of an earlier release', () => {
  it('is served under the names that its content gives it, from the folder that outlives releases', async () => {
    const kept = pathToFileURL(`${join(root, 'kept')}/`);
    const [first, second] = [release('1'), release('2')];
    await readScript(first.folder, kept);
    const serve = serveScript(new Set(), await readScript(second.folder, kept));
    expect((await ask(serve, 'outro.js'))?.text).toBe('main 2');
    for (const [at, text] of [
      [second.main, 'main 2'],
      [second.part, 'calls 2'],
      [first.main, 'main 1'],
      [first.part, 'calls 1'],
    ] as const) {
      const answer = await ask(serve, at);
      expect(answer?.text).toBe(text);
      expect(answer?.cached).toContain('immutable');
    }
  });

  it('is not what somebody else has put there', async () => {
    const folder = join(root, 'kept');
    writeFileSync(join(folder, `outro.calls.${'0'.repeat(16)}.js`), 'evil');
    writeFileSync(join(folder, 'outro.js'), 'evil');
    const { folder: present } = release('3');
    const serve = serveScript(new Set(), await readScript(present, pathToFileURL(`${folder}/`)));
    expect(await ask(serve, `outro.calls.${'0'.repeat(16)}.js`)).toBeUndefined();
    expect((await ask(serve, 'outro.js'))?.text).toBe('main 3');
    expect(readdirSync(folder)).toContain('outro.js');
  });
});
