// What a screen reader is given: the whole tree of roles and names that Chromium makes of the element's main states and of
// the backend's pages. What is decoration (marks, signs, what stands for rows) is not in it.
import type { Page, SerializedAXNode } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../support/browsers.ts';
import { startGallery, type Gallery } from '../support/gallery.ts';
import { startPageGallery, type PageGallery } from '../support/page-gallery.ts';
import { openOwnDatabase } from '../support/store.ts';

let gallery: Gallery;
let pages: PageGallery;
let browser: TestBrowser;
let page: Page;
beforeAll(async () => {
  const { store } = await openOwnDatabase();
  [gallery, pages, browser] = await Promise.all([
    startGallery(),
    startPageGallery(store),
    startBrowser('chromium'),
  ]);
  page = await (await browser.newContext()).newPage();
});
afterAll(async () => {
  gallery?.close();
  pages?.close();
  await browser?.close();
});

// What holds others together and says nothing; the text of a line, which is in what is around it.
const silent = ['generic', 'none', 'InlineTextBox', 'LineBreak', 'ListMarker', 'ignored'];

// By name alone: their text is in it.
const named = ['button', 'link', 'heading'];

const write = (node: SerializedAXNode, depth = 0): string[] => {
  const { role, name = '', level, disabled, children = [] } = node;
  if (silent.includes(role)) return children.flatMap((one) => write(one, depth));
  const said = name
    .replaceAll(/\b[A-Z][a-z]+ \d+, \d{4}(, [\d:]+\s[AP]M)?/g, 'DAY')
    .replaceAll(/\b[\da-f]{32}\b/g, 'CODE');
  const indent = '  '.repeat(depth);
  if (role === 'StaticText') return [`${indent}"${said}"`];
  const below = named.includes(role) ? [] : children.flatMap((one) => write(one, depth + 1));
  const isText = below.every((one) => one.trim().startsWith('"'));
  const line = [
    role + (role === 'heading' ? ` ${level}` : ''),
    said && `"${said}"`,
    disabled && '(disabled)',
    ...(isText ? below.map((one) => one.trim()) : []),
  ];
  return [indent + line.filter(Boolean).join(' '), ...(isText ? [] : below)];
};

const treeOf = async (address: string): Promise<string> => {
  await page.goto(address);
  await page.waitForSelector('[data-ready], main.card');
  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  return (tree?.children ?? []).flatMap((one) => write(one)).join('\n');
};

describe('<outro-connections>', () => {
  const tree = (state: string): Promise<string> => treeOf(gallery.address({ states: [state] }));

  it('the list', async () => {
    expect(await tree('list')).toMatchInlineSnapshot(`
      "main
        heading 1 "Settings"
        list "Connected accounts"
          listitem
            "Facebook"
            "Ada L."
            button "Disconnect Facebook Ada L."
          listitem
            "GitHub"
            "ada"
            button "Disconnect GitHub ada"
          listitem
            "Google"
            "In use now"
            "ada.lovelace@"
            "analytical-engines.example"
            button "Disconnect Google ada.lovelace@analytical-engines.example"
        button "Disconnect all""
    `);
  });

  it('the last way in', async () => {
    expect(await tree('last')).toMatchInlineSnapshot(`
      "main
        heading 1 "Settings"
        list "Connected accounts"
          listitem
            "Google"
            "In use now"
            "ada.lovelace@"
            "analytical-engines.example"
            button "Disconnect Google ada.lovelace@analytical-engines.example" (disabled)
            "Google is your only way to sign in. Add one of these first:"
            list
              listitem
                link "Password"
              listitem
                link "Passkey"
              listitem "Sign-in code"
              listitem "Another account""
    `);
  });

  it('nothing connected, and while it loads', async () => {
    expect(await tree('empty')).toMatchInlineSnapshot(`
      "main
        heading 1 "Settings"
        "No accounts are connected."
        "No accounts are connected.""
    `);
    expect(await tree('loading')).toMatchInlineSnapshot(`
      "main
        heading 1 "Settings"
        "Loading your connected accounts …""
    `);
  });

  it('the question', async () => {
    expect(await tree('question')).toMatchInlineSnapshot(`
      "alertdialog "Disconnect Facebook?"
        heading 2 "Disconnect Facebook?"
        "Ada L."
        list
          listitem "You will no longer be able to sign in to this account with Facebook."
          listitem "We delete the profile data that came from Facebook. You cannot undo this."
          listitem "We ask Facebook to take back the permission you gave."
          listitem "You will be signed out on other devices where you signed in with it."
          listitem "We ask Facebook to sign you out in this browser."
          listitem "Your account keeps the e-mail address or user name that came with it."
          listitem "You stay signed in here."
        "You can still sign in with:"
        list
          listitem "Google"
          listitem "Password"
        button "Keep connected"
        button "Disconnect""
    `);
  });

  it('the receipt', async () => {
    expect(await tree('receipt-mixed')).toMatchInlineSnapshot(`
      "main
        heading 1 "Settings"
        group "Facebook is disconnected."
          heading 2 "Facebook is disconnected."
          "1 step is left for you."
          button "Close"
          heading 3 "Only you can do this"
          list
            listitem
              "Only you can take back the permission you gave at Facebook."
              link "Open your Facebook settings (opens in a new tab)"
          heading 3 "Goes on by itself"
          list
            listitem "Facebook has not yet ended our access." "We try again in 5 minutes. You need not do anything."
          heading 3 "Not confirmed"
          list
            listitem "We asked Facebook to sign you out. It does not tell us whether it did."
            listitem "You may still be signed in on your other devices."
          heading 3 "Settled"
          list
            listitem "You can no longer sign in to this account with Facebook."
            listitem "The profile data that came from Facebook is deleted."
            listitem "You stay signed in here."
          "DAY"
          "Reference "
          code "CODE"
          button "Copy receipt"
        list "Connected accounts"
          listitem
            "GitHub"
            "ada"
            button "Disconnect GitHub ada"
          listitem
            "Google"
            "In use now"
            "ada.lovelace@"
            "analytical-engines.example"
            button "Disconnect Google ada.lovelace@analytical-engines.example""
    `);
  });
});

describe('a page of the backend', () => {
  const tree = (state: string): Promise<string> => treeOf(pages.address(state));

  it('asks about one account', async () => {
    expect(await tree('confirm')).toMatchInlineSnapshot(`
      "banner "Example Shop"
      main
        heading 1 "Disconnect Facebook?"
        paragraph "Ada L."
        list
          listitem "You will no longer be able to sign in to this account with Facebook."
          listitem "We delete the profile data that came from Facebook. You cannot undo this."
          listitem "Facebook goes on listing the permission you gave: it offers us no way to take it back."
        "You can still sign in with:"
        list
          listitem "GitHub"
          listitem "Google"
          listitem "Password"
        form
          link "Keep connected"
          button "Disconnect""
    `);
  });

  it('leads through a trip, and says what came of it', async () => {
    expect(await tree('trip-going')).toMatchInlineSnapshot(`
      "banner "Example Shop"
      main
        heading 1 "Signing out at Example Works"
        list
          listitem "Google" "Visited"
          listitem "Example Works" "Now"
          listitem "Facebook" "Next"
        form
          button "Go on to Example Works"
      contentinfo
        link "Back to Example Shop""
    `);
    expect(await tree('trip-left')).toMatchInlineSnapshot(`
      "banner "Example Shop"
      main
        heading 1 "You may still be signed in elsewhere."
        paragraph "1 step is left for you."
        list
          listitem "Example Works" "You are signed out at Example Works in this browser."
          listitem "Google" "We asked Google to sign you out. It does not tell us whether it did."
          listitem
            "Facebook"
            "You may still be signed in at Facebook in this browser."
            link "Sign out at Facebook"
      contentinfo
        link "Back to Example Shop""
    `);
  });

  it('tells of a deletion', async () => {
    expect(await tree('deletion')).toMatchInlineSnapshot(`
      "banner "Example Shop"
      main
        heading 1 "Deletion of your data"
        paragraph "You asked for this at Facebook."
        list
          listitem "You can no longer sign in to this account with Facebook."
          listitem "The profile data that came from Facebook is deleted."
          listitem "Your account keeps the e-mail address or user name that came with it."
          listitem "Facebook has taken back the permission you gave."
        paragraph "Answered: DAY"
        paragraph
          "Confirmation code "
          code "CODE"
      contentinfo
        link "Back to Example Shop""
    `);
  });

  it('refuses', async () => {
    expect(await tree('refused')).toMatchInlineSnapshot(`
      "main
        heading 1 "This link does not work."
        paragraph "The page that led here made a mistake. Nothing was changed."
        group
          DisclosureTriangle "For whoever runs this site" "For whoever runs this site""
    `);
  });

  it("draws a provider's mark itself, or its initial: nothing is loaded, nothing of it is heard", async () => {
    const marksOf = async (state: string): Promise<unknown[]> => {
      await page.goto(pages.address(state));
      return page.evaluate(() =>
        [...document.querySelectorAll('.mark')].map((one) =>
          one.ariaHidden === 'true' && one.innerHTML.length < 2000
            ? (one.firstElementChild?.localName ?? one.textContent)
            : one.outerHTML,
        ),
      );
    };
    expect(await marksOf('confirm')).toEqual(['svg']);
    expect(await marksOf('confirm-all')).toEqual(['svg', 'svg', 'svg']);
    expect(await marksOf('trip-going')).toEqual(['svg', 'E', 'svg']);
    expect(await marksOf('deletion')).toEqual(['svg']);
  });
});
