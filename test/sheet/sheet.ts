// npm run sheet: one picture per flow, with every state of it light and dark, wide and narrow, left to right and right to left.
import { mkdirSync, writeFileSync } from 'node:fs';
import { launch, type Browser } from 'puppeteer-core';
import { startGallery, type Gallery } from '../support/gallery.ts';
import { findProgram } from '../support/installed.ts';

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

const folder = process.argv[2] ?? 'node_modules/.cache/sheet';
const wanted = process.argv.slice(3);

const takeAll = async (browser: Browser, gallery: Gallery, states: string[]): Promise<string[]> => {
  const pictures: string[] = [];
  for (const [dir, lang] of [
    ['ltr', 'en'],
    ['rtl', 'ar'],
  ] as const)
    for (const scheme of ['light', 'dark'])
      for (const width of [1280, 390]) {
        const page = await browser.newPage();
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.setViewport({ width, height: width === 390 ? 760 : 640 });
        await page.goto(gallery.address({ states, lang, dir }));
        await page.waitForSelector('[data-ready]');
        const isDialog = states[0]?.startsWith('question') === true;
        const data = await page.screenshot({ encoding: 'base64', fullPage: !isDialog });
        pictures.push(`<img width="${width / 2}" src="data:image/png;base64,${data}">`);
        await page.close();
      }
  return pictures;
};

const gallery = await startGallery();
const browser = await launch({
  executablePath: findProgram('chromium')?.path ?? process.env['CHROMIUM_PATH'] ?? '',
  args: ['--no-sandbox'],
});
mkdirSync(folder, { recursive: true });
for (const [flow, states] of Object.entries(flows)) {
  if (wanted.length > 0 && !wanted.includes(flow)) continue;
  const pictures = await takeAll(browser, gallery, states);
  const page = await browser.newPage();
  await page.setViewport({ width: 1740, height: 600, deviceScaleFactor: 1 });
  await page.setContent(
    `<body style="margin:8px;display:flex;flex-wrap:wrap;align-items:flex-start;gap:8px;background:#888">${pictures.join('')}`,
  );
  writeFileSync(`${folder}/${flow}.png`, await page.screenshot({ fullPage: true }));
  await page.close();
  console.log(`${folder}/${flow}.png`);
}
await browser.close();
gallery.close();
