/** A colour as `#rrggbb`. */
export type Hex = string;

const channels = (color: Hex): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

const lightOf = (color: Hex): number => {
  const [red = 0, green = 0, blue = 0] = channels(color).map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/**
 * How well one colour is told from another, from 1 to 21.
 *
 * @see Web Content Accessibility Guidelines 2.2, "contrast ratio"
 */
export const contrastOf = (one: Hex, other: Hex): number => {
  const [dark = 0, bright = 0] = [lightOf(one), lightOf(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

/** The colour that lies so far, from 0 to 1, on the way from one to the other. */
export const mix = (from: Hex, to: Hex, share: number): Hex => {
  const target = channels(to);
  const mixed = channels(from).map((one, index) =>
    Math.round(one + ((target[index] ?? one) - one) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${mixed.join('')}`;
};

/** Whether a page is light or dark. */
export type Scheme = 'light' | 'dark';

/** What a site says of the colours of its pages, in one scheme. */
export interface GivenColors {
  background?: Hex | undefined;
  text?: Hex | undefined;
  accent?: Hex | undefined;
}

/** All colours of a page, in one scheme. */
export interface Palette {
  background: Hex;
  /** Behind the card. */
  subtle: Hex;
  text: Hex;
  muted: Hex;
  /** Decorative. */
  line: Hex;
  /** Border of what can be pressed. */
  control: Hex;
  /** Links, the ring of the focus. */
  accent: Hex;
  done: Hex;
  pending: Hex;
  danger: Hex;
  /** Behind white text. */
  dangerFill: Hex;
}

/**
 * TABLE of the colours of pages that their site says nothing of; those of the element.
 *
 * @see look.md "Tokens"
 */
export const standardPalettes: Readonly<Record<Scheme, Palette>> = {
  light: {
    background: '#ffffff',
    subtle: '#f6f7f9',
    text: '#16181d',
    muted: '#5a606c',
    line: '#e1e4ea',
    control: '#868c98',
    accent: '#1a56c4',
    done: '#0a6b3c',
    pending: '#874a00',
    danger: '#b3261e',
    dangerFill: '#c62f25',
  },
  dark: {
    background: '#15181d',
    subtle: '#1c2027',
    text: '#eef0f4',
    muted: '#a5adba',
    line: '#2c323c',
    control: '#727a88',
    accent: '#8db4ff',
    done: '#6bd69a',
    pending: '#efb656',
    danger: '#ff9a91',
    dangerFill: '#cf3f34',
  },
};

/** What ratio a text has to have, one that is asked before something goes, and the edge of what can be pressed. */
export const needed = { text: 4.5, question: 7, edge: 3 } as const;

// From the background towards the text: the first that can be seen well enough on all of these.
const reach = (from: Hex, to: Hex, on: Hex[], ratio: number): Hex => {
  for (let share = 0.4; share < 1; share += 0.05) {
    const color = mix(from, to, share);
    if (on.every((one) => contrastOf(color, one) >= ratio)) return color;
  }
  return to;
};

/** The colours of a page: those that are given, and the others so that they go with them. */
export const paletteOf = (scheme: Scheme, given: GivenColors = {}): Palette => {
  const standard = standardPalettes[scheme];
  const { background = standard.background, text = standard.text } = given;
  const { accent = standard.accent } = given;
  if (given.background === undefined && given.text === undefined) return { ...standard, accent };
  const subtle = mix(background, text, 0.04);
  return {
    ...standard,
    background,
    subtle,
    text,
    accent,
    muted: reach(background, text, [background, subtle], needed.text),
    line: mix(background, text, 0.12),
    control: reach(background, text, [background, subtle], needed.edge),
  };
};

/** A pair of colours that cannot be told apart well enough. */
export interface PaleColor {
  /** Which of the given ones is at fault. */
  field: keyof GivenColors;
  message: string;
}

/**
 * What of given colours is too pale to be read on a page: nobody is asked in words that cannot be read.
 *
 * @see look.md "Better than all of them"
 */
export const findPale = (scheme: Scheme, given: GivenColors): PaleColor[] => {
  const palette = paletteOf(scheme, given);
  const { background, subtle, text } = palette;
  // The second is made of the first, and a little nearer to the text.
  const grounds = [
    ['background', background],
    ['what is behind the card', subtle],
  ] as const;
  const mine = given.text === undefined ? 'background' : 'text';
  const pairs: [field: keyof GivenColors, what: string, color: Hex, ratio: number][] = [
    [mine, 'text', text, needed.question],
    [given.accent ? 'accent' : 'background', 'accent', palette.accent, needed.text],
    ['background', 'the green of what is done', palette.done, needed.text],
    ['background', 'the amber of what is pending', palette.pending, needed.text],
    ['background', 'the red of what failed', palette.danger, needed.text],
  ];
  const found = pairs.flatMap(([field, what, color, ratio]) => {
    const pale = grounds.find(([, ground]) => contrastOf(color, ground) < ratio);
    if (!pale) return [];
    const [name, ground] = pale;
    // Rounded down: what is refused never seems to be enough.
    const got = Math.floor(contrastOf(color, ground) * 100) / 100;
    const message = `expected a contrast of at least ${ratio} between ${what} (${color}) and ${name} (${ground}), which is ${got}`;
    return [{ field, message }];
  });
  return found.filter((one, at) => found.findIndex(({ field }) => field === one.field) === at);
};
