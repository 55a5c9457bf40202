import { Buffer } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';

/** The browser script `outro.js`, the parts of it that load later, and their source maps: file name to text. */
export type Script = Readonly<Record<string, string>>;

/**
 * Reads the browser script from the folder `dist` of this package.
 *
 * @throws Error when there is none
 */
export const readScript = async (folder: URL): Promise<Script> => {
  const names = (await readdir(folder)).filter((name) => /^outro(\.\w+)?\.js(\.map)?$/.test(name));
  if (!names.includes('outro.js'))
    throw new Error(`no outro.js in ${folder.pathname}; build it first`);
  const read = async (name: string) =>
    [name, await readFile(new URL(name, folder), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
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
  const short = hash.toString('hex').slice(0, 16);
  return { text, short, integrity: `sha384-${hash.toString('base64')}` };
};

/**
 * Serves the browser script: revalidated under its plain names, cached for a year under
 * `/js/outro.<hash>.js`; the header `Integrity` gives the value for the tag's `integrity` attribute. The parts that
 * it loads later are revalidated, since they speak the language of this backend's answers.
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
    const isPinned = main !== undefined && pathname === `/js/outro.${main.short}.js`;
    const isMain = isPinned || current.test(pathname);
    const file = isMain ? main : served.get(pathname.replace(/^\/js\//i, ''));
    if (!file) return undefined;
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
