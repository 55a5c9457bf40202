// npm run sheet [-- FOLDER FLOW…]: one picture per flow and browser, with every state of it light and dark, wide and narrow,
// left to right and right to left.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'outro/server';
import { launch, type Browser } from 'puppeteer-core';
import { startGallery } from '../support/gallery.ts';
import { findProgram } from '../support/installed.ts';
import { startPageGallery } from '../support/page-gallery.ts';

/** TABLE of flows of `<outro-connections>`: each all in one page. */
const flows: Record<string, string[]> = {
  list: ['list', 'twins', 'own'],
  refusals: ['last', 'recent'],
  states: ['loading', 'empty', 'signed-out', 'not-loaded', 'busy', 'failed'],
  receipts: ['receipt-done', 'receipt-mixed'],
  question: ['question'],
  'question-all': ['question-all'],
  'question-hostile': ['question-hostile'],
  hostile: ['hostile'],
};

/** TABLE of flows of the backend's pages: each state a page of its own. */
const pageFlows: Record<string, string[]> = {
  'pages-confirm': ['confirm', 'confirm-all', 'confirm-last', 'confirm-again'],
  'pages-trip': ['trip-going', 'trip-left', 'trip-asked', 'trip-done'],
  'pages-errors': ['trip-none', 'trip-paused', 'refused', 'fault'],
  'pages-deletion': ['deletion', 'deletion-unknown'],
  'pages-hostile': ['confirm-hostile', 'trip-hostile'],
};

const folder = process.argv[2] ?? 'node_modules/.cache/sheet';
const wanted = process.argv.slice(3);

const gallery = await startGallery();
const pages = await startPageGallery(await fromPglite(await PGlite.create()));

type Place = (lang: string, dir: string) => string;

/** The addresses of a flow; of an element, one for all its states. */
const placesOf = (flow: string): Place[] => {
  const states = flows[flow];
  return states
    ? [(lang, dir) => gallery.address({ states, lang, dir })]
    : (pageFlows[flow] ?? []).map(
        (state): Place =>
          (lang) =>
            pages.address(state, lang),
      );
};

const take = async (
  browser: Browser,
  address: string,
  scheme: string,
  [width, isWhole]: [width: number, isWhole: boolean],
): Promise<string> => {
  const page = await browser.newPage();
  await page.setViewport({ width, height: width === 390 ? 760 : 640 });
  await page.goto(address);
  await page.waitForSelector('[data-ready], main.card');
  // Firefox over WebDriver BiDi follows the page only.
  await page.evaluate((value) => {
    document.documentElement.style.setProperty('color-scheme', value);
  }, scheme);
  // Colours go over in 120 milliseconds.
  await setTimeout(200);
  // Whole pages that run from right to left are taken beside where they are.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (isWhole) await page.setViewport({ width, height });
  const data = await page.screenshot({ encoding: 'base64' });
  await page.close();
  return `<img width="${width / 2}" src="data:image/png;base64,${data}">`;
};

const takeAll = async (browser: Browser, flow: string): Promise<string[]> => {
  const pictures: string[] = [];
  const isWhole = !flow.startsWith('question');
  for (const place of placesOf(flow))
    for (const [dir, lang] of [
      ['ltr', 'en'],
      ['rtl', 'ar'],
    ] as const)
      for (const scheme of ['light', 'dark'])
        for (const width of [1280, 390])
          pictures.push(await take(browser, place(lang, dir), scheme, [width, isWhole]));
  return pictures;
};

const browsers = {
  chromium: async () =>
    launch({
      executablePath: findProgram('chromium')?.path ?? process.env['CHROMIUM_PATH'] ?? '',
      args: ['--no-sandbox'],
    }),
  firefox: async () =>
    launch({ browser: 'firefox', executablePath: findProgram('firefox')?.path ?? '' }),
};

mkdirSync(folder, { recursive: true });
for (const [name, start] of Object.entries(browsers)) {
  if (name === 'firefox' && !findProgram('firefox')) continue;
  const browser = await start();
  for (const flow of [...Object.keys(flows), ...Object.keys(pageFlows)]) {
    if (wanted.length > 0 && !wanted.includes(flow)) continue;
    const pictures = await takeAll(browser, flow);
    const page = await browser.newPage();
    await page.setViewport({ width: 1740, height: 600, deviceScaleFactor: 1 });
    await page.setContent(
      `<body style="margin:8px;display:flex;flex-wrap:wrap;align-items:flex-start;gap:8px;background:#888">${pictures.join('')}`,
    );
    const file = `${folder}/${flow}.${name}.png`;
    writeFileSync(file, await page.screenshot({ fullPage: true }));
    await page.close();
    console.log(file);
  }
  await browser.close();
}
gallery.close();
pages.close();
process.exit();
