import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Gate } from '../caller/gate.ts';

/**
 * The browser script `outro.js`, the parts of it that load later, their source maps, and the words and marks that it shows:
 * file name to text. What is named by its content (`outro.<hash>.js`, `outro.<part>.<hash>.js`, `outro.<language>.<hash>.json`)
 * may be of other releases too: a page that has pinned an older script finds its parts.
 */
export type Script = Readonly<Record<string, string>>;

const shortOf = (text: string): string =>
  createHash('sha384').update(text).digest('hex').slice(0, 16);

// Files that say by their name what they are; of others nothing is kept.
const isOwnName = (name: string, text: string): boolean =>
  /^outro\.([a-z]+\.)?[\da-f]{16}\.js(on)?$/.test(name) && name.includes(`.${shortOf(text)}.`);

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
  const present = await readFolder(folder, /^outro(\.\w+){0,2}\.js(\.map|on)?$/);
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

const readFrom = (place: string | URL): Promise<Script> => {
  const found = createRequire(place).resolve('outro/package.json');
  return readScript(new URL('dist/', pathToFileURL(found)));
};

/** The browser script of this package: beside this code, or, where a bundler has moved that, where the process runs. */
const readOwnScript = async (): Promise<Script> => {
  try {
    return await readFrom(import.meta.url);
  } catch {
    return readFrom(pathToFileURL(`${process.cwd()}/`));
  }
};

// The vendor's file names, in any case, so that moving a page over is changing a host name.
const current = /^\/js\/(outro|gigya|socialize)\.js$/i;

const respond = (
  body: string | Buffer<ArrayBuffer> | null,
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

const tooMany = (gate: Gate): Response =>
  new Response('this network has loaded it too often\n', {
    status: 429,
    headers: { 'Cache-Control': 'no-store', 'Retry-After': String(gate.retryAfter()) },
  });

const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i;

interface Served {
  text: string;
  /** The same for whoever takes it, made once: compressing costs more than all the rest of an answer. */
  zipped: Buffer<ArrayBuffer>;
  short: string;
  integrity: string;
}

const digest = async (text: string): Promise<Served> => {
  const hash = Buffer.from(
    await crypto.subtle.digest('SHA-384', new Uint8Array(Buffer.from(text))),
  );
  const zipped = await promisify(gzip)(text, { level: 9 });
  return { text, zipped, short: shortOf(text), integrity: `sha384-${hash.toString('base64')}` };
};

const digestAll = async (script: Script): Promise<Map<string, Served>> =>
  new Map(
    await Promise.all(
      Object.entries(script).map(async ([name, text]) => [name, await digest(text)] as const),
    ),
  );

// Where a bundler has left the files behind, the rest of the backend works all the same.
const missing = () =>
  respond(
    '// outro: the browser script is not beside outro/server; give createHandler a script, as readScript reads it\n',
    404,
    'text/javascript; charset=utf-8',
    { 'Cache-Control': 'no-store' },
  );

/**
 * Serves the browser script: revalidated under its plain names; cached for a year, as are the parts that it loads later,
 * under the names that its content gives it (`/js/outro.<hash>.js`). The header `Integrity` gives the value for the tag's
 * `integrity` attribute.
 *
 * @param origins of pages whose loads are counted apart: those of a page that wants to keep others out take nothing from them.
 * @param script default: the one of this package.
 * @see gigya-protocol section 1.1
 */
export const serveScript = (origins: ReadonlySet<string>, script?: Script) => {
  // Read when a page asks for the first time: most tests and some sites never do.
  let files: Promise<Map<string, Served> | undefined> | undefined;
  const load = () =>
    Promise.resolve(script ?? readOwnScript())
      .then(digestAll)
      .catch(() => undefined);
  const giverOf = (request: Request): string => {
    const referrer = request.headers.get('referer') ?? '';
    const origin = URL.canParse(referrer) ? new URL(referrer).origin : '';
    return `script ${origins.has(origin) ? origin : ''}`;
  };
  return async (request: Request, gate: Gate): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url);
    const served = await (files ??= load());
    if (!served) {
      files = undefined;
      return missing();
    }
    const main = served.get('outro.js');
    const name = pathname.replace(/^\/js\//i, '');
    const isMain = current.test(pathname) || name === `outro.${main?.short}.js`;
    const file = isMain ? main : served.get(name);
    if (!file) return undefined;
    const tag = `"${file.short}"`;
    const isZipped = takesGzip.test(request.headers.get('accept-encoding') ?? '');
    const isPinned = name.includes(`.${file.short}.`);
    const headers = {
      // The text itself, or weakly the same.
      ETag: isZipped ? `W/${tag}` : tag,
      Vary: 'Accept-Encoding',
      Integrity: file.integrity,
      'Cache-Control': isPinned
        ? 'public, max-age=31536000, immutable'
        : 'public, max-age=0, must-revalidate',
    };
    const type = /\.(map|json)$/.test(pathname)
      ? 'application/json'
      : 'text/javascript; charset=utf-8';
    if (request.headers.get('if-none-match')?.includes(tag) === true)
      return respond(null, 304, type, headers);
    try {
      gate.give(giverOf(request));
    } catch {
      return tooMany(gate);
    }
    return isZipped
      ? respond(file.zipped, 200, type, { ...headers, 'Content-Encoding': 'gzip' })
      : respond(file.text, 200, type, headers);
  };
};
