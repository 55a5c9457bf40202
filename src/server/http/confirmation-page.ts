import { html } from 'hono/html';
import type { Step } from '../../core/receipt.ts';
import { accountOf } from '../../words/account.ts';
import { wayName } from '../../words/names.ts';
import { tell } from '../../words/receipt.ts';
import { signBefore } from '../../words/signs.ts';
import { providerName } from '../config/provider-name.ts';
import { linkedIdentities, type Account, type Identity } from '../rules/account.ts';
import type { RemovalDecision } from '../rules/removal.ts';
import { waysIn } from '../rules/ways-in.ts';
import { disc, head, markOf, sign, steps, type Part } from '../wire/page-parts.ts';
import { writePage, type Reader } from '../wire/page.ts';

/** What a confirmation page asks, and what its form sends. */
export interface Question {
  account: Account;
  selected: Identity[];
  /** What would happen. */
  decision: RemovalDecision;
  /** Shown again, because the first answer was too late, used before or not given to this question. */
  isRepeated: boolean;
  action: string;
  fields: Record<string, string | undefined>;
  /** Where whoever keeps it is led. */
  keepUrl: string;
  /** Origins besides this one to which the form's answer may redirect. */
  origins: string[];
}

const idOf = ({ provider, subProvider }: Identity): string =>
  subProvider ? `${provider}/${subProvider}` : provider;

const personOf = ({ provider, providerUid, profile }: Identity) => ({
  ...profile,
  provider,
  providerUID: providerUid,
});

const isEverything = ({ account, selected }: Question): boolean =>
  selected.length > 1 && linkedIdentities(account).length === selected.length;

const titleOf = (question: Question, { site, speech }: Reader): string => {
  const [one, ...more] = question.selected;
  if (one && more.length === 0)
    return speech.say('confirm', { provider: providerName(site, idOf(one)) });
  return speech.say(isEverything(question) ? 'confirm.all' : 'page.some');
};

/** Whose account each is, as far as that tells them apart from all that are linked. */
const whoIs = ({ account }: Question): ((one: Identity) => string) => {
  const people = new Map(linkedIdentities(account).map((one) => [one.id, personOf(one)]));
  return (one) => accountOf(people.get(one.id) ?? personOf(one), [...people.values()]);
};

/** The one account with its mark; of several, the title, and the accounts below it. */
const subject = async (question: Question, reader: Reader): Promise<Part> => {
  const title = titleOf(question, reader);
  const [one, ...more] = question.selected;
  if (!one || more.length > 0)
    return html`${head(disc('unlink', 'danger'), title)} ${await accounts(question, reader)}`;
  const id = idOf(one);
  const who = whoIs(question)(one);
  const mark = await markOf(id, providerName(reader.site, id));
  return head(mark, title, who && html`<bdi>${who}</bdi>`);
};

const accounts = async (question: Question, { site }: Reader): Promise<Part> => {
  const whose = whoIs(question);
  const rows = question.selected.map(async (one) => {
    const name = providerName(site, idOf(one));
    const who = whose(one);
    const line = who && html`<div class="muted small"><bdi>${who}</bdi></div>`;
    return html`<li class="row">
      ${await markOf(idOf(one), name)}
      <div class="main">
        <div class="text">
          <div class="name"><bdi>${name}</bdi></div>
          ${line}
        </div>
      </div>
    </li> `;
  });
  return html`<ul role="list" class="list">
    ${await Promise.all(rows)}
  </ul>`;
};

const effects = ({ decision }: Question, { site, speech }: Reader): Part => {
  const { receipt } = decision;
  // What stays comes after what goes.
  const sorted = [false, true].flatMap((isKept) =>
    receipt.filter(({ status }) => (status === 'kept') === isKept),
  );
  const sentence = (step: Step, isAll: boolean): string | undefined =>
    // Of several that stay none is the only way.
    isAll && step.step === 'identity' && step.status === 'kept'
      ? speech.say('kept.all')
      : speech.will(step, providerName(site, step.provider ?? ''), isAll);
  return steps(
    [...tell(sorted, sentence)].map(([text, step]) => [sign(signBefore(step), 'muted'), text]),
  );
};

const waysLeft = ({ account, decision }: Question, { site, speech }: Reader): Part | '' => {
  const { change } = decision;
  const left = waysIn(account, change);
  // The mapping stays, so that somebody can still come in: a line above says so.
  if (left.length === 0 && (change.softenIdentities ?? []).length > 0) return '';
  const names = left.map((way) =>
    way.kind === 'identity' ? providerName(site, way.provider) : wayName(way.kind, speech),
  );
  if (names.length === 0)
    return html`<div class="ways">
      ${sign('bad', 'danger')}
      <div>${speech.say('noWayLeft')}</div>
    </div>`;
  const chips = [...new Set(names)].map(
    (name) =>
      html`<li>
        <span class="chip"><bdi>${name}</bdi></span>
      </li> `,
  );
  return html`<div class="ways">
    ${sign('key', 'done')}
    <div>
      ${speech.say('waysLeft')}
      <ul role="list" class="chips">
        ${chips}
      </ul>
    </div>
  </div>`;
};

/**
 * The page that asks before anything is unlinked: plain HTML, without script.
 *
 * @see newspark-unlinkaccount "this action can not be undone"; design.md section 4 "unlink by link"
 */
export const confirmationPage = async (question: Question, reader: Reader): Promise<Response> => {
  const { fields, isRepeated, origins } = question;
  const { say } = reader.speech;
  const title = titleOf(question, reader);
  const hidden = Object.entries(fields).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}" /> `,
  );
  const body = html`${await subject(question, reader)}
    ${isRepeated ? html`<p role="alert" class="alert">${say('page.again')}</p>` : ''}
    ${effects(question, reader)} ${waysLeft(question, reader)}
    <form method="post" action="${question.action}">
      ${hidden}<a class="b" href="${question.keepUrl}">${say('keep')}</a>
      <button type="submit" class="b dangerous">
        ${say(isEverything(question) ? 'disconnect.all' : 'disconnect')}
      </button>
    </form>`;
  // A proof that did not hold is a refused request, though the person is asked again.
  const status = isRepeated ? 403 : 200;
  return writePage(reader, { title, body, status, origins, back: false });
};
