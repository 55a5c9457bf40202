import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A page with every state of `<outro-connections>`, from the built files of the npm door, in a bundle that is split. */
export interface Gallery {
  /** Its address, for these states, in this language and direction; with `idle`, nothing is pressed yet. */
  address: (given?: { states?: string[]; lang?: string; dir?: string; idle?: string }) => string;
  close: () => void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

// As a site has it: a type of its own, a heading, a main part.
const html = `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Settings</title><link rel="stylesheet" href="/page.css">
<script type="module" src="/gallery-states.js"></script></head><body><main><h1>Settings</h1></main></body></html>`;
const css = `body{margin:0;font-family:system-ui,"Liberation Sans",sans-serif}main{max-width:40rem;margin:0 auto;padding:1rem;display:grid;grid-template-columns:minmax(0,1fr);gap:2rem}h1{font-size:1.5rem;margin:0}`;
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; require-trusted-types-for 'script'; trusted-types 'none'";

/** Starts the gallery on loopback. */
export const startGallery = async (): Promise<Gallery> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('gallery-states.ts', import.meta.url))],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: '/',
    alias: { 'outro/connections': `${root}dist/connections.js` },
    write: false,
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://gallery');
    const text = pathname === '/' ? html : pathname === '/page.css' ? css : files.get(pathname);
    const type = pathname === '/' ? 'html' : pathname.endsWith('.css') ? 'css' : 'javascript';
    response.writeHead(text === undefined ? 404 : 200, {
      'Content-Type': `text/${type}; charset=utf-8`,
      ...(pathname === '/' && { 'Content-Security-Policy': policy }),
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address({ states, ...given } = {}) {
      const search = new URLSearchParams({ ...given, ...(states && { states: states.join() }) });
      return `http://localhost:${port}/?${search.toString()}`;
    },
    close: () => server.close(),
  };
};
