// What an editor shows of a client: the sentence of each method and parameter, and where "go to definition" leads.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSource, type DocumentedField } from '../docs/docstrings.ts';

/** The part of a language service that is asked here. */
interface LanguageService {
  getSemanticDiagnostics(file: string): unknown[];
  getQuickInfoAtPosition(
    file: string,
    position: number,
  ): { documentation?: { text: string }[] } | undefined;
  getDefinitionAtPosition(
    file: string,
    position: number,
  ): { fileName: string; textSpan: { start: number } }[] | undefined;
}

/** The part of the compiler's module that makes one. */
interface Compiler {
  sys: Record<'fileExists' | 'directoryExists', (path: string) => boolean> & {
    readFile(path: string): string | undefined;
    getDirectories(path: string): string[];
    realpath(path: string): string;
  };
  ScriptSnapshot: { fromString(text: string): unknown };
  getDefaultLibFilePath(options: object): string;
  createLanguageService(host: object): LanguageService;
}

// The language service that editors have built in, as attw brings it: the one of TypeScript 7.0 shows no comment of any
// mapped type, `Partial` included.
const { resolve } = createRequire(import.meta.url);
const compiler = createRequire(resolve('@arethetypeswrong/core'))('typescript') as Compiler;

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'outro-hover-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = readSource('core/methods.ts')
  .rows('methods')
  .filter(({ name }) => name !== 'addEventHandlers');
const own = readSource('browser/client.ts').interface('Client').fields;
const options = readSource('browser/config.ts').interface('ClientOptions').fields;
const ofCalls = readSource('browser/response.ts').interface('CallOptions').fields;

const plain = (name: string): string => name.replace('?', '');
const given = (fields: Pick<DocumentedField, 'name'>[]): string =>
  fields.map(({ name }) => `${plain(name)}: value as never`).join(', ');
const code = [
  `import { createClient } from 'outro';`,
  'declare const value: unknown;',
  `const client = createClient({ ${given(options)} });`,
  ...rows.map(({ name, params }) => `void client.${name}({ ${given(params)} });`),
  `void client.logout({ ${given(ofCalls)} });`,
  ...own.map(({ name }) => `void client.${name};`),
].join('\n');

let service: LanguageService;
const file = join(folder, 'page.mts');
beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/outro'));
  const { sys, ScriptSnapshot, getDefaultLibFilePath } = compiler;
  // ES2022 as Node resolves it, by the compiler's numbers.
  const settings = { strict: true, target: 9, module: 199, types: [], skipLibCheck: true };
  service = compiler.createLanguageService({
    ...sys,
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => settings,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path: string) {
      const text = path === file ? code : sys.readFile(path);
      return text === undefined ? undefined : ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: getDefaultLibFilePath,
  });
  writeFileSync(file, code);
});

/** What is shown at a name in the line that begins so, and what its definition begins with. */
const look = (line: string, name: string): { shown: string; target: string; isMapped: boolean } => {
  const rest = code.slice(code.indexOf(line));
  const position = code.indexOf(line) + rest.search(new RegExp(`\\b${name}\\b`));
  const words = service.getQuickInfoAtPosition(file, position)?.documentation ?? [];
  const [definition] = service.getDefinitionAtPosition(file, position) ?? [];
  const text = definition ? readFileSync(definition.fileName, 'utf8') : '';
  const shown = words.map((word) => word.text).join('');
  return {
    shown: shown.replaceAll(/\s+/g, ' '),
    target: text.slice(definition?.textSpan.start).split('\n')[0] ?? '',
    isMapped: text.includes('sourceMappingURL'),
  };
};

describe('in an editor', () => {
  it('the page that is looked at has no error', () => {
    expect(service.getSemanticDiagnostics(file)).toEqual([]);
  });

  it.each(rows)('$name: its sentence and those of its parameters, and where they stand', (row) => {
    for (const { name, doc } of [row, ...row.params]) {
      const { shown, target, isMapped } = look(`void client.${row.name}(`, name);
      expect(doc.text, name).not.toBe('');
      expect(shown, name).toBe(doc.text);
      expect(target, name).toMatch(new RegExp(`^${name}: `));
      // A map would lead one line too far.
      expect(isMapped, name).toBe(false);
    }
  });

  it('what else a client has and takes: its sentence', () => {
    const rest: [line: (name: string) => string, fields: DocumentedField[]][] = [
      [() => 'const client = createClient(', options],
      [() => 'void client.logout({ callback', ofCalls],
      [(name) => `void client.${name};`, own],
    ];
    for (const [line, fields] of rest)
      for (const { name, doc } of fields) {
        const { shown } = look(line(plain(name)), plain(name));
        expect(doc.text, name).not.toBe('');
        expect(shown, name).toBe(doc.text);
      }
  });
});
