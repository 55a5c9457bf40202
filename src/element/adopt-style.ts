import { attempt } from '../browser/page.ts';
import { make } from './make.ts';
import { style } from './style.ts';

/**
 * Gives a shadow the look of the element. Browsers without constructed sheets get an element, which a strict policy on
 * styles refuses: it is then plain.
 */
export const adoptStyle = (root: ShadowRoot): void => {
  const isAdopted = attempt(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    return true;
  });
  if (!isAdopted) root.append(make('style', {}, style));
};
