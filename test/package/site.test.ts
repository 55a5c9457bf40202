// npm run docs:site: everything that has a name has its place there, and it is there without script.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { codes } from '../../src/core/codes.ts';
import { providers } from '../../src/providers/providers.ts';
import { commands } from '../../src/server/operate/commands.ts';
import { listOptions } from '../docs/configuration.ts';
import { listEvents } from '../docs/events.ts';
import { listMethods } from '../docs/methods.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const site = `${root}test/docs/site/dist/`;

const textOf = (page: string): string =>
  readFileSync(site + page, 'utf8')
    .replaceAll(/<script[^]*?<\/script>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

const missingFrom = (page: string, names: string[]): string[] => {
  const text = textOf(page);
  expect(names.length).toBeGreaterThan(0);
  return names.filter((name) => !text.includes(name));
};

/** What a door exports, by name. */
const exportsOf = (door: string): string[] => {
  const code = readFileSync(`${root}src/${door}.ts`, 'utf8');
  const own = code.matchAll(/^export (?:const|function|interface|type|class) (\w+)/gm);
  const lists = code.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [
    ...[...own].map(([, name = '']) => name),
    ...[...lists].flatMap(([, names = '']) =>
      names
        .split(',')
        .map((name) => name.replace(/^\s*(type )?(\w+ as )?/, '').trim())
        .filter(Boolean),
    ),
  ];
};

const doors = ['index', 'connections', 'react', 'server', 'testing', 'better-auth'];

beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'docs:site'], { cwd: root, stdio: 'pipe' });
}, 600_000);

describe('the site', () => {
  it.each(doors)('has every export of the door %s', (door) => {
    const pages = globSync(`reference/${door}/**/*.html`, { cwd: site });
    const texts = pages.map(textOf).join('\n');
    const names = exportsOf(door);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !texts.includes(name))).toEqual([]);
  });

  it('has every method, failure, event, option, command and provider', () => {
    expect(
      missingFrom(
        'methods.html',
        listMethods().map(({ name }) => name),
      ),
    ).toEqual([]);
    expect(missingFrom('failures.html', Object.keys(codes))).toEqual([]);
    expect(missingFrom('events.html', listEvents())).toEqual([]);
    expect(
      missingFrom(
        'configuration.html',
        listOptions().map(({ name }) => name),
      ),
    ).toEqual([]);
    expect(missingFrom('operate.html', Object.keys(commands))).toEqual([]);
    expect(missingFrom('providers.html', Object.keys(providers))).toEqual([]);
  });

  it('asks nobody else for anything, and its pictures are there', () => {
    for (const page of globSync('**/*.{html,svg,css}', { cwd: site })) {
      const text = readFileSync(site + page, 'utf8');
      expect(text, page).not.toMatch(/(src|href)="https?:[^"]*\.(js|css|woff2?|png|svg)"/);
      expect(text, page).not.toMatch(/@import|url\(['"]?https?:/);
    }
    expect(globSync('ways-*.svg', { cwd: site })).toHaveLength(4);
    expect(readFileSync(`${site}ways.html`, 'utf8').match(/<img [^>]*alt="[^"]+"/g)).toHaveLength(
      4,
    );
  });

  it('lists its pages for those that read without a browser', () => {
    const listed = readFileSync(`${site}llms.txt`, 'utf8');
    for (const page of globSync('*.html', { cwd: site }).filter((one) => one !== '404.html'))
      expect(listed).toContain(`(/${page})`);
  });
});
