import { followReceipt } from '../browser/calls/follow-receipt.ts';
import type { Client } from '../browser/client.ts';
import type { Telling } from '../words/telling.ts';
import type { Looks } from './look.ts';
import { make } from './make.ts';
import { makeReceipt, tellReceipt, type Shown } from './receipt-card.ts';

// So many are shown; an older one goes.
const most = 5;

/** What a receipt is told with. */
interface Teller {
  client: Client;
  speech: Telling;
  looks: Looks;
}

/** The receipts of this visit, the newest first, each as it stands now. */
export class ReceiptList {
  readonly #element: HTMLElement;
  readonly #stops = new Map<Element, () => void>();

  /** @param element takes them. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Title of the newest, where there is one. */
  get title(): HTMLElement | undefined {
    return this.#element.querySelector<HTMLElement>('h2') ?? undefined;
  }

  /** Takes them all away. */
  clear(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
    this.#element.replaceChildren();
  }

  /**
   * Shows one, and what becomes of it.
   *
   * @param announce says what has changed later to whoever does not see it.
   * @param closed is told when the person has put it away.
   * @returns what it says first of all.
   */
  add(shown: Shown, teller: Teller, announce: (text: string) => void, closed: () => void): string {
    const { client, speech, looks } = teller;
    const place = make('div', {});
    const close = (): void => {
      this.#stops.get(place)?.();
      this.#stops.delete(place);
      place.remove();
      closed();
    };
    const draw = (): void => {
      const focused = (place.getRootNode() as ShadowRoot).activeElement;
      const had = focused && place.contains(focused);
      place.replaceChildren(makeReceipt(shown, speech, looks, close));
      if (had) place.querySelector('h2')?.focus();
    };
    draw();
    this.#element.prepend(place);
    const stop = followReceipt(client, shown.callId, shown.receipt, (now) => {
      const before = tellReceipt(shown, speech, looks);
      shown.receipt = now;
      const after = tellReceipt(shown, speech, looks);
      draw();
      const known = new Set(before.lines.map(([text]) => text));
      const news = after.lines.map(([text]) => text).filter((text) => !known.has(text));
      if (news.length > 0) announce([...news, after.left].join(' '));
    });
    this.#stops.set(place, stop);
    const oldest = this.#element.children[most];
    if (oldest) {
      this.#stops.get(oldest)?.();
      this.#stops.delete(oldest);
      oldest.remove();
    }
    const { outcome, left } = tellReceipt(shown, speech, looks);
    return `${outcome} ${left}`;
  }
}
