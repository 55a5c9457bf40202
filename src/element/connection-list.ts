import type { Connection, Target } from './connection.ts';
import type { Connections } from './connections.ts';
import { make, makeButton } from './make.ts';
import type { Speech } from './speech.ts';

/** Asks before something is removed. */
export type Ask = (target: Target, key: string, connection: Connection | undefined) => void;

// The button, and before it why it does nothing.
const removal = (
  target: Target,
  speech: Speech,
  connection: Connection | undefined,
  ask: Ask,
): [reason: HTMLElement | false, button: HTMLElement] => {
  const { explanation, names } = target;
  // Tells the buttons apart, also when they are drawn again; as an id it must not have spaces.
  const key = encodeURIComponent(JSON.stringify(names));
  const label = speech.say('disconnectNamed', { account: speech.accountOf(connection) });
  const reason =
    explanation?.allowed === false &&
    make('p', { part: 'reason', id: key }, speech.refusal(explanation));
  const text = connection ? speech.say('disconnect') : label;
  const attributes = {
    // Says which, also where it stands alone in a list of buttons.
    'aria-label': label,
    'aria-disabled': reason && 'true',
    'aria-describedby': reason && key,
    'data-target': key,
  };
  return [reason, makeButton('disconnect', text, () => ask(target, key, connection), attributes)];
};

/** The connections, one row each, and the button for all of them. */
export const connectionList = (
  { list, all }: Connections,
  speech: Speech,
  ask: Ask,
): (Node | string)[] => {
  const rows = list.map((connection) => {
    const { provider, account, isCurrent } = connection;
    const [reason, button] = removal(connection, speech, connection, ask);
    const text = make(
      'div',
      { part: 'text' },
      make('div', { part: 'name' }, speech.nameOf(provider)),
      // A name runs in its own direction.
      account !== '' && make('div', { part: 'account' }, make('bdi', {}, account)),
      isCurrent && make('div', { part: 'current' }, speech.say('current')),
      reason,
    );
    return make('li', { part: 'connection' }, text, button);
  });
  return [
    make('ul', { role: 'list', 'aria-label': speech.say('label') }, ...rows),
    all ? make('div', { part: 'actions' }, ...removal(all, speech, undefined, ask)) : '',
  ];
};
