// The pages of the backend: in the words of the person who reads them, with the looks of the site that they are of.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createToken, hashToken, outcomeTokenOf } from '../../src/server/config/token.ts';
import { packs } from '../../src/words/packs.ts';
import { startHouse, type House } from '../support/house.ts';
import { action, allParameters, required, startNewspark } from '../support/newspark.ts';
import { prepare } from '../support/trip.ts';

const origin = 'https://outro.example';
const languages = ['en', ...Object.keys(packs)];

const read = (house: House, text: string) =>
  new house.window.DOMParser().parseFromString(text, 'text/html');

const get = (house: House, path: string, headers: Record<string, string> = {}) =>
  house.handler(new Request(`${origin}${path}`, { headers }));

/** A page of each kind, in a language. */
const pagesIn = async (language: string): Promise<string[]> => {
  const { house, send } = await startNewspark(['facebook', 'janrain/yahoo']);
  const stop = { providerSession: undefined, sealedIdToken: undefined, account: '1' };
  const token = createToken();
  await house.database.store.exits.openTrip(
    {
      tokenHash: hashToken(outcomeTokenOf(token)),
      site: house.apiKey,
      callId: 'c',
      origin: 'https://shop.example',
      stops: ['facebook', 'linkedin'].map((provider) => ({ ...stop, provider, providerUid: 'x' })),
    },
    60,
  );
  const code = randomUUID().replaceAll('-', '');
  await house.database.store.exits.keepDeletion({
    code,
    site: house.apiKey,
    provider: 'facebook',
    receipt: [
      { step: 'identity', status: 'done', provider: 'facebook' },
      { step: 'data', status: 'done', provider: 'facebook' },
      { step: 'grant', status: 'already', provider: 'facebook' },
    ],
  });
  const lang = `lang=${language}`;
  const answers = await Promise.all([
    send('GET', { ...required, lang: language }),
    send('POST', { ...required, lang: language, csrf: 'old' }),
    get(house, `/leave/${token}?${lang}`),
    get(house, `/leave/unknown?${lang}`),
    get(house, `/leave/next?${lang}`),
    get(house, `/leave/${token}?${lang}&return=x`),
    get(house, `/inbound/deletion/${code}?${lang}`),
    get(house, `/inbound/deletion/unknown?${lang}`),
  ]);
  return Promise.all(
    answers.map(async (answer) => {
      expect(answer.headers.get('content-language'), answer.url).toBe(language);
      expect(answer.headers.get('vary')).toBe('Accept-Language');
      return answer.text();
    }),
  );
};

describe('a page is in the language', () => {
  it.each(languages)('%s, all of it, and says so', async (language) => {
    const house = await startHouse();
    for (const text of await pagesIn(language)) {
      const page = read(house, text);
      expect(page.documentElement.lang).toBe(language);
      expect(page.documentElement.dir).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect(page.querySelectorAll('main')).toHaveLength(1);
      expect(page.querySelectorAll('h1')).toHaveLength(1);
      // What is for whoever runs the site is English, and says that it is.
      page.querySelector('details [lang=en]')?.remove();
      const said = page.body.textContent.replace(/\s+/g, ' ');
      expect(said).not.toMatch(/\{\w+\}|undefined|invalid|parameter/i);
      if (language !== 'en') expect(said).not.toMatch(/\b(the|you|your|with|and|sign)\b/i);
    }
  });

  it.each<[what: string, header: string | undefined, lang: string | undefined, language: string]>([
    ['that the address names, whatever the browser prefers', 'fr', 'de', 'de'],
    ['that the browser prefers', 'zh, fr;q=0.5, nl;q=0.9', undefined, 'nl'],
    ['with the region that dates are of', 'pt-BR,pt;q=0.9', undefined, 'pt-BR'],
    ['without what else a tag says', 'ar-u-nu-thai-ca-buddhist', undefined, 'ar'],
    ['that is not ruled out', 'de;q=0, zh', undefined, 'en'],
    ['of the browser where the address names none of ours', 'it', 'tlh', 'it'],
    ['English where nobody speaks another', 'zh, *;q=0.1', 'x" onload="alert(1)', 'en'],
    ['English where nothing is said', undefined, undefined, 'en'],
    ['English where too much is', `${'x-klingon,'.repeat(5000)}de`, undefined, 'en'],
  ])('%s', async (_, header, lang, language) => {
    const house = await startHouse();
    const query = lang === undefined ? '' : `?lang=${encodeURIComponent(lang)}`;
    const headers = header === undefined ? {} : { 'Accept-Language': header };
    const answer = await get(house, `/leave/unknown${query}`, headers);
    expect(answer.headers.get('content-language')).toBe(language);
    expect(await answer.text()).toContain(`<html lang="${language}" dir=`);
  });

  it('of the address goes along with the form, and with the trip', async () => {
    const { send, read: readPage, house } = await startNewspark();
    const asked = await readPage(await send('GET', { ...required, lang: 'pl' }));
    expect(asked.fields['lang']).toBe('pl');
    const again = await send('POST', { ...asked.fields, csrf: 'x' });
    expect(again.headers.get('content-language')).toBe('pl');
    const token = createToken();
    const stop = { provider: 'facebook', providerUid: 'x', account: '1' };
    await house.database.store.exits.openTrip(
      {
        tokenHash: hashToken(outcomeTokenOf(token)),
        site: house.apiKey,
        callId: 'c',
        origin: undefined,
        stops: [{ ...stop, providerSession: undefined, sealedIdToken: undefined }],
      },
      60,
    );
    const begun = await get(house, `/leave/${token}?lang=es`);
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
    const later = await get(house, '/leave/next', { Cookie: cookie, 'Accept-Language': 'fr' });
    expect(later.headers.get('content-language')).toBe('es');
  });
});

it('a trip speaks one language from its first page to its last, through the providers and back', async () => {
  const { walker, url } = await prepare();
  const begun = await walker.go(`${url}?lang=es`);
  const stands = [
    begun,
    // What nobody speaks is not asked for.
    await walker.go(`${url}?lang=${'tlh'.repeat(20)}`),
    // The address by which a provider leads back is its own.
    await walker.go(`${origin}/leave/return?lang=fr`),
    await walker.follow(begun),
  ];
  expect(stands.map(({ headers }) => headers.get('content-language'))).toEqual(Array(4).fill('es'));
  expect(stands.at(-1)?.text).toContain('Puedes cerrar esta ventana.');
});

describe('a page of a site', () => {
  const brand = {
    name: 'Ada & <b>Söhne</b>',
    logo: 'https://cdn.example/a/logo.svg',
    logoDark: '/dark.png',
    home: 'https://shop.example/account?a=1&b=2',
    colors: { light: { accent: '#0b6e4f' } },
  };

  it('shows its name, mark, colours and way back, and may load those marks alone', async () => {
    const { send, house } = await startNewspark(['facebook'], { brand });
    const answer = await send('GET', { vhost: '1' });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(
      "; img-src https://cdn.example/a/logo.svg https://outro.example/dark.png; form-action 'self'; ",
    );
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /);
    const text = await answer.text();
    const page = read(house, text);
    expect(page.querySelector('header')?.textContent.trim()).toBe('Ada & <b>Söhne</b>');
    expect(page.querySelector('img')?.getAttribute('src')).toBe(brand.logo);
    expect(page.querySelector('source')?.getAttribute('srcset')).toBe(`${origin}/dark.png`);
    const back = page.querySelector('footer a');
    expect(back?.getAttribute('href')).toBe(brand.home);
    expect(back?.textContent).toContain('Ada & <b>Söhne</b>');
    expect(text).toContain('--link:light-dark(#0b6e4f,#8db4ff)');
  });

  it('loads no picture where there is none, and has a way back all the same', async () => {
    const { send } = await startNewspark();
    const answer = await send('GET', { vhost: '1' });
    expect(answer.headers.get('content-security-policy')).not.toContain('img-src');
    expect(await answer.text()).toContain('href="https://shop.example/">Back to shop.example</a>');
  });

  it('calls a provider as the site does, and by a name of its own where nobody does', async () => {
    const providers = { 'oidc-company': { name: 'Company <login>' } };
    const { send, read: readPage } = await startNewspark(['oidc-company', 'oidc-campus'], {
      providers,
    });
    const page = await readPage(await send('GET', required));
    expect(page.items).toEqual(['Company <login>', 'Campus']);
    expect(page.text).not.toMatch(/OpenID Connect|<login>/);
  });

  it('tells two accounts of one provider apart, and runs nothing that a name says', async () => {
    const { house } = await startNewspark();
    const hostile = '<img src=x onerror=alert(1)>';
    for (const [providerUID, nickname] of [
      ['g-1', hostile],
      ['g-2', 'آدا'],
    ])
      await house.signIn({
        siteUID: '77',
        providers: { google: { providerUID, nickname, email: `${providerUID}@x.example` } },
      });
    const answer = await house.signIn({
      siteUID: '77',
      providers: { google: { providerUID: 'g-1', nickname: hostile } },
    });
    const cookie = `${String(answer['cookieName'])}=${String(answer['cookieValue'])}`;
    const query = new URLSearchParams({ ...required, uid: '77' }).toString();
    const asked = await house.handler(
      new Request(`${action}?${query}`, { headers: { Cookie: cookie } }),
    );
    const page = read(house, await asked.text());
    const told = [...page.querySelectorAll('.list bdi')].map((one) => one.textContent);
    expect(told).toEqual(
      ['Google', hostile, 'Google', 'آدا'].map((one) => expect.stringContaining(one)),
    );
    expect(page.querySelectorAll('img, script')).toHaveLength(0);
  });

  it('tells whoever runs the site what was wrong, beside what a person can do', async () => {
    const { send, house } = await startNewspark(['facebook'], {
      actions: { unlinkaccount: [...allParameters].slice(0, 4) },
    });
    const answer = await send('GET', { ...required, sub_provider_name: 'none' });
    const page = read(house, await answer.text());
    expect(answer.status).toBe(403);
    expect(page.querySelector('h1')?.textContent).toBe('This link does not work.');
    expect(page.querySelector('details [lang=en]')?.textContent).toMatch(
      /sub_provider_name: expected only parameters enabled[^]*403007/,
    );
  });
});
