import { packs } from '../words/packs.ts';
import type { Resources } from './resources.ts';

/** Words and marks as bundlers pack them: each a file that is loaded when it is shown. */
export const packedResources: Resources = {
  words: (language) =>
    Object.hasOwn(packs, language) ? packs[language]?.().then(({ words }) => words) : undefined,
  // The table alone would be a tenth of what the element is at load.
  mark: (provider) =>
    import('../words/marks.ts').then(({ marks }) =>
      Object.hasOwn(marks, provider) ? marks[provider]?.().then(({ mark }) => mark) : undefined,
    ),
};
