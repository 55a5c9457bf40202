// npm run docs:site: the pages of src/docs, the reference of the doors and of the configuration, as static pages.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderMermaidSVG } from 'beautiful-mermaid';
import { Application } from 'typedoc';
import { build } from 'vitepress';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const docs = join(root, 'src/docs');
const pages = join(here, '.cache/pages');

/** The doors that the reference is made of, by the names that users write. */
const doors = [
  'index',
  'connections',
  'react',
  'server',
  'testing',
  'better-auth',
  'better-auth-client',
];

// Diagrams become pictures, so that they are there without script.
const drawn = (file: string, text: string): string => {
  let count = 0;
  return text.replaceAll(
    /(?:<!-- diagram: (.*?) -->\n)?```mermaid\n([^]*?)```/g,
    (_all, title: string, code: string) => {
      count += 1;
      const name = `${basename(file, '.md')}-${count}.svg`;
      // No page of ours asks another host for anything, fonts included.
      const svg = renderMermaidSVG(code).replace(/@import url\([^)]*\);?/, '');
      writeFileSync(join(pages, 'public', name), svg);
      return `![${title}](/${name})`;
    },
  );
};

const withoutComments = (text: string): string => text.replaceAll(/<!--[^]*?-->\n?/g, '');

/** Texts in braces twice are an instruction to VitePress, and to nobody who writes here. */
const literal = (text: string): string => text.replaceAll('{{', '{&#8203;{');

const copyPages = (): string[] =>
  globSync('*.md', { cwd: docs }).map((file) => {
    const text = readFileSync(join(docs, file), 'utf8');
    writeFileSync(join(pages, file), literal(withoutComments(drawn(file, text))));
    return file;
  });

const makeReference = async (): Promise<void> => {
  const settings = {
    entryPoints: doors.map((door) => join(root, 'src', `${door}.ts`)),
    tsconfig: join(here, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    readme: 'none',
    skipErrorChecking: true,
    excludeInternal: true,
    disableSources: true,
    entryFileName: 'index',
    logLevel: 'Error',
  } as const;
  const app = await Application.bootstrapWithPlugins({ ...settings, plugin: [...settings.plugin] });
  const project = await app.convert();
  if (!project) throw new Error('the reference: the sources could not be read');
  await app.outputs.writeOutput({ name: 'markdown', path: join(pages, 'reference') }, project);
};

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? '';

/** `llms.txt` lists the pages, `llms-full.txt` is all of them. */
const makeTexts = (files: string[]): void => {
  const texts = files.toSorted().map((file) => ({
    file,
    text: withoutComments(readFileSync(join(docs, file), 'utf8')),
  }));
  const lines = texts.map(
    ({ file, text }) => `- [${titleOf(text)}](/${file.replace(/\.md$/, '.html')})`,
  );
  const head =
    '# outro\n\n> The way out: log out, disconnect social identities, take back permissions, and say honestly what is over.';
  writeFileSync(join(pages, 'public/llms.txt'), `${head}\n\n${lines.join('\n')}\n`);
  writeFileSync(
    join(pages, 'public/llms-full.txt'),
    `${head}\n\n${texts.map(({ text }) => text).join('\n')}`,
  );
};

rmSync(pages, { recursive: true, force: true });
mkdirSync(join(pages, 'public'), { recursive: true });
cpSync(join(here, 'config.ts'), join(pages, '.vitepress/config.ts'));
const files = copyPages();
for (const file of ['configuration.schema.json', 'openapi.json'])
  cpSync(join(docs, file), join(pages, 'public', file));
makeTexts(files);
await makeReference();
process.env['NODE_ENV'] = 'production';
await build(pages, { outDir: join(here, 'dist') });
console.log(`built ${dirname(join(here, 'dist/index.html'))}`);
