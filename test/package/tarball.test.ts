// The packed file, as somebody who installs it meets it.
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packTarball, runIn } from '../support/tarball.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'outro-package-'));
const installed = join(folder, 'node_modules/outro');
let tarball = '';
let files: string[] = [];

const run = (command: string, args: string[]): string => runIn(folder, command, args);

beforeAll(() => {
  ({ tarball, files } = packTarball(folder));
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  // Its dependencies as npm would lay them beside it; nothing of our development tools.
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, object>;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, '@types/react': '' })) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds the built files with maps and types, the sources they map to, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|dist\/integrity\.json|dist\/outro\.[\w.]+\.json|dist\/.*\.(js|js\.map|d\.ts|d\.ts\.map)|src\/.*\.ts|src\/docs\/[\w.-]+\.(md|json))$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    const doors =
      'index connections react outro server better-auth better-auth-client testing cli command'.split(
        ' ',
      );
    const expected = doors.flatMap((name) => [`${name}.js`, `${name}.js.map`]);
    expect(expected.filter((file) => !files.includes(`dist/${file}`))).toEqual([]);
    // One of each later file of the script: none of an earlier build.
    const parts = files.flatMap((file) => /^dist\/outro\.(\w+)\.\w+\.js$/.exec(file)?.[1] ?? []);
    expect(parts.toSorted()).toEqual(['calls', 'connections', 'facade', 'removal']);
    for (const file of files.filter((one) => one.endsWith('.js.map'))) {
      const { sources } = JSON.parse(readFileSync(join(installed, file), 'utf8')) as {
        sources: string[];
      };
      const own = sources.filter(
        (source) => source.includes('src/') && !source.includes('node_modules'),
      );
      for (const source of own)
        expect(existsSync(join(installed, file, '..', source)), source).toBe(true);
    }
  });

  it('outro/react is marked for the browser, and brings neither React nor the client along', () => {
    const code = readFileSync(join(installed, 'dist/react.js'), 'utf8');
    expect(code.startsWith("'use client';\n")).toBe(true);
    const imports = [...code.matchAll(/^import .*'(.+)';$/gm)].map(([, target]) => target);
    expect(imports).toEqual(['react', './chunks/follow-receipt.js', './chunks/error.js']);
  });

  it('runs no install script', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
  });

  it('every door resolves and has what it should', () => {
    const ask = (door: string): string =>
      run(process.execPath, [
        '--input-type=module',
        '-e',
        `console.log(Object.keys(await import('${door}')).sort().join())`,
      ]).trim();
    expect(ask('outro')).toBe('createClient,enhanceForms,isOutroError,supports');
    expect(ask('outro/connections')).toBe('defineConnections,words');
    expect(ask('outro/react')).toBe('OutroProvider,useConnections,useLogout,useOutro,useReceipt');
    const server = [
      'connectTransmitter createHandler createServerClient disconnectTransmitter',
      'dropErrands erasePerson examine exportPerson',
      'feed followChanges fromPg fromPglite fromTables identifyBy importAccounts',
      'importFromVendor isOutroError listChanges',
      'listErrands listKeys listTransmitters readScript resealKeys retryErrands showErrand',
      'showPerson signForm signLink supports tables verifyTransmitter verifyWebhook',
    ].join(' ');
    expect(ask('outro/server').replaceAll(',', ' ')).toBe(server);
    expect(ask('outro/better-auth')).toBe('outro');
    expect(ask('outro/better-auth/client')).toBe('outroClient');
    expect(ask('outro/testing')).toBe('leavingHandlers');
    const openapi = run(process.execPath, [join(installed, 'dist/cli.js'), 'openapi']);
    expect(JSON.parse(openapi)).toEqual(
      JSON.parse(readFileSync(join(root, 'src/docs/openapi.json'), 'utf8')),
    );
    expect(run(process.execPath, [join(installed, 'dist/cli.js'), '--help'])).toContain(
      'outro serve --config FILE',
    );
  });

  it('publint and attw find nothing', () => {
    expect(run(bin('publint'), ['--strict', tarball])).toContain('All good!');
    run(bin('attw'), [tarball, '--profile', 'esm-only', '--exclude-entrypoints', 'global']);
  });
});

describe('the types', () => {
  const check = (code: string, name: string, kind = 'mts'): string => {
    const file = join(folder, `${name}.${kind}`);
    writeFileSync(file, code);
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--types',
      'node',
      '--typeRoots',
      join(root, 'node_modules/@types'),
      '--skipLibCheck',
      ...(kind === 'tsx' ? ['--jsx', 'react-jsx'] : []),
    ];
    try {
      run(bin('tsc'), [...flags, file]);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('say what each method takes and gives', () => {
    const right = `
      import { createClient, isOutroError, supports, type FailureName, type ConnectionRemovedEvent, type Support } from 'outro';
      import { createHandler, fromPg, type Store } from 'outro/server';
      import { OutroProvider, useConnections, useLogout } from 'outro/react';
      import { leavingHandlers } from 'outro/testing';
      import type {} from 'outro/global';
      import { defineConnections, words, type ConnectionsElement, type Words } from 'outro/connections';
      defineConnections(createClient({ apiKey: 'k', apiDomain: 'd' }), { messages: { empty: 'Nichts' }, providers: { 'oidc-x': { name: 'X', mark: '/x.svg' } }, links: { password: '/password' }, removal: { lastIdentityHandling: 'soft' } });
      const element: ConnectionsElement | null = document.querySelector('outro-connections');
      const own: Partial<Words> = { retry: words.retry.toUpperCase() };
      const shown: Promise<void> | undefined = element?.refresh();
      element?.addEventListener('removed', ({ detail }) => detail.user.email satisfies string | undefined);
      element?.addEventListener('error', ({ detail }) => detail.failure satisfies FailureName);
      void createClient({ apiKey: 'k', apiDomain: 'd' }).getUserInfo({ includeAllIdentities: true })
        .then(({ user }) => user.identities.map(({ provider }) => provider satisfies string));
      void createClient({ apiKey: 'k', apiDomain: 'd' }).getUserInfo()
        .then(({ user }) => user.identities['facebook']?.providerUID satisfies string | undefined);
      const outro = createClient({ apiKey: 'k', apiDomain: 'd' });
      void outro.explainRemoval().then(({ allowed, addFirst = [], waysInLeft, keepsMapping }) => {
        const [can, first, kind, keeps]: [boolean, string | undefined, string | undefined, boolean] =
          [allowed, addFirst[0], waysInLeft[0]?.kind, keepsMapping];
        console.log(can, first, kind, keeps);
      });
      void outro.getDeparture({ departure: 't' }).then(({ isComplete }) => isComplete satisfies boolean);
      void outro.unlink().then((answer) => answer.is_unlinked satisfies boolean | undefined);
      outro.close();
      const stop: () => void = outro.on('connectionRemoved', (event: ConnectionRemovedEvent) => event.user.UID.length);
      const { user, receipt } = await outro.removeConnection({ provider: 'facebook', lastIdentityHandling: 'fail', removeLoginID: 'true' });
      const names: string[] = user.providers;
      const status: 'done' | 'already' | 'kept' | 'asked' | 'pending' | 'blocked' | 'needs-user' | 'unsupported' | 'failed' | undefined = receipt[0]?.status;
      await outro.logout({ callback: ({ errorCode }) => errorCode.toFixed(), context: 5 });
      try { await outro.getUserInfo() } catch (error) { if (isOutroError(error)) { const name: FailureName = error.failure } }
      declare const store: Store;
      const handler: (request: Request) => Promise<Response> = createHandler({ store, sites: [], encryptionKeys: [] });
      window.gigya?.socialize.logout({}, null);
      OutroProvider({ client: outro, children: ['text'] }).type;
      const removed: Promise<{ receipt: typeof receipt }> = useConnections().remove({ provider: 'facebook', removeLoginID: true });
      const ended: typeof receipt | undefined = useLogout().receipt;
      const best: 'confirmed' | 'asked' | 'person' | 'no' = supports('facebook').endsSession;
      const found: Support | undefined = supports(location.hash);
      const rehearsed: string[] = leavingHandlers({ post: (address, answer) => address }, { apiDomain: 'd', scenario: 'offline' });
    `;
    expect(check(right, 'right')).toBe('');
  });

  it('refuse what is no parameter, no event, no field of an answer', () => {
    const wrong: [line: string, word: string][] = [
      ["outro.removeConnection({ lastIdentityHandling: 'hard' })", 'hard'],
      ['outro.removeConnection({ cid: 5 })', 'number'],
      ["outro.removeConnection({ removeLoginID: 'maybe' })", 'maybe'],
      ['outro.logout({ unknown: 1 })', 'unknown'],
      ["outro.on('loggedOut', () => {})", 'loggedOut'],
      ["outro.on('logout', ({ user }) => {})", 'user'],
      ['outro.addEventHandlers({ onLogout: 5 })', 'number'],
      ['outro.notifyLogin()', 'notifyLogin'],
      ["createClient({ apiKey: 'k' })", 'apiDomain'],
      ['outro.explainRemoval().then(({ alowed }) => alowed)', 'alowed'],
      ['outro.explainRemoval({ callback: ({ alowed }) => alowed })', 'alowed'],
      ['outro.explainRemoval().then(({ waysInLeft }) => waysInLeft[0]?.knd)', 'knd'],
      ['outro.logout().then(({ reciept }) => reciept)', 'reciept'],
      ['outro.removeConnection().then(({ user }) => user.emial)', 'emial'],
      ['outro.getUserInfo().then(({ user }) => user.identities.x?.providerUid)', 'providerUid'],
      ['outro.getAccountInfo().then(({ profil }) => profil)', 'profil'],
      ['outro.unlink().then(({ is_unlinkd }) => is_unlinkd)', 'is_unlinkd'],
      ["outro.getReceipt({ callId: 'c' }).then(({ isDone }) => isDone)", 'isDone'],
      ["element.addEventListener('removed', ({ detail }) => detail.reciept)", 'reciept'],
    ];
    const head = `import { createClient } from 'outro'; import type { ConnectionsElement } from 'outro/connections';
      const outro = createClient({ apiKey: 'k', apiDomain: 'd' }); declare const element: ConnectionsElement;`;
    const message = check([head, ...wrong.map(([line]) => `void ${line};`)].join('\n'), 'wrong');
    for (const [index, [line, word]] of wrong.entries()) {
      const [, error = ''] = message.split(`wrong.mts(${index + 3},`);
      expect(error.split('wrong.mts(')[0], line).toContain(word);
    }
  });

  it('say on a page of React what the element takes and tells', () => {
    const page = (line: string): string => `
      import type {} from 'outro/react';
      export const Page = () => <outro-connections disconnect-all onremoved={${line}} />;`;
    expect(check(page('({ detail }) => detail.user.UID.length'), 'page', 'tsx')).toBe('');
    expect(check(page('({ detail }) => detail.reciept'), 'page', 'tsx')).toContain('reciept');
  });
});

describe('the browser files', () => {
  const served = [
    'dist/index.js',
    'dist/connections.js',
    'dist/react.js',
    'dist/better-auth-client.js',
    'dist/outro.js',
    ...globSync('dist/outro.*.*.js', { cwd: root }),
  ];

  it('hold no server words, no eval, no innerHTML', () => {
    const server =
      /delete from|insert into|hono|pglite|node:|client_secret|sealed_tokens|\b(createHandler|leavingHandlers)\b/i;
    const unsafe = /\beval\(|new Function|innerHTML|document\.write/;
    for (const file of served) {
      const code = readFileSync(join(installed, file), 'utf8');
      expect(code.match(server)?.[0], file).toBeUndefined();
      expect(code.match(unsafe)?.[0], file).toBeUndefined();
    }
    // What the module door imports of ours is browser code too.
    const chunks = globSync('dist/chunks/*.js', { cwd: installed });
    const index = readFileSync(join(installed, 'dist/index.js'), 'utf8');
    for (const chunk of chunks.filter((one) => index.includes(one.replace('dist/', '')))) {
      const code = readFileSync(join(installed, chunk), 'utf8');
      // The provider table, which only a page that asks for `supports` loads, names parameters of providers.
      const checked = chunk.endsWith('/providers.js') ? code.replaceAll('client_secret', '') : code;
      expect(checked.match(server)?.[0], chunk).toBeUndefined();
    }
  });

  it('have the syntax of ES2022 and no newer one', async () => {
    const chunks = globSync('dist/chunks/*.js', { cwd: installed });
    const browsers = chunks.filter((one) => !/server|providers/.test(one));
    for (const file of [...served, ...browsers]) {
      const code = readFileSync(join(installed, file), 'utf8');
      const [old, newest] = await Promise.all(
        (['es2022', 'esnext'] as const).map((target) => transform(code, { target })),
      );
      expect(old?.code === newest?.code, file).toBe(true);
    }
  });
});
