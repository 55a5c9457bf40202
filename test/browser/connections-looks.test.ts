// What people see of <outro-connections>: every state of it at once, in every language, on the screens and with the settings
// that people have; and of the backend's own pages.
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modesHere, startBrowser, type TestBrowser } from '../support/browsers.ts';
import { startGallery, type Gallery } from '../support/gallery.ts';
import { brokenLabels, endMotion, findFaults } from '../support/looking.ts';
import { startPageGallery, type PageGallery } from '../support/page-gallery.ts';
import { findViolations, fullestPages, lookAtPages } from '../support/pages-looked-at.ts';
import { openOwnDatabase } from '../support/store.ts';

const modes = modesHere.filter((mode) => mode !== 'chromium-blocked');
const languages = ['de', 'ar', 'pl', 'ja', 'fr', 'es', 'it', 'pt', 'nl'];

let gallery: Gallery;
let pages: PageGallery;
beforeAll(async () => {
  const { store } = await openOwnDatabase();
  [gallery, pages] = await Promise.all([startGallery(), startPageGallery(store)]);
});
afterAll(() => {
  gallery?.close();
  pages?.close();
});

describe.each(modes)('%s', (mode) => {
  let browser: TestBrowser;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser(mode);
    page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
  });
  afterAll(() => browser?.close());

  const open = async (
    width: number,
    given: Parameters<Gallery['address']>[0] = {},
  ): Promise<void> => {
    await page.setViewport({ width, height: 900, hasTouch: false });
    await page.goto(gallery.address(given));
    await page.waitForSelector('[data-ready]');
  };
  const faults = (): Promise<string[]> => page.evaluate(findFaults, false);

  it('nothing overflows, is cut short, too pale or too small, at 1280, 390 and 320, light and dark', async () => {
    await open(1280);
    const found: Record<string, string[]> = {};
    for (const scheme of ['light', 'dark'] as const) {
      // Firefox over WebDriver BiDi follows the page only.
      await page.evaluate((value) => {
        document.documentElement.style.setProperty('color-scheme', value);
      }, scheme);
      // Colours go over in 120 milliseconds, from the next frame on.
      await page.evaluate(endMotion);
      for (const width of [1280, 390, 320]) {
        await page.setViewport({ width, height: 900 });
        found[`${scheme} ${width}`] = await faults();
      }
    }
    expect(Object.entries(found).filter(([, all]) => all.length > 0)).toEqual([]);
    expect(errors).toEqual([]);
  });

  // Chromium reads all languages; Firefox, which breaks lines by rules of its own, those that differ most.
  it.each(mode === 'firefox' ? ['de', 'ar'] : languages)(
    '%s: nothing overflows at 320, no label is broken',
    async (lang) => {
      const states = ['list', 'last', 'recent', 'failed', 'receipt-mixed', 'empty', 'not-loaded'];
      await open(320, { lang, dir: lang === 'ar' ? 'rtl' : 'ltr', states });
      expect(await faults()).toEqual([]);
      expect(await page.evaluate(brokenLabels)).toEqual([]);
      const text = await page.evaluate(() =>
        [...document.querySelectorAll('outro-connections')]
          .map((one) => one.shadowRoot?.textContent ?? '')
          .join(' '),
      );
      expect(text).not.toMatch(/\b(Disconnect|the|your|sign)\b/);
    },
  );

  it('text of twice the size, and of four times, overflows nothing', async () => {
    await open(640, { states: ['list', 'last', 'receipt-mixed', 'failed'] });
    for (const size of ['200%', '400%']) {
      await page.evaluate((value) => {
        document.documentElement.style.fontSize = value;
      }, size);
      // Four times at 1280 is a page of 320.
      await page.setViewport({ width: size === '400%' ? 1280 : 640, height: 900 });
      expect((await faults()).filter((one) => /overflow|wide/.test(one))).toEqual([]);
    }
  });

  it.each(['question', 'question-all', 'question-hostile'])(
    '%s: fits the window, is read from its first line, and keeps its buttons in sight',
    async (state) => {
      for (const width of [1280, 320]) {
        await page.setViewport({ width, height: 600 });
        await page.goto(gallery.address({ states: [state] }));
        await page.waitForSelector('[data-ready]');
        await page.evaluate(endMotion);
        expect(await faults()).toEqual([]);
        const seen = await page.evaluate(() => {
          const root = document.querySelector('outro-connections')?.shadowRoot;
          const rows = ['h2', '[part~=keep]', '[part~=confirm]'].map((selector) =>
            root?.querySelector(`dialog ${selector}`)?.getBoundingClientRect(),
          );
          const isIn = rows.map((box) => box && box.top >= 0 && box.bottom <= innerHeight);
          return { isIn, focused: root?.activeElement?.getAttribute('part') };
        });
        expect(seen).toEqual({ isIn: [true, true, true], focused: 'button keep' });
      }
    },
  );

  it("the backend's pages: nothing overflows, is too pale or too small for fingers, and axe finds nothing", async () => {
    const seen = mode === 'firefox' ? fullestPages : pages.states;
    expect(await lookAtPages(page, pages, seen)).toEqual([]);
    await page.goto(pages.address('confirm'));
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      const name = document.querySelector('header')?.textContent.trim();
      return [one.textContent, getComputedStyle(one).outlineStyle, name];
    });
    expect(focused).toEqual(['Keep connected', 'solid', 'Example Shop']);
    // Browsers look for an icon where a site has none.
    expect(errors.filter((one) => !one.includes('/favicon.ico'))).toEqual([]);
  });

  it('right to left, everything stands on the other side', async () => {
    const show = (given: object) => open(600, { ...given, states: ['list', 'receipt-mixed'] });
    const places = (): Promise<boolean[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('outro-connections')].flatMap((one) => {
          const left = (selector: string): number =>
            one.shadowRoot?.querySelector(selector)?.getBoundingClientRect().left ?? Number.NaN;
          return [
            left('.mark') < left('.text'),
            left('.main .text') < left('[part~=disconnect]'),
            left('.steps .i') < left('.steps div'),
          ];
        }),
      );
    await show({});
    await expect.poll(places).toEqual([true, true, false, true, true, true]);
    await show({ lang: 'ar', dir: 'rtl' });
    await expect.poll(places).toEqual([false, false, false, false, false, false]);
  });

  it('axe finds nothing in any state, nor in a question', async () => {
    for (const given of [{}, { states: ['question'] }, { lang: 'ar', dir: 'rtl' }]) {
      await open(800, given);
      expect(await findViolations(page)).toEqual([]);
    }
  });

  it('what stands for a status has a shape of its own, and none but what is over a tick', async () => {
    await open(800, { states: ['receipt-mixed'] });
    const signs = await page.evaluate(() =>
      [
        ...(document
          .querySelector('outro-connections')
          ?.shadowRoot?.querySelectorAll('li[data-status]') ?? []),
      ].map((one): [string, string] => [
        one.getAttribute('data-status') ?? '',
        one.querySelector('.i path')?.getAttribute('d') ?? '',
      ]),
    );
    const shapes = new Map(signs);
    expect([...shapes.keys()].toSorted()).toEqual([
      'asked',
      'done',
      'failed',
      'kept',
      'needs-user',
      'pending',
    ]);
    expect(new Set(shapes.values()).size).toBe(shapes.size);
  });

  it('names are words in their own direction, and a picture that does not load leaves the initial', async () => {
    await open(800, { states: ['hostile', 'own', 'twins'] });
    const seen = await page.evaluate(() => {
      const texts = (state: string, part: string): string[] =>
        [
          ...(document
            .querySelector(`[data-state=${state}]`)
            ?.shadowRoot?.querySelectorAll(`[part~=${part}]`) ?? []),
        ].map((one) => one.textContent ?? '');
      const isBroken = document.querySelectorAll('b, outro-connections img').length;
      return {
        isBroken,
        markup: texts('hostile', 'account')[1],
        marks: texts('own', 'mark'),
        names: texts('own', 'name'),
        twins: texts('twins', 'account'),
      };
    });
    expect(seen).toEqual({
      isBroken: 0,
      markup: '<img src=x onerror=alert(1)><b>bold</b>',
      marks: ['', 'L', 'C'],
      names: ['Company login', 'LinkedIn', 'Campus'],
      twins: [
        'Ada · ada@work.example',
        'Ada · ada@home.example',
        'ada · github-1',
        'ada · github-2',
      ],
    });
  });

  it('sixty connections ask the backend once what goes, and show all', async () => {
    await open(390, { states: ['many'] });
    const rows = await page.evaluate(
      () =>
        document
          .querySelector('outro-connections')
          ?.shadowRoot?.querySelectorAll('[part=connection]').length,
    );
    expect(rows).toBe(60);
  });
});

describe('Chromium, which can be told what a person has set', () => {
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser('chromium');
    page = await (await browser.newContext()).newPage();
  });
  afterAll(() => browser?.close());

  const open = async (states?: string[]): Promise<void> => {
    await page.goto(gallery.address({ ...(states && { states }) }));
    await page.waitForSelector('[data-ready]');
  };

  it('by finger, everything is at least 44 wide and high, and nothing overlaps', async () => {
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
    await open();
    expect(await page.evaluate(findFaults, true)).toEqual([]);
    await open(['question']);
    const dialog = (await page.evaluate(findFaults, true)).filter((one) => one.includes('dialog'));
    expect(dialog).toEqual([]);
  });

  it('in forced colours, borders, marks and signs are still there', async () => {
    await page.emulateMediaFeatures([{ name: 'forced-colors', value: 'active' }]);
    await page.setViewport({ width: 800, height: 900 });
    await open(['list', 'receipt-mixed']);
    const seen = await page.evaluate(() => {
      const root = document.querySelectorAll('outro-connections')[1]?.shadowRoot;
      return ['.card', '.mark', '.b', '.badge', '.disc', '.steps .i path'].map((selector) => {
        const one = root?.querySelector(selector);
        const style = one && getComputedStyle(one);
        return selector.endsWith('path')
          ? style?.stroke !== style?.backgroundColor
          : style?.borderTopStyle === 'solid' && style.borderTopColor !== style.backgroundColor;
      });
    });
    expect(seen).toEqual([true, true, true, true, true, true]);
    await page.goto(pages.address('confirm'));
    const bordered = await page.evaluate(() =>
      [...document.querySelectorAll('.card, .mark, .b, .ways, .chip')].map(
        (one) => getComputedStyle(one).borderTopStyle,
      ),
    );
    expect(new Set(bordered)).toEqual(new Set(['solid']));
    await page.emulateMediaFeatures([]);
  });

  it('who wants no motion has none', async () => {
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await open(['busy', 'question']);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('outro-connections')].flatMap(
        (one) => one.shadowRoot?.getAnimations().length ?? 0,
      ),
    );
    expect(moving).toEqual([0, 0]);
    await page.emulateMediaFeatures([]);
  });

  it('a button that is busy has the size that it had', async () => {
    await open(['list', 'busy']);
    const widths = await page.evaluate(() =>
      [...document.querySelectorAll('outro-connections')].map(
        (one) => one.shadowRoot?.querySelector('[part~=disconnect]')?.getBoundingClientRect().width,
      ),
    );
    expect(widths[1]).toBe(widths[0]);
  });
});
