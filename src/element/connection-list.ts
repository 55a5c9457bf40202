import { wayName } from '../words/names.ts';
import type { Speech } from '../words/speech.ts';
import { makeChips } from './chips.ts';
import type { Asked, Connection, Connections, RemovalState, Target } from './connection.ts';
import { icon } from './icons.ts';
import type { Looks } from './look.ts';
import { make, makeButton } from './make.ts';

/** What a list is drawn with. */
export interface ListPlace extends RemovalState {
  speech: Speech;
  looks: Looks;
  /** Where a person can add what stands in the way of a removal, by its kind. */
  links: Readonly<Record<string, string>>;
  /** Asks before something is removed. */
  ask: (asked: Asked) => void;
}

/** Tells the buttons apart, also when they are drawn again; as an id it has no spaces. */
export const keyOf = ({ names }: Target): string => encodeURIComponent(JSON.stringify(names));

// Why a removal is refused, and what would lift that.
const refusalNote = (
  { explanation }: Target,
  provider: string | undefined,
  { speech, links }: ListPlace,
): (Node | string)[] => {
  const { addFirst = [] } = explanation ?? {};
  const isRecent = addFirst.includes('recent-login');
  const key = isRecent ? 'refused.recent' : addFirst.length > 0 ? 'refused.last' : 'refused';
  const text = speech.say(provider === undefined ? `${key}.all` : key, {
    provider: provider ?? '',
  });
  const shown = isRecent ? addFirst.filter((one) => links[one]) : addFirst;
  const names = shown.map((one) => wayName(one, speech) || one);
  const addresses = shown.flatMap((one, index) => {
    const href = links[one];
    return href ? [[names[index] ?? '', href]] : [];
  });
  return names.length > 0 ? [text, makeChips(names, Object.fromEntries(addresses))] : [text];
};

// The button, and the note under it about what it did or why it does nothing.
const removal = (
  target: Target,
  connection: Connection | undefined,
  place: ListPlace,
): [button: HTMLElement, note: HTMLElement | false] => {
  const { speech, looks, busy, failed, ask } = place;
  const key = keyOf(target);
  const provider = connection && looks.nameOf(connection.provider);
  const isBusy = busy === key;
  const isRefused = target.explanation?.allowed === false;
  const isFailed = failed?.key === key;
  const text = isFailed
    ? [icon('bad', 'danger'), make('span', {}, failed.text)]
    : isRefused && [make('div', {}, ...refusalNote(target, provider, place))];
  const note = text && make('div', { part: 'note', class: 'note', id: `note-${key}` }, ...text);
  const label = speech.say(connection ? (isFailed ? 'retry' : 'disconnect') : 'disconnect.all');
  const button = makeButton(
    'disconnect',
    [isBusy && icon('spin'), isRefused && icon('lock'), make('span', {}, label)],
    () => ask({ target, connection }),
    {
      class: `b${isBusy ? ' busy' : ''}${connection ? '' : ' quiet'}`,
      // Says which, also where it stands alone in a list of buttons; put together of what is shown, an address that may break
      // would be read in pieces.
      'aria-label':
        connection !== undefined && `${label} ${provider} ${connection.account}`.trimEnd(),
      'aria-disabled': (isBusy || isRefused) && 'true',
      'aria-describedby': note && `note-${key}`,
      'data-target': key,
    },
  );
  return [button, note];
};

const makeRow = (connection: Connection, place: ListPlace): HTMLElement => {
  const { speech, looks, busy } = place;
  const { provider, account, isCurrent } = connection;
  const key = keyOf(connection);
  const [button, note] = removal(connection, connection, place);
  const isBusy = busy === key;
  // Addresses may break after the "@" and nowhere else, if they must.
  const pieces = account
    .split(/(?<=@)/)
    .flatMap((piece, index) => [index > 0 && make('wbr', {}), piece]);
  const name = make(
    'div',
    { class: 'title' },
    // A name runs in its own direction.
    make('bdi', { part: 'name', class: 'name' }, looks.nameOf(provider)),
    isCurrent && make('span', { part: 'badge', class: 'badge' }, speech.say('current')),
  );
  const line = isBusy
    ? speech.say('busy')
    : account !== '' && make('bdi', { part: 'account' }, ...pieces);
  const text = make(
    'div',
    { part: 'text', class: 'text' },
    name,
    line && make('div', { class: 'muted' }, line),
  );
  return make(
    'li',
    { part: 'connection', class: 'row', 'aria-busy': isBusy && 'true' },
    looks.markOf(provider),
    make('div', { class: 'main' }, text, button, note),
  );
};

/** What is said in place of a list: nobody is signed in, or nothing is connected. */
export const emptyState = ({ isSignedIn, list }: Connections): 'signedOut' | 'empty' | undefined =>
  isSignedIn ? (list.length === 0 ? 'empty' : undefined) : 'signedOut';

/** The connections, one row each, the button for all of them, and the site's own place for adding one. */
export const connectionList = ({ list, all }: Connections, place: ListPlace): HTMLElement =>
  make(
    'div',
    { class: 'card' },
    make(
      'ul',
      { role: 'list', part: 'list', 'aria-label': place.speech.say('label') },
      ...list.map((connection) => makeRow(connection, place)),
    ),
    make(
      'div',
      { part: 'actions', class: 'foot' },
      make('slot', { name: 'add' }),
      ...(all ? removal(all, undefined, place) : []),
    ),
  );
