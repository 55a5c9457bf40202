import { Buffer } from 'node:buffer';

/** The browser script and its source map, as text. */
export interface Script {
  code: string;
  map?: string | undefined;
}

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

/**
 * Serves the browser script: revalidated under its plain names, cached for a year under
 * `/js/outro.<hash>.js`; the header `Integrity` gives the value for the tag's `integrity` attribute.
 *
 * @see gigya-protocol section 1.1
 */
export const serveScript = ({ code, map }: Script) => {
  const digest = crypto.subtle
    .digest('SHA-384', new Uint8Array(Buffer.from(code)))
    .then((hash) => Buffer.from(hash));
  return async (request: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url);
    const hash = await digest;
    const short = hash.toString('hex').slice(0, 16);
    const isPinned = pathname === `/js/outro.${short}.js`;
    if (isPinned || current.test(pathname)) {
      const headers = {
        ETag: `"${short}"`,
        Integrity: `sha384-${hash.toString('base64')}`,
        'Cache-Control': isPinned
          ? 'public, max-age=31536000, immutable'
          : 'public, max-age=0, must-revalidate',
      };
      // Compression on the way makes the tag a weak one.
      const isKnown = request.headers.get('if-none-match')?.includes(headers.ETag) === true;
      return respond(
        isKnown ? null : code,
        isKnown ? 304 : 200,
        'text/javascript; charset=utf-8',
        headers,
      );
    }
    if (pathname === '/js/outro.js.map' && map !== undefined)
      return respond(map, 200, 'application/json', { 'Cache-Control': 'no-cache' });
    return undefined;
  };
};
