// A real Chromium, and pages that measure in it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { findProgram } from '../support/installed.ts';

/** A browser and an origin whose pages are empty; `/js/` has the built browser files. */
export interface Stage {
  version: string;
  origin: string;
  /** A page of a profile of its own. */
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Starts the browser; its pages are isolated from others, so that their clock is exact to 5 µs. */
export const openStage = async (): Promise<Stage> => {
  const found = findProgram('chromium');
  if (!found) throw new Error('no chromium found; install it, or set FULL_CHROMIUM_PATH');
  const server = createServer((request, response) => {
    const [, file] = /^\/js\/([\w.]+\.js)$/.exec(request.url ?? '') ?? [];
    if (file) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      response.end(readFileSync(new URL(`../../dist/${file}`, import.meta.url)));
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'text/html',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'credentialless',
    });
    response.end('<!doctype html><title>bench</title><body>');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await launch({
    executablePath: found.path,
    args: ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks'],
  });
  return {
    version: found.version,
    origin,
    async newPage() {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      page.once('close', () => void context.close().catch(() => {}));
      await page.goto(`${origin}/`);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
