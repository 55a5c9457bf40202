import { attempt } from '../browser/page.ts';
import { make } from './make.ts';

/**
 * Gives a shadow a look, besides those that it has. Browsers without constructed sheets get an element, which a strict policy on
 * styles refuses: it is then plain.
 */
export const adoptStyle = (root: ShadowRoot, style: string): void => {
  const isAdopted = attempt(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return true;
  });
  if (!isAdopted) root.append(make('style', {}, style));
};
