import type { Explanation } from '../browser/answers.ts';
import { wayName } from '../words/names.ts';
import { tell, type Coming } from '../words/receipt.ts';
import { signBefore } from '../words/signs.ts';
import type { Telling } from '../words/telling.ts';
import { makeChips } from './chips.ts';
import type { Connection } from './connection.ts';
import type { Looks } from './look.ts';
import { make, makeButton } from './make.ts';
import { sign } from './sign.ts';

const find = (at: unknown, name: string): unknown => (at as Record<string, unknown> | null)?.[name];

// A page that has the provider's script calls it first, which asks as well.
const foretold = ({ providerSessions = [] }: Explanation): Coming[] =>
  providerSessions.map(({ provider, by, script }) => {
    const isCalled = typeof script?.split('.').reduce<unknown>(find, window) === 'function';
    const how = by === 'popup' ? 'window' : 'kept';
    return {
      step: 'provider-session',
      provider,
      status: isCalled || by === 'frame' ? 'asked' : how,
    };
  });

const facts = (
  explanation: Explanation,
  { will }: Telling,
  { nameOf }: Looks,
): HTMLElement | false => {
  // What stays comes after what goes.
  const all = [...explanation.receipt, ...foretold(explanation)];
  const steps = [false, true].flatMap((isKept) =>
    all.filter(({ status }) => (status === 'kept') === isKept),
  );
  const told = tell(steps, (step, isAll) => will(step, nameOf(step.provider ?? ''), isAll));
  const lines = [...told].map(([text, step]) =>
    make('li', { part: 'step' }, sign(signBefore(step), 'muted'), make('span', {}, text)),
  );
  return lines.length > 0 && make('ul', { role: 'list', class: 'steps' }, ...lines);
};

const waysLeft = (
  { waysInLeft, keepsMapping }: Explanation,
  speech: Telling,
  { nameOf }: Looks,
): HTMLElement | false => {
  const names = waysInLeft
    .map(({ kind, provider }) =>
      provider === undefined ? wayName(kind, speech) : nameOf(provider),
    )
    .filter(Boolean);
  if (names.length === 0 && (keepsMapping || waysInLeft.length > 0)) return false;
  const isOut = names.length === 0;
  const text = make('div', {}, speech.say(isOut ? 'noWayLeft' : 'waysLeft'));
  if (!isOut) text.append(makeChips(names));
  return make(
    'div',
    { part: 'ways', class: 'ways' },
    sign(isOut ? 'bad' : 'key', isOut ? 'danger' : 'done'),
    text,
  );
};

/** Asks in a dialog whether to remove, saying what would happen; its `returnValue` is `yes` or nothing. */
export const openQuestion = (
  place: HTMLElement,
  explanation: Explanation | undefined,
  connection: Connection | undefined,
  speech: Telling,
  looks: Looks,
): HTMLDialogElement => {
  const { say } = speech;
  const title = connection
    ? say('confirm', { provider: looks.nameOf(connection.provider) })
    : say('confirm.all');
  const account = connection?.account ?? '';
  const dialog = make(
    'dialog',
    {
      part: 'dialog',
      class: 'dialog',
      role: 'alertdialog',
      'aria-labelledby': 'title',
      'aria-describedby': 'told',
    },
    make(
      'div',
      { class: 'head' },
      connection
        ? looks.markOf(connection.provider)
        : make('span', { class: 'disc danger' }, sign('unlink', 'big')),
      make(
        'div',
        { class: 'text' },
        make('h2', { part: 'title', id: 'title' }, title),
        account !== '' && make('div', { class: 'muted' }, make('bdi', {}, account)),
      ),
    ),
    make(
      'div',
      { id: 'told' },
      explanation && facts(explanation, speech, looks),
      explanation && waysLeft(explanation, speech, looks),
    ),
    make(
      'div',
      { part: 'actions', class: 'buttons' },
      // The focus begins where a hasty key does no harm.
      makeButton('keep', say('keep'), () => dialog.close(), { autofocus: '' }),
      makeButton(
        'confirm',
        say(connection ? 'disconnect' : 'disconnect.all'),
        () => dialog.close('yes'),
        { class: 'b dangerous' },
      ),
    ),
  );
  place.append(dialog);
  dialog.showModal();
  // The focus is on its last line; it is read from the first.
  dialog.scrollTop = 0;
  return dialog;
};
