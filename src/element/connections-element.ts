import type { Client } from '../browser/client.ts';
import type { Events } from '../browser/events.ts';
import { createSpeech, type Speech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import { adoptStyle } from './adopt-style.ts';
import { connectionList, emptyState, keyOf } from './connection-list.ts';
import { ConfiguredElement } from './configured-element.ts';
import type { Connection, Target } from './connection.ts';
import { explain, nobody, readConnections, type Connections } from './connections.ts';
import { Content } from './content.ts';
import { reasonOf, tellFailure } from './failure.ts';
import { createLooks, type Looks } from './look.ts';
import { make, makeButton } from './make.ts';
import { makeBones, makeNotice, News } from './notice.ts';
import { openQuestion } from './open-question.ts';
import { ReceiptList } from './receipt-list.ts';
import { languageOf, loadWords } from './language.ts';
import type { ProviderLook } from './resources.ts';

/** What is asked for, of whom. */
interface Asked {
  target: Target;
  connection: Connection | undefined;
}

/**
 * `<outro-connections>`: the connected accounts of whoever is signed in, what removing each would do, a question before
 * it and an honest answer after it, which is kept up to date. With the attribute `disconnect-all`, also all of them at once;
 * what stands in its slot `add` is shown under them. Fires `load`, `removed` (`detail` is the response) and `error`
 * (`detail` is the error).
 *
 * @see design.md section 3
 */
export class ConnectionsElement extends ConfiguredElement {
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #news = new News();
  readonly #receipts = new ReceiptList();
  readonly #content = new Content(() => this.#receipts.title);
  readonly #frame = make('div', { part: 'frame', class: 'frame' });
  #heard: Client | undefined;
  #stop: (() => void)[] = [];
  #speech: Speech = createSpeech('', undefined);
  #looks: Record<string, ProviderLook> = {};
  #found: Connections | undefined;
  // Goes up with every question to the backend: only the answer to the newest is shown.
  #epoch = 0;
  #isAsking = false;
  #busy: string | undefined;
  #failed: { key: string; text: string } | undefined;
  #question: { key: string; dialog: HTMLDialogElement } | undefined;

  constructor() {
    super();
    adoptStyle(this.#root);
    this.#frame.append(
      this.#news.live,
      this.#news.element,
      this.#receipts.element,
      this.#content.element,
    );
    this.#root.append(this.#frame);
  }

  connectedCallback(): void {
    void this.refresh();
  }

  disconnectedCallback(): void {
    this.#epoch += 1;
    this.#question?.dialog.close();
    for (const stop of this.#stop.splice(0)) stop();
    this.#receipts.clear();
    this.#heard = undefined;
  }

  /** Shows the connections as they are now: after a sign-in without a new page, or a changed property. Never rejects. */
  async refresh(): Promise<void> {
    if (!this.isConnected) return;
    const { client, removal, shows, resources } = this;
    this.#listen();
    const epoch = (this.#epoch += 1);
    const { element } = this.#content;
    element.ariaBusy = 'true';
    if (!element.hasChildNodes()) element.append(makeBones());
    const language = languageOf(this);
    const speak = (words?: Words): void => {
      if (epoch !== this.#epoch) return;
      this.#speech = createSpeech(language, words, this.messages);
      this.#frame.lang = this.#speech.language;
      // English in a page that runs the other way runs its own.
      this.#frame.dir = this.#speech.language === language ? '' : 'ltr';
      if (!this.#found) this.#news.announce(this.#speech.say('loading'));
    };
    const speaking = loadWords(language, resources).then(speak);
    try {
      const wantsAll = this.hasAttribute('disconnect-all');
      const found = await readConnections(client, { removal, shows, wantsAll });
      await speaking;
      if (epoch !== this.#epoch) return;
      if (!this.#found) this.#news.announce('');
      this.#found = found;
      this.#draw();
      this.#fire('load');
    } catch (error) {
      await speaking;
      if (epoch !== this.#epoch) return;
      this.#found = undefined;
      this.#showFailure(error);
      this.#fire('error', error);
    }
  }

  #listen(): void {
    if (this.#heard === this.client) return;
    for (const stop of this.#stop.splice(0)) stop();
    this.#heard = this.client;
    const onOnline = (): void => {
      if (!this.#found) void this.refresh();
    };
    window.addEventListener('online', onOnline);
    this.#stop = [
      this.client.on('connectionRemoved', (event) => this.#onRemoved(event)),
      this.client.on('logout', () => this.#onLogout()),
      () => window.removeEventListener('online', onOnline),
    ];
  }

  #onRemoved({ provider, remote }: Events['connectionRemoved']): void {
    // What was removed here is shown when the call has ended.
    if (this.#busy !== undefined && !remote) return;
    const key = provider ? 'elsewhere.one' : 'elsewhere.all';
    if (remote) this.#news.tell(this.#speech.say(key, { provider: this.#look.nameOf(provider) }));
    void this.refresh();
  }

  #onLogout(): void {
    this.#epoch += 1;
    this.#news.tell();
    this.#receipts.clear();
    this.#found = nobody;
    this.#draw();
  }

  #fire(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get #look(): Looks {
    return createLooks([this.providers, this.#looks], this.resources);
  }

  #draw(): void {
    const found = this.#found ?? nobody;
    const { say } = this.#speech;
    Object.defineProperties(this.#looks, Object.getOwnPropertyDescriptors(found.looks));
    const state = emptyState(found);
    const place = {
      speech: this.#speech,
      looks: this.#look,
      links: this.links,
      busy: this.#busy,
      failed: this.#failed,
      ask: (target: Target, connection?: Connection) => void this.#ask({ target, connection }),
    };
    if (state) this.#news.announce(say(state));
    this.#content.fill(
      state ? makeNotice(undefined, [say(state)]) : connectionList(found, place),
      ...(state === 'empty' ? [make('slot', { name: 'add' })] : []),
    );
    if (this.#question && !this.#content.button(this.#question.key)) this.#question.dialog.close();
  }

  #showFailure(error: unknown): void {
    const { say } = this.#speech;
    const retry = makeButton('retry', say('retry'), () => {
      this.#news.tell();
      void this.refresh();
    });
    const sentences = [say('notLoaded'), reasonOf(error, this.#speech)];
    this.#content.fill(makeNotice('bad', sentences, retry));
    this.#news.announce(sentences.join(' '));
  }

  async #ask({ target, connection }: Asked): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const key = keyOf(target);
    try {
      target.explanation ??= await explain(this.client, this.removal, target.names);
      if (target.explanation?.allowed === false) return this.#draw();
      const { explanation } = target;
      const dialog = openQuestion(this.#frame, explanation, connection, this.#speech, this.#look);
      this.#question = { key, dialog };
      await new Promise((resolve) => dialog.addEventListener('close', resolve));
      dialog.remove();
      this.#question = undefined;
      this.#content.focus(key);
      if (dialog.returnValue) await this.#remove({ target, connection });
    } catch {
      // The session is over: the page learns it by looking again.
      await this.refresh();
    } finally {
      this.#isAsking = false;
    }
  }

  async #remove(asked: Asked): Promise<void> {
    const { names } = asked.target;
    this.#busy = keyOf(asked.target);
    this.#failed = undefined;
    this.#news.tell();
    this.#draw();
    this.#news.announce(this.#speech.say('busy'));
    let error: unknown;
    let told = '';
    try {
      const response = await this.client.removeConnection({ ...this.removal, ...names });
      const { receipt, callId = '' } = response;
      told = this.#receipts.add(
        { receipt, callId, provider: asked.connection?.provider, at: new Date() },
        { client: this.client, speech: this.#speech, looks: this.#look },
        (text) => this.#news.announce(text),
        () => this.#content.focus(''),
      );
      this.#fire('removed', response);
    } catch (caught) {
      error = caught;
      this.#fire('error', error);
    }
    this.#busy = undefined;
    await this.refresh();
    if (error !== undefined) this.#explainFailure(asked, error);
    // Who is led to it has heard it.
    else if (this.#root.activeElement !== this.#receipts.title) this.#news.announce(told);
  }

  /** Says what did not go: in its row, where it has one. */
  #explainFailure({ target, connection }: Asked, error: unknown): void {
    const key = keyOf(target);
    const button = this.#content.button(key);
    const provider = connection && this.#look.nameOf(connection.provider);
    const sentences = tellFailure({ error, provider, found: this.#found, button }, this.#speech);
    if (sentences.length === 0) return;
    if (!button) return this.#news.tell(...sentences);
    this.#failed = { key, text: sentences.join(' ') };
    this.#draw();
    this.#news.announce(this.#failed.text);
  }
}
