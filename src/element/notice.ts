import type { IconName } from '../words/icons.ts';
import { icon } from './icons.ts';
import { make } from './make.ts';

/** A card with one thing to say, and at most one thing to do about it. */
export const makeNotice = (
  name: IconName | undefined,
  sentences: string[],
  button?: HTMLElement,
): HTMLElement => {
  const [first = '', ...more] = sentences.filter(Boolean);
  return make(
    'div',
    { part: 'notice', class: 'card notice' },
    name && icon(name, `big ${name === 'bad' ? 'danger' : 'muted'}`),
    make(
      'div',
      { class: 'text' },
      make('div', {}, first),
      ...more.map((one) => make('div', { class: 'muted' }, one)),
    ),
    button,
  );
};

/** What stands where rows will be. */
export const makeBones = (): HTMLElement =>
  make(
    'div',
    { part: 'skeleton', class: 'card', 'aria-hidden': 'true' },
    ...[1, 2].map(() =>
      make(
        'div',
        { class: 'row' },
        make('span', { class: 'mark bone' }),
        make(
          'div',
          { class: 'text' },
          make('div', { class: 'bone' }),
          make('div', { class: 'bone' }),
        ),
      ),
    ),
  );

/** What has happened: said aloud, and shown until something is begun anew. */
export class News {
  /** Heard, not seen. */
  readonly live = make('div', { part: 'status', class: 'unseen', 'aria-live': 'polite' });
  readonly element = make('div', { class: 'news' });

  /** Says it to whoever does not see it. */
  announce(text: string): void {
    this.live.textContent = text;
  }

  /** Shows and says it; nothing takes away what was there. */
  tell(...sentences: string[]): void {
    this.element.replaceChildren(
      ...(sentences.length > 0 ? [makeNotice(undefined, sentences)] : []),
    );
    if (sentences.length > 0) this.announce(sentences.join(' '));
  }
}
