// Time that the main thread of a page spends on a library at its start: compiling and evaluating its script, which also
// makes the client. Measured in the page around the insertion of the script, in a fresh page each time.
import type { Page } from 'puppeteer-core';
import { openStage } from './browser.ts';
import { readEntries } from './entries.ts';
import { median, quantile, ratioOf, round, type Ratio } from './statistics.ts';

/** Milliseconds of one library, at one CPU throttling rate. */
export interface Start {
  median: number;
  /** The 10th and the 90th of a hundred. */
  low: number;
  high: number;
}

/** What was measured at one rate, and outro's ways against hello.js. */
export interface StartResult {
  times: Record<string, Start>;
  againstHello: Record<string, Ratio>;
}

// It is in force only a little later.
const waitForThrottling = (): void => {
  const end = performance.now() + 50;
  while (performance.now() < end);
};

const evaluate = async (page: Page, text: string): Promise<number> =>
  page.evaluate((source) => {
    Object.assign(window, { __gigyaConf: { APIKey: '3_key', apiDomain: 'outro.example' } });
    const script = document.createElement('script');
    script.textContent = source;
    const begun = performance.now();
    document.head.append(script);
    return performance.now() - begun;
  }, text);

/** Measures every entry at one throttling rate, one after the other in turn. */
export const measureStart = async (rate: number, rounds: number): Promise<StartResult> => {
  const entries = await readEntries();
  // What a page does with the script: it makes the client.
  if (entries['outro/global']) entries['outro/global'] += '\nwindow.outro.client';
  const stage = await openStage();
  const times = new Map<string, number[]>(Object.keys(entries).map((name) => [name, []]));
  try {
    for (let turn = 0; turn <= rounds; turn += 1)
      for (const [name, text] of Object.entries(entries)) {
        const page = await stage.newPage();
        const session = await page.createCDPSession();
        await session.send('Emulation.setCPUThrottlingRate', { rate });
        await page.evaluate(waitForThrottling);
        // A text that was never seen, so that nothing of it is cached; the first turn warms up.
        const time = await evaluate(page, `${text}\n// ${turn} ${performance.now()}`);
        if (turn > 0) times.get(name)?.push(time);
        await page.close();
      }
  } finally {
    await stage.close();
  }
  const hello = times.get('hello.js') ?? [];
  const all = [...times];
  return {
    times: Object.fromEntries(
      all.map(([name, values]) => [
        name,
        {
          median: round(median(values)),
          low: round(quantile(values, 0.1)),
          high: round(quantile(values, 0.9)),
        },
      ]),
    ),
    againstHello: Object.fromEntries(
      all
        .filter(([name]) => name.startsWith('outro'))
        .map(([name, values]) => [name, ratioOf([median(values)], [median(hello)])]),
    ),
  };
};
