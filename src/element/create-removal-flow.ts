import { createTelling } from '../words/telling.ts';
import { adoptStyle } from './adopt-style.ts';
import { keyOf } from './connection-list.ts';
import type { Asked } from './connection.ts';
import { explain } from './connections.ts';
import { openQuestion } from './open-question.ts';
import { ReceiptList } from './receipt-list.ts';
import type { CreateRemovalFlow } from './removal-flow.ts';
import { removalStyle } from './removal-style.ts';
import { tellFailure } from './tell-failure.ts';

/**
 * Makes what is needed once somebody takes a connection away, and not before: the question, the removal, the receipts. Its
 * file comes after the list is drawn.
 *
 * @see design.md section 3
 */
export const createRemovalFlow: CreateRemovalFlow = (place) => {
  const { root, frame, content, news, state, now, draw, refresh, fire } = place;
  const receipts = new ReceiptList(place.receipts);
  let question: { key: string; dialog: HTMLDialogElement } | undefined;
  adoptStyle(root, removalStyle);

  /** Says what did not go: in its row, where it has one. */
  const explainFailure = ({ target, connection }: Asked, error: unknown): void => {
    const { speech, looks, found } = now();
    const key = keyOf(target);
    const button = content.button(key);
    const provider = connection && looks.nameOf(connection.provider);
    const sentences = tellFailure({ error, provider, found, button }, speech);
    if (sentences.length === 0) return;
    if (!button) return news.tell(...sentences);
    state.failed = { key, text: sentences.join(' ') };
    draw();
    news.announce(state.failed.text);
  };

  const remove = async (asked: Asked): Promise<void> => {
    const { client, removal, looks, ...present } = now();
    const speech = createTelling(present.speech);
    state.busy = keyOf(asked.target);
    state.failed = undefined;
    news.tell();
    draw();
    news.announce(speech.say('busy'));
    let error: unknown;
    let told = '';
    try {
      const response = await client.removeConnection({ ...removal, ...asked.target.names });
      const { receipt, callId = '' } = response;
      told = receipts.add(
        { receipt, callId, provider: asked.connection?.provider, at: new Date() },
        { client, speech, looks },
        (text) => news.announce(text),
        () => content.focus(''),
      );
      fire('removed', response);
    } catch (caught) {
      error = caught;
      fire('error', error);
    }
    state.busy = undefined;
    // Nobody is to read that it goes on.
    news.announce('');
    await refresh();
    if (error !== undefined) explainFailure(asked, error);
    // Who is led to it has heard it.
    else if (root.activeElement !== receipts.title) news.announce(told);
  };

  return {
    async ask(asked) {
      const { target, connection } = asked;
      const key = keyOf(target);
      try {
        const { client, removal } = now();
        target.explanation ??= await explain(client, removal, target.names);
        if (target.explanation?.allowed === false) return draw();
        const { speech, looks } = now();
        const telling = createTelling(speech);
        const dialog = openQuestion(frame, target.explanation, connection, telling, looks);
        question = { key, dialog };
        await new Promise((resolve) => dialog.addEventListener('close', resolve));
        dialog.remove();
        question = undefined;
        content.focus(key);
        if (dialog.returnValue) await remove(asked);
      } catch {
        // The session is over: the page learns it by looking again.
        await refresh();
      }
    },
    follow() {
      if (question && !content.button(question.key)) question.dialog.close();
    },
    title: () => receipts.title,
    clear() {
      question?.dialog.close();
      receipts.clear();
    },
  };
};
