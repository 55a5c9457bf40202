import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { brokenLabels, endMotion, findFaults } from './looking.ts';
import type { PageGallery } from './page-gallery.ts';

/** What axe finds in a page, a line each. */
export const findViolations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  await page.evaluate(endMotion);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({
      rules: { region: { enabled: true } },
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
};

// Firefox over WebDriver BiDi follows the page only.
const show = async (page: Page, scheme: 'light' | 'dark', size: string): Promise<void> => {
  await page.evaluate(
    (given) => {
      const { style } = document.documentElement;
      style.setProperty('color-scheme', given.scheme);
      style.setProperty('font-size', given.size);
    },
    { scheme, size },
  );
  await page.evaluate(endMotion);
};

/** Pages that show the most: these are looked at from right to left as well, and with text of four times the size. */
export const fullestPages = ['confirm', 'confirm-hostile', 'trip-left', 'trip-hostile', 'refused'];

// Firefox lets the space at the end of a line hang out where writing turns around; a quarter of a letter is nothing that is cut.
const isOut = (fault: string): boolean => {
  const [, all, inside] = /(\d+) (?:wide )?in (\d+)$/.exec(fault) ?? [];
  return all !== undefined && Number(all) - Number(inside) > 15;
};

/** What is wrong with pages of the backend, at 320 in light and dark; with the fullest also in Arabic and at 1280. */
export const lookAtPages = async (
  page: Page,
  pages: PageGallery,
  states: string[],
): Promise<string[]> => {
  const faults: string[] = [];
  for (const state of states)
    for (const lang of fullestPages.includes(state) ? ['ar', 'en'] : ['en']) {
      const note = (about: string, found: string[]): void => {
        faults.push(...found.map((one) => `${state} ${lang} ${about}: ${one}`));
      };
      await page.setViewport({ width: 320, height: 800 });
      await page.goto(pages.address(state, lang));
      // Fingers may be anywhere: all that can be pressed is large enough for them.
      note('light', await page.evaluate(findFaults, true));
      if (!state.endsWith('hostile')) note('words', await page.evaluate(brokenLabels));
      await show(page, 'dark', '');
      if (lang === 'en') note('dark', await page.evaluate(findFaults, true));
      if (lang === 'en') note('axe', await findViolations(page));
      if (!fullestPages.includes(state)) continue;
      await page.setViewport({ width: 1280, height: 800 });
      await show(page, 'light', '400%');
      note('400 %', (await page.evaluate(findFaults, true)).filter(isOut));
    }
  return faults;
};
