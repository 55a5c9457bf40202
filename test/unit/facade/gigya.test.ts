import { Window } from 'happy-dom';
import { createClient } from 'outro';
import { describe, expect, it, vi } from 'vitest';
import { answerName } from '../../../src/facade/answer-name.ts';
import { createGigya, type Later } from '../../../src/facade/gigya.ts';
import { readScriptTag } from '../../../src/facade/script-tag.ts';
import { echoing } from '../../support/echoing.ts';

const later: Later = {
  drawing: async () => () => {},
  answers: async () => answerName,
};

const page = (globalConf: object = {}, answer: object = { errorCode: 0 }) => {
  const window = new Window({ url: 'https://shop.example/' });
  window.document.cookie = 'glt_key=token; path=/';
  const bodies: URLSearchParams[] = [];
  const fetch = echoing(async (input, init) => {
    bodies.push(new URLSearchParams(await new Request(input, init).text()));
    return Response.json(answer);
  });
  const document = window.document as unknown as Document;
  const client = createClient({ apiKey: 'key', apiDomain: 'outro.example', fetch, document });
  const created = createGigya(
    () => client,
    { globalConf: globalConf as Record<string, unknown> },
    later,
  );
  created.announceReady({});
  return { gigya: created.gigya, client, bodies };
};

describe('gigya.socialize', () => {
  it('takes any number of objects, merged over the global configuration, later wins', async () => {
    const { gigya, bodies } = page({
      cid: 'conf',
      lastIdentityHandling: 'fail',
      defaultRegScreenSet: 'x',
    });
    const { socialize } = gigya;
    await socialize.removeConnection({ provider: 'twitter', cid: 'first' }, null, undefined, {
      provider: 'facebook',
    });
    expect(Object.fromEntries(bodies[0] ?? [])).toMatchObject({
      provider: 'facebook',
      cid: 'first',
      lastIdentityHandling: 'fail',
    });
    expect(bodies[0]?.has('defaultRegScreenSet')).toBe(false);
    await socialize.getUserInfo();
    expect(bodies.at(-1)?.get('cid')).toBe('conf');
  });

  it('is also gigya.services.socialize, where the legacy call has conf first', async () => {
    const { gigya, bodies } = page();
    expect(gigya.services.socialize).toBe(gigya.socialize);
    const callback = vi.fn();
    await gigya.services.socialize.removeConnection({ callback }, { provider: 'facebook' });
    expect(bodies[0]?.get('provider')).toBe('facebook');
    expect(callback).toHaveBeenCalledOnce();
  });

  it('never rejects: callback and promise get the envelope of the failure', async () => {
    const { gigya } = page(
      {},
      { errorCode: 400106, errorMessage: 'Not connected', errorDetails: 'd' },
    );
    const callback = vi.fn();
    const context = {};
    const response = await gigya.socialize.removeConnection({ provider: 'x', callback, context });
    expect(response).toMatchObject({
      errorCode: 400106,
      errorMessage: 'Not connected',
      status: 'FAIL',
      operation: 'removeConnection',
    });
    expect(response.context).toBe(context);
    expect(callback.mock.calls).toEqual([[response]]);
  });

  it('a callback that throws harms nobody', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { gigya } = page();
    const callback = (): never => {
      throw new Error('bad callback');
    };
    expect((await gigya.socialize.logout({ callback })).errorCode).toBe(0);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it('a page without a key still loads, and each call says what is missing', async () => {
    const { gigya, announceReady } = createGigya(
      () => createClient({ apiKey: '', apiDomain: '' }),
      {},
      later,
    );
    announceReady({});
    const callback = vi.fn();
    gigya.socialize.addEventHandlers({ onLogout: () => {}, callback });
    expect(callback.mock.calls[0]).toMatchObject([
      { errorCode: 400002, operation: 'addEventHandlers' },
    ]);
    const response = await gigya.socialize.logout({ callback });
    expect(response).toMatchObject({
      errorCode: 400002,
      errorDetails: 'apiKey: expected the key of your site',
    });
    expect(callback).toHaveBeenCalledTimes(2);
  });

  it('addEventHandlers takes effect before it returns; bad handlers are told to the callback', async () => {
    const { gigya } = page();
    const onLogout = vi.fn();
    const callback = vi.fn();
    gigya.socialize.addEventHandlers({ onLogout, callback });
    expect(callback.mock.calls).toMatchObject([[{ errorCode: 0, operation: 'addEventHandlers' }]]);
    gigya.socialize.addEventHandlers({ onLogout: 5, callback });
    expect(callback.mock.calls[1]).toMatchObject([{ errorCode: 400102 }]);
    await gigya.socialize.logout();
    expect(onLogout).toHaveBeenCalledOnce();
  });
});

describe('ready', () => {
  it("isReady, then the window's handler, then the configuration's; a throwing one is swallowed", () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const seen: unknown[] = [];
    const onConf = (name: unknown): void => void seen.push(['conf', name]);
    const globalConf = { onGigyaServiceReady: onConf };
    const client = createClient({ apiKey: 'key', apiDomain: 'outro.example' });
    const { gigya, announceReady } = createGigya(() => client, { globalConf }, later);
    const callback = (): void => void seen.push('queued call');
    void gigya.socialize.logout({ callback });
    const onWindow = (name: unknown): never => {
      seen.push(['window', name, gigya.isReady]);
      throw new Error('bad handler');
    };
    announceReady({ onGigyaServiceReady: onWindow });
    expect(seen).toEqual([
      ['window', 'socialize', true],
      ['conf', 'socialize'],
    ]);
    log.mockRestore();
  });
});

describe('the script tag', () => {
  const read = (html: string, conf?: object) => {
    const window = new Window({ url: 'https://shop.example/' });
    window.document.write(html);
    return readScriptTag(Object.assign(window, { __gigyaConf: conf }) as never);
  };

  it.each(['apiKey', 'apikey', 'APIKey'])('gives the key from its address, spelled %s', (name) => {
    const tag = read(
      `<script src="https://outro.example/js/gigya.js?${name}=3_k-e_y&lang=en"></script>`,
    );
    expect(tag).toMatchObject({ apiKey: '3_k-e_y', globalConf: {} });
    expect(tag.url?.origin).toBe('https://outro.example');
  });

  it('the last tag with a key counts; a script that only shares the file name does not', () => {
    const ours = '<script src="https://outro.example/js/socialize.js?apiKey=ours"></script>';
    const plugin = '<script src="/wp-content/gigya.js?ver=1"></script>';
    expect(read(`${ours}${plugin}`).apiKey).toBe('ours');
    expect(read(plugin).apiKey).toBeUndefined();
  });

  it('inline configuration, and window.__gigyaConf over it', () => {
    const html =
      '<script src="https://o.example/js/gigya.js?apiKey=k">{ cid: "inline", lang: "de" }</script>';
    expect(read(html).globalConf).toEqual({ cid: 'inline', lang: 'de' });
    expect(read(html, { cid: 'window' }).globalConf).toEqual({ cid: 'window', lang: 'de' });
  });

  it('a body that would need eval gives a warning and an empty configuration', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const html = '<script src="https://o.example/js/gigya.js?apiKey=k">{ cid: alert(1) }</script>';
    expect(read(html).globalConf).toEqual({});
    expect(warn.mock.calls[0]?.[0]).toContain('outro: configuration in the script tag: ');
    warn.mockRestore();
  });
});
