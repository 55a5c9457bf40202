// Every way to leave a provider, in real browsers: what the receipt says, and what a fresh visit to the provider shows.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modesHere, startBrowser, type Mode, type TestBrowser } from '../support/browsers.ts';
import { listMissing } from '../support/installed.ts';
import { playLogout, type LogoutScene } from '../support/logout-scene.ts';
import { startProvidersWorld, type ProvidersWorld } from '../support/providers-world.ts';

interface Row extends LogoutScene {
  strategy: string;
  /** Receipt status, and whether the session at the provider has ended or lives on. */
  outcome: Record<Mode, string> | string;
}

const whereFramesReach = (status: string) => ({
  chromium: `${status}, ended`,
  'chromium-blocked': 'asked, lives',
  firefox: 'asked, lives',
});

// Milliseconds: what ends a way here is what it is, not how busy the machine is.
const patience = 12_000;

// The outcomes are those of browser-logout.md, "Results" and "Rules".
const rows: Row[] = [
  {
    strategy: "provider's script, cookie None",
    providers: ['oidc-script'],
    call: 'click',
    limit: 8000,
    outcome: whereFramesReach('done'),
  },
  {
    strategy: 'frame, cookie None',
    providers: ['oidc-frame-none'],
    call: 'click',
    outcome: whereFramesReach('asked'),
  },
  {
    strategy: 'frame, cookie Lax',
    providers: ['oidc-frame-lax'],
    call: 'click',
    outcome: 'asked, lives',
  },
  {
    strategy: "frame, on a sub-domain of the site's",
    providers: ['oidc-frame-same-site'],
    call: 'click',
    outcome: 'asked, ended',
  },
  {
    strategy: 'frame, refused by the provider, cookie None',
    providers: ['oidc-frame-refused'],
    call: 'click',
    outcome: whereFramesReach('asked'),
  },
  {
    strategy: 'frame, OpenID, cookie None',
    providers: ['oidc-frame-openid-none'],
    call: 'click',
    outcome: whereFramesReach('asked'),
  },
  {
    strategy: 'frame, OpenID, cookie Lax',
    providers: ['oidc-frame-openid-lax'],
    call: 'click',
    outcome: 'asked, lives',
  },
  {
    strategy: 'window, cookie Lax',
    providers: ['oidc-visit-cookie'],
    call: 'click',
    outcome: 'asked, ended',
  },
  {
    strategy: 'window, by a form, cookie Lax',
    providers: ['oidc-visit-cookie-post'],
    call: 'click',
    outcome: 'asked, lives',
  },
  {
    strategy: 'window, OpenID, cookie Lax',
    providers: ['oidc-visit-openid'],
    call: 'click',
    outcome: 'done, ended',
  },
  {
    strategy: 'window, OpenID, by a form, cookie None',
    providers: ['oidc-visit-openid-post'],
    call: 'click',
    outcome: 'done, ended',
  },
  {
    strategy: 'window, OpenID that asks, answered Yes',
    providers: ['oidc-visit-asking'],
    call: 'click',
    says: 'Yes',
    outcome: 'done, ended',
  },
  {
    strategy: 'window, OpenID that asks, answered No',
    providers: ['oidc-visit-asking'],
    call: 'click',
    says: 'No',
    outcome: 'failed, lives',
  },
  {
    strategy: 'window, the provider refuses and keeps it',
    providers: ['oidc-visit-stuck'],
    call: 'click',
    limit: 5000,
    outcome: 'needs-user, lives',
  },
  {
    strategy: 'window without a click',
    providers: ['oidc-visit-openid'],
    call: 'load',
    outcome: 'needs-user, lives',
  },
  {
    strategy: 'page, OpenID',
    providers: ['oidc-visit-openid'],
    call: 'leave',
    outcome: 'done, ended',
  },
  {
    strategy: 'page, two OpenID providers in a chain',
    providers: ['oidc-visit-openid', 'oidc-visit-openid-post'],
    call: 'leave',
    outcome: 'done, ended',
  },
  {
    strategy: 'page, OpenID that asks, answered No',
    providers: ['oidc-visit-asking'],
    call: 'leave',
    says: 'No',
    outcome: 'failed, lives',
  },
  {
    strategy: 'link for the person',
    providers: ['oidc-link'],
    call: 'click',
    outcome: 'needs-user, lives',
  },
  {
    strategy: 'no way',
    providers: ['oidc-nothing'],
    call: 'click',
    outcome: 'unsupported, lives',
  },
];

const seen = new Map<string, Record<string, string>>();
let world: ProvidersWorld;
const browsers = new Map<Mode, TestBrowser>();
const browserIn = (mode: Mode): TestBrowser => {
  const browser = browsers.get(mode);
  if (!browser) throw new Error(`${mode} has not started`);
  return browser;
};

beforeAll(async () => {
  world = await startProvidersWorld();
  await Promise.all(
    modesHere.map(async (mode) => {
      browsers.set(mode, await startBrowser(mode));
    }),
  );
});

const printMatrix = (): void => {
  const table = [
    ['strategy × mode: receipt, truth', ...modesHere],
    ...rows.map(({ strategy }) => [
      strategy,
      ...modesHere.map((mode) => seen.get(strategy)?.[mode] ?? 'not run'),
    ]),
  ];
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = table.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  '),
  );
  const versions = [...browsers].map(([mode, { version }]) => `matrix: ${mode} is ${version}`);
  console.log([...versions, ...lines, ...listMissing()].join('\n'));
};

afterAll(async () => {
  printMatrix();
  await Promise.all([...browsers.values()].map((browser) => browser.close()));
  await world?.close();
});

it.each(modesHere)(
  '%s is as it was measured: whose cookies a frame on another site carries',
  async (mode) => {
    const context = await browserIn(mode).newContext();
    const page = await context.newPage();
    const provider = 'oidc-frame-none';
    await world.signIn(page, 'control', [provider]);
    await page.goto(world.shop);
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const frame = document.createElement('iframe');
          frame.addEventListener('load', resolve);
          frame.src = url;
          document.body.append(frame);
        }),
      world.logoutAddress(provider),
    );
    const isSignedIn = (await world.signedInAt(context, provider)) !== '';
    expect(isSignedIn).toBe(mode !== 'chromium');
    await context.close();
  },
);

/** Receipt status and truth of a row in one mode; a failure on the way is an outcome too. */
const outcomeOf = async (mode: Mode, row: Row): Promise<string> => {
  const { steps } = await playLogout(world, browserIn(mode), { limit: patience, ...row });
  const outcomes = new Set(
    steps.map(({ status, isSignedIn }) => `${status}, ${isSignedIn ? 'lives' : 'ended'}`),
  );
  return [...outcomes].join(' + ');
};

it.each(rows)('$strategy', async (row) => {
  const outcomes = Object.fromEntries(
    await Promise.all(
      modesHere.map(async (mode) => [mode, await outcomeOf(mode, row).catch(String)] as const),
    ),
  );
  seen.set(row.strategy, outcomes);
  // The promise above all others: `done` is never said of a session that still opens.
  expect(Object.values(outcomes).join()).not.toContain('done, lives');
  const { outcome } = row;
  expect(outcomes).toEqual(
    Object.fromEntries(
      modesHere.map((mode) => [mode, typeof outcome === 'string' ? outcome : outcome[mode]]),
    ),
  );
});
