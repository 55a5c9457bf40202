import { createSpeech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import { adoptStyle } from './adopt-style.ts';
import { icon } from './icons.ts';
import { languageOf, loadWords } from './language.ts';
import { make, makeButton } from './make.ts';
import { removalStyle } from './removal-style.ts';
import type { Resources } from './resources.ts';
import { style } from './style.ts';

/** What a dialog over the page is opened with. */
interface Opening {
  captionText: string | undefined;
  messages: Partial<Words> | undefined;
  resources: Resources;
}

/**
 * Shows something in a dialog over the page, with a title and a way to close it.
 *
 * @returns the dialog.
 */
export const openOver = (
  content: HTMLElement,
  { captionText, messages = {}, resources }: Opening,
  closed: () => void,
): HTMLDialogElement => {
  const host = make('div', {});
  const root = host.attachShadow({ mode: 'open' });
  adoptStyle(root, style + removalStyle);
  const title = make('h2', { id: 'title', class: 'text' });
  const close = makeButton('close', icon('close'), () => dialog.close(), { class: 'b quiet' });
  const dialog = make(
    'dialog',
    { class: 'dialog over', 'aria-labelledby': 'title' },
    make('div', { class: 'head' }, title, close),
    content,
  );
  const speak = (words?: Words): void => {
    const { say } = createSpeech(languageOf(host), words, messages);
    title.textContent = captionText ?? say('label');
    close.ariaLabel = say('close');
  };
  dialog.addEventListener('close', () => {
    host.remove();
    closed();
  });
  root.append(make('div', { class: 'frame' }, dialog));
  document.body.append(host);
  speak();
  void loadWords(languageOf(host), resources).then(speak);
  dialog.showModal();
  return dialog;
};
