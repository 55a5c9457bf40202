import * as z from 'zod';
import { findPale, type Scheme } from './palette.ts';
import { isSecure, secureUrl } from './secure-url.ts';
import { shownName } from './shown-name.ts';

// Anything else could end the rule by which browsers load this picture and no other.
const isLogo = (text: string): boolean =>
  /^(https?:\/|)\/(?!\/)[^\s?#;,'"\\@]{1,500}\.(svg|png|webp|avif|jpe?g|gif)$/i.test(text) &&
  (text.startsWith('/') || isSecure(text));

const logo = z
  .string()
  .refine(
    isLogo,
    'expected a picture by its address (https; http on localhost only) or its path on the host of `publicUrl`, such as /logo.svg: .svg, .png, .webp, .avif, .jpg or .gif, without query, fragment, quotes, ";" and ","',
  );

const color = z
  .string()
  .regex(/^#([\da-fA-F]{3}|[\da-fA-F]{6})$/, {
    error: 'expected a colour such as #1a56c4',
    abort: true,
  })
  .transform((text) =>
    (text.length === 4 ? text.replace(/[\da-f]/gi, '$&$&') : text).toLowerCase(),
  );

const schemeColors = z.strictObject({
  /** Behind everything; what is behind the card is made of it. */
  background: color.optional(),
  /** Text; quieter text and borders are made of it. A contrast of 7 with the background. */
  text: color.optional(),
  /** Links, and the ring around what has the focus. A contrast of 4.5 with the background. */
  accent: color.optional(),
});

const colorsOf = (scheme: Scheme) =>
  schemeColors.superRefine((given, context) => {
    for (const { field, message } of findPale(scheme, given))
      context.addIssue({ code: 'custom', path: [field], message });
  });

const brandColors = z.strictObject({
  /** On light pages. */
  light: colorsOf('light').optional(),
  /** On dark pages. */
  dark: colorsOf('dark').optional(),
});

/** What the backend's own pages show of the site. */
export const brandSettings = z.strictObject({
  /** Its name, at the top of each page and on the way back; left out, the host of `home`. */
  name: shownName.optional(),
  /** Its mark: before the name, 32 high and at most 160 wide, and in the tab; the one picture that pages may load. */
  logo: logo.optional(),
  /** The same for dark pages; left out, `logo`. */
  logoDark: logo.optional(),
  /** Where the way back leads: on one of `origins` or `redirects`; left out, the first of `origins` that is a page's. */
  home: secureUrl.optional(),
  /** As `#rgb` or `#rrggbb`; those that cannot be told apart well enough are refused with their ratio. */
  colors: brandColors.default({}),
});
