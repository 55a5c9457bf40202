import { Buffer } from 'node:buffer';
import { html, raw } from 'hono/html';
import { brandOf, type Brand } from '../config/brand.ts';
import type { Site } from '../config/sites.ts';
import { chooseLanguage, directionOf, speakPage, type PageSpeech } from './page-language.ts';
import type { Part } from './page-parts.ts';
import { styleOf } from './page-style.ts';

/** Headers of every answer to a browser that follows a link: nothing is stored, framed, sniffed or passed on. */
export const pageHeaders = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const hashOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${Buffer.from(digest).toString('base64')}'`;
};

/** Whoever reads a page: in which language, and whose page it is. */
export interface Reader {
  speech: PageSpeech;
  site: Site | undefined;
  brand: Brand;
}

/**
 * Finds out how a page is to speak and look.
 *
 * @param lang that the address names, if it names one.
 * @param site whose page it is; not known of what leads nowhere.
 */
export const readerOf = async (
  headers: Headers,
  lang: string | undefined,
  site: Site | undefined,
): Promise<Reader> => ({
  speech: await speakPage(chooseLanguage(headers, lang)),
  site,
  brand: brandOf(site),
});

/** The one site of a backend that serves no other: whose pages those are which lead nowhere. */
export const onlySite = (sites: ReadonlyMap<string, Site>): Site | undefined =>
  sites.size === 1 ? [...sites.values()][0] : undefined;

/** A page of the backend. */
export interface Page {
  title: string;
  /** Made by `html`, which escapes every value in it. */
  body: Part | Promise<Part>;
  status?: number;
  /** Origins besides this one to which a form's answer may redirect; `any` where nobody knows them beforehand. */
  origins?: string[] | 'any';
  /** The one script that runs at its end. */
  script?: string;
  /** Where the way back leads; left out, to the site's home. `false` where the page has one of its own. */
  back?: string | false | undefined;
}

const policyOf = async (page: Page, { logo, logoDark }: Brand, style: string): Promise<string> => {
  const { origins = [], script } = page;
  const pictures = [logo, logoDark].filter((one) => one !== undefined);
  return [
    "default-src 'none'",
    `style-src ${await hashOf(style)}`,
    ...(pictures.length > 0 ? [`img-src ${[...new Set(pictures)].join(' ')}`] : []),
    ...(script ? [`script-src ${await hashOf(script)}`] : []),
    // Browsers hold the redirect after a form against it too.
    ...(origins === 'any' ? [] : [`form-action ${["'self'", ...new Set(origins)].join(' ')}`]),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
};

// The name is beside it, so that it says nothing by itself and leaves nothing out where it does not load.
const header = ({ name, logo, logoDark }: Brand): Part | '' => {
  if (name === undefined) return '';
  const dark = logoDark
    ? html`<source srcset="${logoDark}" media="(prefers-color-scheme: dark)" />`
    : '';
  const light = logo ?? logoDark;
  const picture = light
    ? html`<picture>${dark}<img class="logo" src="${light}" alt="" /></picture>`
    : '';
  return html`<header>
    ${picture}<span><bdi>${name}</bdi></span>
  </header>`;
};

const footer = ({ brand, speech }: Reader, back: Page['back']): Part | '' => {
  const href = back ?? brand.home;
  if (href === undefined || href === false) return '';
  const site = brand.name ?? new URL(href).host;
  return html`<footer>
    <a class="a" href="${href}">${speech.say('page.back', { site })}</a>
  </footer>`;
};

/** Writes a page: plain HTML under a strict policy, never stored, framed or passed on. */
export const writePage = async (reader: Reader, page: Page): Promise<Response> => {
  const { brand, speech } = reader;
  const { title, body, script } = page;
  const { language } = speech;
  const style = styleOf(brand);
  const tab = [title, brand.name].filter(Boolean).join(' · ');
  // `html` escapes every value; what it made itself stays as it is.
  const text = await html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${tab}</title>
        ${brand.logo ? html`<link rel="icon" href="${brand.logo}" />` : ''}
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <div class="page">
          ${header(brand)}
          <main class="card">${body}</main>
          ${footer(reader, page.back)}
        </div>
        ${script ? raw(`<script>${script}</script>`) : ''}
      </body>
    </html> `;
  return new Response(String(text), {
    status: page.status ?? 200,
    headers: {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': language,
      Vary: 'Accept-Language',
      'Content-Security-Policy': await policyOf(page, brand, style),
    },
  });
};
