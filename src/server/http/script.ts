import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';

/**
 * The browser script `outro.js`, the parts of it that load later, and their source maps: file name to text. What is named
 * by its content (`outro.<hash>.js`, `outro.<part>.<hash>.js`) may be of other releases too: a page that has pinned an
 * older script finds its parts.
 */
export type Script = Readonly<Record<string, string>>;

const shortOf = (text: string): string =>
  createHash('sha384').update(text).digest('hex').slice(0, 16);

// Files that say by their name what they are; of others nothing is kept.
const isOwnName = (name: string, text: string): boolean =>
  /^outro\.([a-z]+\.)?[\da-f]{16}\.js$/.test(name) && name.includes(`.${shortOf(text)}.`);

const readFolder = async (
  folder: URL,
  pattern: RegExp,
): Promise<[name: string, text: string][]> => {
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  return Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const),
  ) as Promise<[string, string][]>;
};

/**
 * Reads the browser script from the folder `dist` of this package.
 *
 * @param kept a folder that outlives releases: this script is put there as well, and those of earlier releases are read
 *   from there, so that a page that has pinned one of them goes on working.
 * @throws Error when there is none
 */
export const readScript = async (folder: URL, kept?: URL): Promise<Script> => {
  const present = await readFolder(folder, /^outro(\.\w+){0,2}\.js(\.map)?$/);
  const main = present.find(([name]) => name === 'outro.js')?.[1];
  if (main === undefined) throw new Error(`no outro.js in ${folder.pathname}; build it first`);
  if (!kept) return Object.fromEntries(present);
  await mkdir(kept, { recursive: true });
  const own: [string, string][] = [[`outro.${shortOf(main)}.js`, main], ...present];
  for (const [name, text] of own)
    if (isOwnName(name, text)) await writeFile(new URL(name, kept), text);
  const earlier = await readFolder(kept, /^outro\./);
  return Object.fromEntries([...earlier.filter((file) => isOwnName(...file)), ...present]);
};

// The vendor's file names, in any case, so that moving a page over is changing a host name.
const current = /^\/js\/(outro|gigya|socialize)\.js$/i;

const respond = (
  body: string | null,
  status: number,
  type: string,
  headers: Record<string, string>,
) =>
  new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'X-Content-Type-Options': 'nosniff',
      // Pages of other origins load it, with and without `crossorigin`.
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ...headers,
    },
  });

interface Served {
  text: string;
  short: string;
  integrity: string;
}

const digest = async (text: string): Promise<Served> => {
  const hash = Buffer.from(
    await crypto.subtle.digest('SHA-384', new Uint8Array(Buffer.from(text))),
  );
  return { text, short: shortOf(text), integrity: `sha384-${hash.toString('base64')}` };
};

/**
 * Serves the browser script: revalidated under its plain names; cached for a year, as are the parts that it loads later,
 * under the names that its content gives it (`/js/outro.<hash>.js`). The header `Integrity` gives the value for the tag's
 * `integrity` attribute.
 *
 * @see gigya-protocol section 1.1
 */
export const serveScript = (script: Script) => {
  const files = Promise.all(
    Object.entries(script).map(async ([name, text]) => [name, await digest(text)] as const),
  ).then((entries) => new Map(entries));
  return async (request: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url);
    const served = await files;
    const main = served.get('outro.js');
    const name = pathname.replace(/^\/js\//i, '');
    const isMain = current.test(pathname) || name === `outro.${main?.short}.js`;
    const file = isMain ? main : served.get(name);
    if (!file) return undefined;
    const isPinned = name.includes(`.${file.short}.js`);
    const headers = {
      ETag: `"${file.short}"`,
      Integrity: file.integrity,
      'Cache-Control': isPinned
        ? 'public, max-age=31536000, immutable'
        : 'public, max-age=0, must-revalidate',
    };
    const type = pathname.endsWith('.map') ? 'application/json' : 'text/javascript; charset=utf-8';
    // Compression on the way makes the tag a weak one.
    const isKnown = request.headers.get('if-none-match')?.includes(headers.ETag) === true;
    return respond(isKnown ? null : file.text, isKnown ? 304 : 200, type, headers);
  };
};
