import type { Connection, Target } from './connection.ts';
import { make, makeButton } from './make.ts';
import { sentenceList } from './sentence-list.ts';
import type { Speech } from './speech.ts';

/** Asks in a dialog whether to remove, saying what would happen; its `returnValue` is `yes` or nothing. */
export const openQuestion = (
  root: ShadowRoot,
  { explanation }: Target,
  speech: Speech,
  connection: Connection | undefined,
): HTMLDialogElement => {
  const { say, accountOf, will } = speech;
  const dialog = make(
    'dialog',
    { part: 'dialog', role: 'alertdialog', 'aria-labelledby': 'title', 'aria-describedby': 'told' },
    make('p', { part: 'title', id: 'title' }, say('confirm', { account: accountOf(connection) })),
    make('div', { id: 'told' }, sentenceList(explanation ? will(explanation) : [], speech)),
    make(
      'div',
      { part: 'actions' },
      // The focus begins where a hasty key does no harm.
      makeButton('cancel', say('cancel'), () => dialog.close(), { autofocus: '' }),
      makeButton('confirm', say('disconnect'), () => dialog.close('yes')),
    ),
  );
  root.append(dialog);
  dialog.showModal();
  return dialog;
};
