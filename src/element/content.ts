import { make } from './make.ts';

/** Where the list is: it is drawn anew, and the focus stays on what it was on. */
export class Content {
  readonly element = make('div', { part: 'connections', tabindex: '-1' });
  readonly #instead: () => HTMLElement | undefined;

  /** @param instead takes the focus where what had it has gone. */
  constructor(instead: () => HTMLElement | undefined) {
    this.#instead = instead;
  }

  /** The button that removes something, by its key. */
  button(key: string): HTMLElement | undefined {
    const buttons = this.element.querySelectorAll<HTMLElement>('[data-target]');
    return [...buttons].find(({ dataset }) => dataset['target'] === key);
  }

  /** Draws; the focus goes to what happened where its place is no more, and never back to the page's top. */
  fill(...nodes: Node[]): void {
    const focused = (this.element.getRootNode() as ShadowRoot).activeElement;
    const had = this.element.contains(focused);
    this.element.replaceChildren(...nodes);
    this.element.ariaBusy = 'false';
    if (had) this.focus(focused?.getAttribute('data-target') ?? '');
  }

  /** Focuses the button of this key, or what stands for it. */
  focus(key: string): void {
    (this.button(key) ?? this.#instead() ?? this.element).focus();
  }
}
