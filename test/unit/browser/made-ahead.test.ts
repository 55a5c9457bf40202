// A page that is made ahead of a visit, which may never come: it sends nothing and ends nothing until then.
import { describe, expect, it } from 'vitest';
import { openPage, redeeming, up } from '../../support/leaving-page.ts';
import { settle } from '../../support/settle.ts';

const openAhead = () => {
  const page = openPage(up);
  let isAhead = true;
  const own = Object.getPrototypeOf(page.window.document) as object;
  Object.defineProperty(own, 'prerendering', { get: () => isAhead, configurable: true });
  const visit = (): void => {
    isAhead = false;
    page.window.document.dispatchEvent(new page.window.Event('prerenderingchange'));
  };
  return { page, visit };
};

describe('a page that is made ahead of its visit', () => {
  it('logs out when it is visited, whoever has asked for it before', async () => {
    const { page, visit } = openAhead();
    const left = page.open().logout();
    await settle();
    expect(page.requests).toEqual([]);
    expect(page.window.document.cookie).toBe(page.cookie);
    visit();
    expect((await left).receipt).toMatchObject([{ status: 'done' }]);
    expect(page.paths()).toEqual(['/socialize.logout']);
    expect(page.window.document.cookie).toBe('');
  });

  it('sends no ticket, and hears no logout, before it is visited', async () => {
    const { page, visit } = openAhead();
    const since = Date.now() - 9000;
    const kept = [{ ticket: 'of-somebody-before', sessions: 'this', since, until: 0 }];
    page.window.document.cookie = `__Host-outro_${page.key}=${encodeURIComponent(JSON.stringify(kept))}; path=/; secure`;
    const heard: string[] = [];
    page.open().on('logout', ({ eventName }) => heard.push(eventName));
    await settle();
    page.window.document.cookie = `${page.cookie}; path=/; max-age=-1`;
    page.window.dispatchEvent(new page.window.Event('focus'));
    await settle();
    expect([heard, page.requests]).toEqual([[], []]);
    visit();
    await settle();
    expect([heard, page.paths()]).toEqual([['logout'], [redeeming]]);
  });
});
