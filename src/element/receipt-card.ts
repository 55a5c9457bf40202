import { attempt } from '../browser/page.ts';
import type { Receipt, Step } from '../core/receipt.ts';
import { groupOf, groups, placeOf, tell, type Group } from '../words/receipt.ts';
import { colourOf, groupColours, groupSigns, signOf } from '../words/signs.ts';
import type { Telling } from '../words/telling.ts';
import type { Looks } from './look.ts';
import { make, makeButton } from './make.ts';
import { sign } from './sign.ts';

/** A receipt that is shown. */
export interface Shown {
  /** Of the call that it came of; nobody can be asked about it where there is none. */
  callId: string;
  receipt: Receipt;
  /** Whose connection went; nothing where all did. */
  provider: string | undefined;
  at: Date;
}

/** A receipt in words. */
export interface Told {
  /** What came of it. */
  outcome: string;
  /** What is left. */
  left: string;
  /** The group that matters most. */
  worst: Group;
  /** Each sentence once, with its step. */
  lines: [text: string, step: Step][];
}

/** Puts a receipt in words. */
export const tellReceipt = ({ receipt, provider }: Shown, speech: Telling, looks: Looks): Told => {
  const { say, did, count } = speech;
  const lines = [
    ...tell(receipt, (step, isAll) => did(step, looks.nameOf(step.provider ?? ''), isAll)),
  ];
  const links = receipt.filter(({ step }) => step === 'identity');
  const isKept = links.some(({ status }) => status === 'kept');
  const isGone = links.every(({ status }) => status === 'done' || status === 'already');
  const result = isGone ? 'removed' : isKept ? 'kept' : 'unknown';
  const outcome = say(`${result}.${provider === undefined ? 'all' : 'one'}`, {
    provider: looks.nameOf(provider ?? ''),
  });
  const many = (group: Group): number => lines.filter(([, step]) => groupOf(step) === group).length;
  const worst = groups.find((group) => many(group) > 0) ?? 'over';
  const left =
    worst === 'you' || worst === 'us'
      ? count(`left.${worst}`, many(worst))
      : say(worst === 'open' ? 'left.open' : 'left.none');
  return { outcome, left, worst, lines };
};

const makeLink = (step: Step, { say }: Telling, name: string): HTMLElement | false => {
  const href = placeOf(step);
  const key = step.step === 'provider-session' ? 'go.provider-session' : 'go.grant';
  // Nothing of this page goes along: neither a handle on it nor its address.
  const attributes = {
    part: 'link',
    class: 'a',
    href,
    target: '_blank',
    rel: 'noopener noreferrer',
  };
  return (
    href !== '' &&
    make(
      'a',
      attributes,
      say(key, { provider: name }),
      sign('go'),
      make('span', { class: 'unseen' }, ` ${say('newTab')}`),
    )
  );
};

const makeStep = (text: string, step: Step, speech: Telling, name: string): HTMLElement => {
  const { status, retryAt = '' } = step;
  const group = groupOf(step);
  const due = Date.parse(retryAt);
  const soon =
    group === 'us' && !Number.isNaN(due) && speech.say('retrySoon', { time: speech.soon(due) });
  const link = makeLink(step, speech, name);
  const more = (soon || link) && make('div', { class: 'muted' }, soon, link);
  return make(
    'li',
    { part: `step ${group}`, 'data-status': status },
    sign(signOf(step), colourOf(step)),
    make('div', {}, make('div', {}, text), more),
  );
};

// Everything about it in one text, for whoever is asked for help.
const copyOf = (card: HTMLElement): string =>
  [...card.querySelectorAll<HTMLElement>('h2,h3,li,.when,code')]
    .map((one) => one.textContent.trim())
    .join('\n');

/** A receipt as a card: what came of it, then each step where it belongs. */
export const makeReceipt = (
  shown: Shown,
  speech: Telling,
  looks: Looks,
  close: () => void,
): HTMLElement => {
  const { say, moment } = speech;
  const { callId, at } = shown;
  const { outcome, left, worst, lines } = tellReceipt(shown, speech, looks);
  const steps = groups.flatMap((group) => {
    const theirs = lines.filter(([, step]) => groupOf(step) === group);
    if (theirs.length === 0) return [];
    const items = theirs.map(([text, step]) =>
      makeStep(text, step, speech, looks.nameOf(step.provider ?? '')),
    );
    const list = make('ul', { role: 'list', class: 'steps' }, ...items);
    return [make('h3', { part: 'group', class: groupColours[group] }, say(`group.${group}`)), list];
  });
  const copied = (): void => button.replaceChildren(say('copied'));
  const copy = (): void => {
    void navigator.clipboard.writeText(copyOf(card)).then(copied, () => {});
  };
  const button = makeButton('copy', say('copy'), copy, { class: 'b quiet' });
  const card = make(
    'div',
    { part: 'receipt', class: 'card receipt', role: 'group', 'aria-label': outcome },
    make(
      'div',
      { class: 'head' },
      make('span', { class: `disc ${groupColours[worst]}` }, sign(groupSigns[worst], 'big')),
      make(
        'div',
        { class: 'text' },
        make(
          'h2',
          { part: 'title', tabindex: '-1', 'aria-describedby': `left-${callId}` },
          outcome,
        ),
        make('div', { part: 'left', class: 'left', id: `left-${callId}` }, left),
      ),
      makeButton('close', sign('close'), close, { class: 'b quiet', 'aria-label': say('close') }),
    ),
    make('div', { class: 'body' }, ...steps),
    make(
      'div',
      { class: 'foot muted' },
      make(
        'div',
        { class: 'text' },
        make('div', { class: 'when' }, moment(at)),
        callId !== '' && make('div', {}, `${say('reference')} `, make('code', {}, callId)),
      ),
      attempt(() => navigator.clipboard) && button,
    ),
  );
  return card;
};
