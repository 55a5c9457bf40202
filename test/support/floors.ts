// Who may import whom in src/, as rules about the names of files.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Every file of src/, by its path in there. */
export const files = globSync('**/*.ts', { cwd: src });

export const textOf = (file: string): string => readFileSync(join(src, file), 'utf8');

export const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;

/** An import: of a file by its path in src/, or of a package by its name. */
interface Import {
  target: string;
  isType: boolean;
}

/** What a file imports or hands on, at once or later. */
export const readImports = (file: string, text = textOf(file)): Import[] =>
  [
    ...text
      .replaceAll(/^ \*.*$/gm, '')
      .matchAll(/^(?:im|ex)port (type )?(?:[^;'"]*? from )?'([^'\n]+)'|()import\(\s*'([^'\n]+)'/gm),
  ].map(([, type, fixed, , late]) => {
    const target = fixed ?? late ?? '';
    return {
      target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
      isType: type !== undefined,
    };
  });

const isFile = (target: string): boolean => target.endsWith('.ts');

export const importsOf = (file: string): string[] =>
  readImports(file)
    .map(({ target }) => target)
    .filter(isFile);

// What each floor may import from; a door sits on top.
const floors: Record<string, readonly string[]> = {
  core: ['core', 'providers'],
  providers: ['providers', 'core'],
  // What people read: pages of both halves say it.
  words: ['words', 'core'],
  browser: ['browser', 'core'],
  element: ['element', 'words', 'browser', 'core'],
  // `showEditConnectionsUI` draws the element.
  facade: ['facade', 'element', 'words', 'browser', 'core'],
  server: ['server', 'words', 'core', 'providers'],
  testing: ['testing', 'core', 'providers'],
  // The plugin stands on the whole backend.
  'better-auth': ['better-auth', 'server', 'core', 'providers'],
};

/** The rooms of the server, lowest first: a room imports only what stands before it. */
export const rooms: readonly string[] = [
  'config',
  'wire',
  'rules',
  'people',
  'exits',
  'outbound',
  'caller',
  'errands',
  'departure',
  'methods',
  'moving',
  'inbound',
  'events',
  'operate',
  'http',
];

const packages: Record<string, RegExp> = {
  core: /^zod\/v4\/core$/,
  providers: /^$/,
  words: /^$/,
  browser: /^(ky|mitt)$/,
  element: /^$/,
  facade: /^$/,
  server:
    /^(node:|hono|jose$|prom-client$|undici$|zod|pg$|@electric-sql\/pglite$|@node-saml\/node-saml$)/,
  testing: /^$/,
  'better-auth': /^(node:|@better-auth\/core|better-auth(\/|$)|zod$)/,
};

// Doors that pages load: the provider table is too much for them, but for what they ask of it by `supports`.
const isPages = (file: string): boolean =>
  /^(core|words|browser|element|facade)\/|^(index|connections|global|react|better-auth-client)\.ts$/.test(
    file,
  );

const heightOf = (file: string): number => {
  const [, room = '', inside] = file.split('/');
  return inside === undefined ? rooms.length : rooms.indexOf(room);
};

/** Why a file may not import this, if it may not. */
export const findFault = (file: string, { target, isType }: Import): string | undefined => {
  const [floor = '', inFloor] = file.split('/');
  if (isPages(file) && !isType && /^providers\/(?!supports\.ts$)/.test(target))
    return 'a page would load the provider table';
  // A door leads anywhere.
  if (inFloor === undefined) return undefined;
  if (!floors[floor]) return 'a folder that is no floor';
  if (!isFile(target))
    return packages[floor]?.test(target) ? undefined : `a package that ${floor} does not use`;
  const [below = '', inBelow] = target.split('/');
  if (inBelow === undefined) return 'a door';
  if (!floors[floor].includes(below)) return `${below} does not lie below ${floor}`;
  if (floor !== 'server' || below !== 'server') return undefined;
  if (heightOf(file) < 0) return 'a folder that is no room';
  return heightOf(target) <= heightOf(file) ? undefined : 'a room above, or the handler';
};

/** The longest chain of imports from a file downwards, types included; throws where it leads back to itself. */
export const createChains = (next: (file: string) => string[] = importsOf) => {
  const known = new Map<string, string[]>();
  const chainOf = (file: string, trail: string[] = []): string[] => {
    if (trail.includes(file)) throw new Error([...trail, file].join(' → '));
    const found = known.get(file);
    if (found) return found;
    let longest: string[] = [];
    for (const one of next(file)) {
      const chain = chainOf(one, [...trail, file]);
      if (chain.length > longest.length) longest = chain;
    }
    known.set(file, [file, ...longest]);
    return [file, ...longest];
  };
  return (file: string): string[] => chainOf(file);
};
