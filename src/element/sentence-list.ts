import { make } from './make.ts';
import type { Sentence, Speech } from './speech.ts';

/** A list of sentences, with a link where the person has something to do elsewhere. */
export const sentenceList = (sentences: Sentence[], { say }: Speech): HTMLElement =>
  make(
    'ul',
    { role: 'list' },
    ...sentences.map(({ text, url, place }) => {
      // Nothing of this page goes along: neither a handle on it nor its address.
      const attributes = { part: 'link', href: url, target: '_blank', rel: 'noopener noreferrer' };
      const link = url !== '' && make('a', attributes, say('link', { provider: place }));
      return make('li', { part: 'sentence' }, `${text} `, link);
    }),
  );
