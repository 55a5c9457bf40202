import type { Client } from '../browser/client.ts';
import type { Events } from '../browser/events.ts';
import { attempt } from '../browser/page.ts';
import { isOutroError } from '../core/is-outro-error.ts';
import { connectionList } from './connection-list.ts';
import type { Connection, Target } from './connection.ts';
import { nobody, readConnections, type Connections, type Removal } from './connections.ts';
import { make, makeButton } from './make.ts';
import type { Messages } from './messages.ts';
import { openQuestion } from './open-question.ts';
import { sentenceList } from './sentence-list.ts';
import { createSpeech } from './speech.ts';
import { style } from './style.ts';

// Where there is no page, as on a server, importing must do no harm.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? Object;

// The request may have arrived, whatever became of the answer.
const uncertain = ['networkError', 'requestTimeout', 'serverError'];

/**
 * `<outro-connections>`: the connected accounts of whoever is signed in, what removing each would do, a question before
 * it and an honest answer after it. With the attribute `disconnect-all`, also all of them at once. Fires `load`,
 * `removed` (`detail` is the response) and `error` (`detail` is the error).
 *
 * @see design.md section 3
 */
export class ConnectionsElement extends Base {
  // Declared only: what a page has set before the element was defined is not overwritten.
  /** Who asks the backend. */
  declare client: Client;
  /** Sentences to say instead of the English ones. */
  declare messages: Messages;
  /** Parameters of every removal. */
  declare removal: Removal;
  /** Which providers are listed. */
  declare shows: (provider: string) => boolean;

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #status = make('p', { part: 'status' });
  readonly #receipt = make('section', {
    part: 'receipt',
    tabindex: '-1',
    hidden: '',
    'aria-labelledby': 'receipt',
  });
  readonly #content = make('div', { part: 'connections', tabindex: '-1' });
  #heard: Client | undefined;
  #stop: (() => void)[] = [];
  #names: Record<string, string> = {};
  // What happened last, until something is begun anew.
  #news = '';
  // Goes up with every question to the backend: only the answer to the newest is shown.
  #epoch = 0;
  #isRemoving = false;
  #question: { key: string; dialog: HTMLDialogElement } | undefined;

  constructor() {
    super();
    // Browsers without such sheets get an element, which a strict policy on styles refuses: it is then plain.
    const isPlain = !attempt(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      this.#root.adoptedStyleSheets = [sheet];
      return true;
    });
    if (isPlain) this.#root.append(make('style', {}, style));
    const news = make('div', { 'aria-live': 'polite' }, this.#status, this.#receipt);
    this.#root.append(news, this.#content);
  }

  connectedCallback(): void {
    void this.refresh();
  }

  disconnectedCallback(): void {
    this.#epoch += 1;
    this.#question?.dialog.close();
    for (const stop of this.#stop.splice(0)) stop();
    this.#heard = undefined;
  }

  /** Shows the connections as they are now: after a sign-in without a new page, or a changed property. Never rejects. */
  async refresh(): Promise<void> {
    if (!this.isConnected) return;
    const { client, removal, shows } = this;
    this.#listen();
    const epoch = (this.#epoch += 1);
    this.#content.ariaBusy = 'true';
    if (!this.#content.hasChildNodes()) this.#say(this.#speech.say('loading'));
    try {
      const wantsAll = this.hasAttribute('disconnect-all');
      const found = await readConnections(client, { removal, shows, wantsAll });
      if (epoch !== this.#epoch) return;
      this.#show(found);
      this.#fire('load');
    } catch (error) {
      if (epoch !== this.#epoch) return;
      this.#showFailure(error);
      this.#fire('error', error);
    }
  }

  get #speech() {
    const language = this.closest<HTMLElement>('[lang]')?.lang ?? '';
    return createSpeech(this.messages, language, this.#names);
  }

  #listen(): void {
    if (this.#heard === this.client) return;
    for (const stop of this.#stop.splice(0)) stop();
    this.#heard = this.client;
    this.#stop = [
      this.client.on('connectionRemoved', (event) => this.#onRemoved(event)),
      this.client.on('logout', () => this.#onLogout()),
    ];
  }

  #onRemoved({ provider, remote }: Events['connectionRemoved']): void {
    // What was removed here is shown when the call has ended.
    if (this.#isRemoving && !remote) return;
    const { say, accountOf } = this.#speech;
    const connection = provider ? { provider, account: '' } : undefined;
    if (remote) this.#news = say('removedElsewhere', { account: accountOf(connection) });
    void this.refresh();
  }

  #onLogout(): void {
    this.#epoch += 1;
    this.#news = '';
    this.#receipt.hidden = true;
    this.#show(nobody);
  }

  #fire(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #say(text: string): void {
    this.#status.textContent = text.trim();
  }

  #show(found: Connections): void {
    Object.assign(this.#names, found.names);
    const speech = this.#speech;
    const state = !found.isSignedIn ? 'signedOut' : found.list.length === 0 && 'empty';
    this.#fill(
      state
        ? []
        : connectionList(found, speech, (target, key, connection) => {
            void this.#ask(target, key, connection);
          }),
    );
    if (this.#question && !this.#button(this.#question.key)) this.#question.dialog.close();
    this.#say(`${this.#news} ${state ? speech.say(state) : ''}`);
  }

  #showFailure(error: unknown): void {
    const { say, reason } = this.#speech;
    const retry = (): void => {
      this.#news = '';
      void this.refresh();
    };
    this.#fill([makeButton('retry', say('retry'), retry)]);
    this.#say(`${this.#news} ${say('notLoaded', { reason: reason(error) })}`);
  }

  #button(key: string): HTMLElement | undefined {
    const buttons = this.#content.querySelectorAll<HTMLElement>('[data-target]');
    return [...buttons].find(({ dataset }) => dataset['target'] === key);
  }

  // The focus stays on what it was on; if that has gone, it goes to what happened, and never back to the page's top.
  #fill(nodes: (Node | string)[]): void {
    const focused = this.#root.activeElement;
    const had = this.#content.contains(focused);
    this.#content.replaceChildren(...nodes);
    this.#content.ariaBusy = 'false';
    if (had) this.#focus(focused?.getAttribute('data-target') ?? '');
  }

  #focus(key: string): void {
    (this.#button(key) ?? (this.#receipt.hidden ? this.#content : this.#receipt)).focus();
  }

  async #ask(target: Target, key: string, connection: Connection | undefined): Promise<void> {
    if (this.#isRemoving || this.#question) return;
    const dialog = openQuestion(this.#root, target, this.#speech, connection);
    this.#question = { key, dialog };
    await new Promise((resolve) => dialog.addEventListener('close', resolve));
    dialog.remove();
    this.#question = undefined;
    this.#focus(key);
    if (dialog.returnValue) await this.#remove(target, connection);
  }

  async #remove({ names }: Target, connection: Connection | undefined): Promise<void> {
    const { say, accountOf, reason } = this.#speech;
    this.#isRemoving = true;
    this.#news = '';
    this.#receipt.hidden = true;
    this.#say(say('busy', { account: accountOf(connection) }));
    try {
      const response = await this.client.removeConnection({ ...this.removal, ...names });
      this.#showReceipt(response.receipt);
      this.#fire('removed', response);
    } catch (error) {
      const isUncertain = !isOutroError(error) || uncertain.includes(error.failure);
      this.#news = say(isUncertain ? 'unknown' : 'notRemoved', { reason: reason(error) });
      this.#fire('error', error);
    }
    this.#isRemoving = false;
    await this.refresh();
  }

  #showReceipt(receipt: Events['logout']['receipt']): void {
    const speech = this.#speech;
    this.#receipt.replaceChildren(
      make('p', { part: 'title', id: 'receipt' }, speech.say('receipt')),
      sentenceList(speech.did(receipt), speech),
    );
    this.#receipt.hidden = false;
  }
}
