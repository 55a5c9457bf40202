import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';

/** What the pages of a shop are made with. */
export interface ShopPages {
  origin: string;
  /** Where the backend is, with its script below it. */
  outroOrigin: string;
  apiKey: string;
  /** What the script is told besides, as the text of its tag. */
  configuration?: string;
  networks: Record<string, { origin: string }>;
  /** The other shop, and what it stands on. */
  other?: { name: string; url: string };
  /** Newest rows of a few tables, for the drawer. */
  readRows?: () => Promise<Record<string, unknown[]>>;
}

const readPage = (file: string): Promise<string> =>
  readFile(new URL(`page/${file}`, import.meta.url), 'utf8');

/** Gives a shop its account page, its style, its scripts and the drawer; its own pages are rendered as these are. */
export const addPages = (site: Hono, shop: ShopPages) => {
  const frames = Object.values(shop.networks)
    .map(({ origin }) => origin)
    .join(' ');
  const backend = new URL(shop.outroOrigin).origin;
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${backend}`,
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${backend} ${frames}`,
    `frame-src 'self' ${frames}`,
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ');

  const render = async (file: string): Promise<string> => {
    const { other, configuration = '' } = shop;
    const variables: Record<string, string> = {
      OUTRO: shop.outroOrigin,
      API_KEY: shop.apiKey,
      CONFIGURATION: configuration,
      OTHER: other ? `<a href="${other.url}">The same on ${other.name}</a>` : '',
    };
    for (const [id, { origin }] of Object.entries(shop.networks))
      variables[id.toUpperCase()] = origin;
    const html = (await readPage(file)).replace('{{HOOD}}', await readPage('hood.html'));
    return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '');
  };

  site.get('/account', async (context) =>
    context.html(await render('account.html'), 200, { 'Content-Security-Policy': policy }),
  );
  for (const script of ['demo.js', 'account.js', 'hood.js'])
    site.get(`/${script}`, async (context) =>
      context.body(await readPage(script), 200, { 'Content-Type': 'text/javascript' }),
    );
  site.get('/demo.css', async (context) =>
    context.body(await readPage('demo.css'), 200, { 'Content-Type': 'text/css' }),
  );
  site.get('/rows', async (context) => context.json((await shop.readRows?.()) ?? {}));
  return { render, policy };
};
