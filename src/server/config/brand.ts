import { paletteOf, type Palette, type Scheme } from './palette.ts';
import type { Site } from './sites.ts';

/** What a page shows of its site. */
export interface Brand {
  name: string | undefined;
  /** Where the way back leads. */
  home: string | undefined;
  logo: string | undefined;
  logoDark: string | undefined;
  palettes: Readonly<Record<Scheme, Palette>>;
}

const nobody: Brand = {
  name: undefined,
  home: undefined,
  logo: undefined,
  logoDark: undefined,
  palettes: { light: paletteOf('light'), dark: paletteOf('dark') },
};

const brands = new WeakMap<Site, Brand>();

const readBrand = ({ brand, origins, publicUrl }: Site): Brand => {
  const page = origins.find((one) => /^https?:/.test(one));
  const home = brand?.home ?? (page && `${page}/`);
  const locate = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : new URL(path, publicUrl).href;
  return {
    name: brand?.name ?? (home && new URL(home).host),
    home,
    logo: locate(brand?.logo),
    logoDark: locate(brand?.logoDark),
    palettes: {
      light: paletteOf('light', brand?.colors.light),
      dark: paletteOf('dark', brand?.colors.dark),
    },
  };
};

/** What the pages of a site show of it; nothing where it is not known whose page it is. */
export const brandOf = (site: Site | undefined): Brand => {
  if (!site) return nobody;
  const brand = brands.get(site) ?? readBrand(site);
  brands.set(site, brand);
  return brand;
};
