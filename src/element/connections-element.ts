import type { Client } from '../browser/client.ts';
import type { Events } from '../browser/events.ts';
import { attempt } from '../browser/page.ts';
import { refusal } from '../browser/refusal.ts';
import { createSpeech, type Speech } from '../words/speech.ts';
import type { Words } from '../words/words.ts';
import { adoptStyle } from './adopt-style.ts';
import { connectionList, emptyState, keyOf } from './connection-list.ts';
import { ConfiguredElement } from './configured-element.ts';
import type { Asked, Connections, RemovalState } from './connection.ts';
import { nobody, readConnections } from './connections.ts';
import { Content } from './content.ts';
import { reasonOf } from './failure.ts';
import { createLooks, type Looks } from './look.ts';
import { make, makeButton } from './make.ts';
import { makeBones, makeNotice, News } from './notice.ts';
import type { RemovalFlow, RemovalPlace } from './removal-flow.ts';
import { languageOf, loadWords, waitFor } from './language.ts';
import type { ProviderLook } from './resources.ts';
import { style } from './style.ts';

// Milliseconds that somebody waits for what asks before a removal.
const patience = 5000;

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
  readonly #content = new Content(() => this.#removal?.title());
  readonly #receipts = make('div', { class: 'receipts' });
  readonly #frame = make('div', { part: 'frame', class: 'frame' });
  #heard: Client | undefined;
  #stop: (() => void)[] = [];
  #speech: Speech = createSpeech('', undefined);
  #looks: Record<string, ProviderLook> = {};
  #found: Connections | undefined;
  // Goes up with every question to the backend: only the answer to the newest is shown.
  #epoch = 0;
  #isAsking = false;
  readonly #state: RemovalState = { busy: undefined, failed: undefined };
  #bringing: Promise<RemovalFlow> | undefined;
  #removal: RemovalFlow | undefined;

  constructor() {
    super();
    adoptStyle(this.#root, style);
    this.#frame.append(this.#news.live, this.#news.element, this.#receipts, this.#content.element);
    this.#root.append(this.#frame);
  }

  connectedCallback(): void {
    void this.refresh();
  }

  disconnectedCallback(): void {
    this.#epoch += 1;
    for (const stop of this.#stop.splice(0)) stop();
    this.#removal?.clear();
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
    if (this.#state.busy !== undefined && !remote) return;
    const key = provider ? 'elsewhere.one' : 'elsewhere.all';
    if (remote) this.#news.tell(this.#speech.say(key, { provider: this.#look.nameOf(provider) }));
    void this.refresh();
  }

  #onLogout(): void {
    this.#epoch += 1;
    this.#news.tell();
    this.#removal?.clear();
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
      ...this.#state,
      ask: (asked: Asked) => void this.#ask(asked),
    };
    if (state) this.#news.announce(say(state));
    this.#content.fill(
      state ? makeNotice(undefined, [say(state)]) : connectionList(found, place),
      ...(state === 'empty' ? [make('slot', { name: 'add' })] : []),
    );
    this.#removal?.follow();
    // Soon somebody may press a button, and no sooner than the list is there.
    const bring = (): unknown => this.#bringing ?? this.#bring();
    if (!state && !attempt(() => requestIdleCallback(bring))) bring();
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

  get #place(): RemovalPlace {
    return {
      root: this.#root,
      frame: this.#frame,
      content: this.#content,
      news: this.#news,
      receipts: this.#receipts,
      state: this.#state,
      now: () => ({
        client: this.client,
        removal: this.removal,
        speech: this.#speech,
        looks: this.#look,
        found: this.#found,
      }),
      draw: () => this.#draw(),
      refresh: () => this.refresh(),
      fire: (name, detail) => this.#fire(name, detail),
    };
  }

  /** Brings what asks, removes and tells; nothing where it does not come in time, and then it is asked for again. */
  async #bring(): Promise<RemovalFlow | undefined> {
    this.#bringing ??= this.bringRemoval().then(
      (create) => (this.#removal ??= create(this.#place)),
    );
    const removal = await waitFor(this.#bringing, patience);
    if (!removal) this.#bringing = undefined;
    return removal;
  }

  async #ask(asked: Asked): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const removal = await this.#bring();
    if (removal) await removal.ask(asked);
    else this.#tellMissing(asked);
    this.#isAsking = false;
  }

  #tellMissing({ target, connection }: Asked): void {
    const error = refusal('networkError', 'what asks before a removal did not load');
    const { say } = this.#speech;
    const still = connection
      ? say('still.one', { provider: this.#look.nameOf(connection.provider) })
      : say('still.all');
    const text = `${still} ${reasonOf(error, this.#speech)}`;
    this.#state.failed = { key: keyOf(target), text };
    this.#draw();
    this.#news.announce(text);
    this.#fire('error', error);
  }
}
