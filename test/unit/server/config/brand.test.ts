// What a site says of the looks of the backend's pages: refused at start where nobody could read them.
import { describe, expect, it } from 'vitest';
import { removalStyle } from '../../../../src/element/removal-style.ts';
import { style } from '../../../../src/element/style.ts';
import { brandOf } from '../../../../src/server/config/brand.ts';
import { parseConfiguration } from '../../../../src/server/config/configuration.ts';
import {
  contrastOf,
  needed,
  paletteOf,
  standardPalettes,
} from '../../../../src/server/config/palette.ts';

const secret = Buffer.alloc(32).toString('base64');
const parse = (brand: object, more: object = {}) =>
  parseConfiguration({
    sites: [
      {
        apiKey: '3_key',
        secret,
        publicUrl: 'https://shop.example/outro',
        origins: ['capacitor://localhost', 'https://shop.example'],
        redirects: ['https://account.example'],
        brand,
        ...more,
      },
    ],
    encryptionKeys: [{ id: 'a', key: secret }],
  }).sites[0];

const inLight = (colors: object) => ({ colors: { light: colors } });
const inDark = (colors: object) => ({ colors: { dark: colors } });

describe('a brand that cannot be shown is refused at start, by its path', () => {
  it.each<[what: string, brand: object, message: string]>([
    [
      'text under 7, which what is asked has to have',
      inLight({ text: '#767676' }),
      'brand.colors.light.text: expected a contrast of at least 7 between text (#767676) and background (#ffffff), which is 4.54',
    ],
    [
      'text that has 7 on the background and not on what is made of it',
      inLight({ text: '#595959' }),
      'brand.colors.light.text: expected a contrast of at least 7 between text (#595959) and what is behind the card (#f8f8f8), which is 6.5',
    ],
    [
      'a background under its text',
      inLight({ background: '#888' }),
      'brand.colors.light.background: expected a contrast of at least 7 between text (#16181d) and background (#888888), which is ',
    ],
    [
      'an accent under 4.5',
      inDark({ accent: '#1a56c4' }),
      'brand.colors.dark.accent: expected a contrast of at least 4.5 between accent (#1a56c4) and background (#15181d), which is 2.',
    ],
    [
      'a background on which the green of what is done is too pale',
      inLight({ background: '#c8a020', text: '#000000', accent: '#000000' }),
      'brand.colors.light.background: expected a contrast of at least 4.5 between the green of what is done',
    ],
    [
      'a colour that is none',
      inLight({ text: 'teal' }),
      'brand.colors.light.text: expected a colo',
    ],
    [
      'a colour that is more',
      inLight({ text: '#000;}' }),
      'brand.colors.light.text: expected a col',
    ],
    ['a logo by http', { logo: 'http://cdn.example/logo.svg' }, 'brand.logo: expected a picture'],
    ['a logo of no kind', { logo: 'https://cdn.example/logo' }, 'brand.logo: expected a picture'],
    ['a logo that is a page', { logo: 'https://cdn.example/l.html' }, 'brand.logo: expected'],
    ['a logo with a query', { logo: '/logo.svg?v=1' }, 'brand.logo: expected a picture'],
    ['a logo that ends the rule', { logo: '/a.svg;script-src*/b.svg' }, 'brand.logo: expected'],
    ['a logo with another rule', { logo: 'https://a.example/a.svg b.svg' }, 'brand.logo: expected'],
    ['a logo elsewhere without scheme', { logo: '//cdn.example/logo.svg' }, 'brand.logo: expected'],
    ['a logo as data', { logo: 'data:image/svg+xml,<svg>.svg' }, 'brand.logo: expected a picture'],
    ['a dark logo likewise', { logoDark: 'logo.svg' }, 'brand.logoDark: expected a picture'],
    ['a way back elsewhere', { home: 'https://evil.example/' }, 'brand.home: expected an address'],
    ['a way back that pretends', { home: 'https://shop.example@evil.example/' }, 'brand.home: '],
    ['a way back that begins alike', { home: 'https://shop.example.evil/' }, 'brand.home: '],
    ['a way back that is script', { home: 'javascript:alert(1)' }, 'brand.home: expected an addr'],
    ['a name that is none', { name: ' ' }, 'brand.name: expected a name of 1 to 100'],
    ['a name of 300 characters', { name: 'x'.repeat(300) }, 'brand.name: expected a name'],
    ['a name in two lines', { name: 'a\nb' }, 'brand.name: expected a name'],
    ['a name that turns others around', { name: 'a\u202eb' }, 'brand.name: expected a name'],
    ['a field that nobody knows', { colour: '#000' }, 'brand: Unrecognized key'],
  ])('%s', (_, brand, message) => {
    expect(() => parse(brand)).toThrow(`sites[0].${message}`);
  });

  it('a name of a provider is judged alike', () => {
    const named = (name: string) => parse({}, { providers: { 'oidc-company': { name } } });
    expect(() => named('\u2067x')).toThrow('sites[0].providers.oidc-company.name: expected a name');
    expect(named(' Company login ')?.providers['oidc-company']?.name).toBe('Company login');
  });
});

describe('a brand', () => {
  it('is taken whole', () => {
    const colors = { light: { background: '#FFF', accent: '#06C' }, dark: { text: '#ffffff' } };
    const site = parse({
      name: ' Example Shop ',
      logo: '/logo.svg',
      logoDark: 'https://cdn.example/a/logo.webp',
      home: 'https://account.example/me',
      colors,
    });
    expect(brandOf(site)).toMatchObject({
      name: 'Example Shop',
      logo: 'https://shop.example/logo.svg',
      logoDark: 'https://cdn.example/a/logo.webp',
      home: 'https://account.example/me',
      palettes: { light: { background: '#ffffff', accent: '#0066cc' }, dark: { text: '#ffffff' } },
    });
  });

  it('that is not given is the host of the first page that may call', () => {
    expect(brandOf(parse({}))).toMatchObject({
      name: 'shop.example',
      home: 'https://shop.example/',
      logo: undefined,
    });
  });

  it('makes the other colours so that they can be read too', () => {
    const given = [
      ['light', { background: '#fff8ef', text: '#2b1a00' }],
      ['light', { background: '#ffffff', text: '#515151' }],
      ['dark', { background: '#000000', text: '#b0b0b0' }],
    ] as const;
    for (const [scheme, colors] of given) {
      const { background, subtle, muted, control } = paletteOf(scheme, colors);
      for (const ground of [background, subtle]) {
        expect(contrastOf(muted, ground)).toBeGreaterThanOrEqual(needed.text);
        expect(contrastOf(control, ground)).toBeGreaterThanOrEqual(needed.edge);
      }
    }
  });
});

it('contrast is what the guidelines say it is', () => {
  expect(contrastOf('#000000', '#ffffff')).toBe(21);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it('pages have the colours of the element', () => {
  for (const [name, light] of Object.entries(standardPalettes.light)) {
    const dark = standardPalettes.dark[name as 'text'];
    // As the element writes them.
    const [one, other] = [light, dark].map((color) => color.replace(/^#(f)\1{5}$/, '#fff'));
    expect(style + removalStyle, name).toContain(`light-dark(${one},${other})`);
  }
});
