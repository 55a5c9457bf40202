// What is made from the tables and their comments is up to date, complete, and leads somewhere.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { codes } from '../../src/core/codes.ts';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import { listOptions, sample } from './configuration.ts';
import { readDocs } from './docs.ts';
import { listMethods } from './methods.ts';

const docs = fileURLToPath(new URL('../../src/docs/', import.meta.url));

describe('what npm run docs makes', () => {
  it.each(readDocs().map(({ file, ...texts }) => [file, texts] as const))(
    '%s is up to date: else npm run docs',
    (_file, { present, made }) => {
      expect(present).toBe(made);
    },
  );

  it('leaves no cell of a parameter empty', () => {
    const bare = listMethods().flatMap(({ name, parameters }) =>
      parameters
        .filter(({ text, expected }) => !text || !expected)
        .map((one) => `${name}.${one.name}`),
    );
    expect(bare).toEqual([]);
  });

  it('says of every option what it is for', () => {
    expect(
      listOptions()
        .filter(({ text }) => text === '')
        .map(({ within, name }) => `${within} ${name}`),
    ).toEqual([]);
  });

  it('shows a configuration that is right', () => {
    const environment = { FACEBOOK_SECRET: 'one', COMPANY_SECRET: 'another' };
    expect(parseConfiguration(sample, environment).sites[0]?.apiKey).toBe('YOUR_KEY');
  });

  it('shows a brand that is right, and a refusal as it is', () => {
    const text = readFileSync(`${docs}pages.md`, 'utf8');
    const shown = JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? '') as { brand: object };
    const [site] = sample.sites;
    const parse = (more: object) =>
      parseConfiguration(
        { ...sample, sites: [{ ...site, ...more }] },
        { FACEBOOK_SECRET: 'one', COMPANY_SECRET: 'another' },
      );
    expect(parse(shown).sites[0]?.brand).toMatchObject(shown.brand);
    const [, refusal = ''] = /```text\n\s*(.*)\n/.exec(text) ?? [];
    const pale = { colors: { light: { text: '#767676' } } };
    expect(() => parse({ brand: pale })).toThrow(refusal);
  });

  it('says of every method what it answers, how it fails and where it comes from', () => {
    for (const { name, doc } of listMethods())
      expect(Object.keys(doc.tags), name).toEqual(
        expect.arrayContaining(['returns', 'throws', 'see']),
      );
  });

  it('its links lead to a page and a heading that are there', () => {
    const anchorsOf = (text: string): string[] =>
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
    for (const page of globSync('*.md', { cwd: docs }))
      for (const [, file = '', anchor] of readFileSync(docs + page, 'utf8').matchAll(
        /\]\((\w+\.md)(?:#([\w-]+))?\)/g,
      )) {
        expect(existsSync(docs + file), `${page}: ${file}`).toBe(true);
        if (anchor)
          expect(anchorsOf(readFileSync(docs + file, 'utf8')), `${page}: ${file}`).toContain(
            anchor,
          );
      }
  });
});

it('README.md has at most 150 lines, and its links lead somewhere', () => {
  const root = new URL('../../', import.meta.url);
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  const links = [...readme.matchAll(/\]\((src\/[^)#]+)/g)].map(([, file = '']) => file);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});

describe('the OpenAPI document', () => {
  const text = readFileSync(`${docs}openapi.json`, 'utf8');
  const document = JSON.parse(text) as {
    paths: Record<string, { post: { operationId: string; summary: string } }>;
    components: { schemas: { Envelope: { properties: { errorCode: { enum: number[] } } } } };
  };

  it('is a valid one, of version 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(text);
    expect(errors).toBeUndefined();
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  it('has every path of the method table once, and every failure', () => {
    const paths = listMethods().flatMap(({ row }) => [row.path, ...(row.aliases ?? [])]);
    expect(Object.keys(document.paths).toSorted()).toEqual(
      paths.map((path) => `/${path}`).toSorted(),
    );
    const ids = Object.values(document.paths).map(({ post }) => post.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.components.schemas.Envelope.properties.errorCode.enum).toHaveLength(
      Object.keys(codes).length + 1,
    );
  });
});
