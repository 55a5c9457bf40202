import { isOutroError } from '../core/is-outro-error.ts';
import type { Receipt, Step } from '../core/receipt.ts';
import type { Explanation } from '../browser/answers.ts';
import type { Connection } from './connection.ts';
import { english, type Messages } from './messages.ts';

/** A sentence for a person, and where they can go, if they must. */
export interface Sentence {
  text: string;
  /** Always http or https; `''` where there is nowhere to go. */
  url: string;
  /** The name of who is there. */
  place: string;
}

/** How a page speaks to a person. */
export interface Speech {
  /** A sentence of the table, its placeholders filled in. */
  say: (key: keyof typeof english, values?: Record<string, string>) => string;
  /** The name of a provider: the page's, the backend's, else made of its id. */
  nameOf: (provider: string) => string;
  /** The connection as it is told apart from others: name, and account where there is one; with none, all of them. */
  accountOf: (connection?: Pick<Connection, 'provider' | 'account'>) => string;
  /** What happened. */
  did: (receipt: Receipt) => Sentence[];
  /** What would happen. */
  will: (explanation: Explanation) => Sentence[];
  /** Why it is refused, and what to do first. */
  refusal: (explanation: Explanation) => string;
  /** Why a call failed. */
  reason: (error: unknown) => string;
}

// Anything else, such as `javascript:`, would run in the page's own origin.
const safeUrl = (url = ''): string => (/^https?:\/\//i.test(url) ? url : '');

const unique = (sentences: Sentence[]): Sentence[] => [
  ...new Map(sentences.map((one) => [`${one.text} ${one.url}`, one])).values(),
];

// What no language is counts as the browser's own.
const localesOf = (language: string): string[] => {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
};

const fill = (text = '', values: Record<string, string> = {}): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

const oneOf = (items: string[], locales: string[]): string =>
  new Intl.ListFormat(locales, { type: 'disjunction' }).format(new Set(items));

type Table = Record<string, string | undefined>;

const aboutStep = (
  { step, status, provider = '', reason = '', retryAt = '', url }: Step,
  text: string | undefined,
  { table, locales, nameOf }: { table: Table; locales: string[] } & Pick<Speech, 'nameOf'>,
): Sentence => {
  const place = nameOf(provider);
  const thing = fill(table[`thing.${step}`] ?? step, { provider: place });
  const sentence = fill(text, { provider: place, thing, reason });
  const due = status === 'pending' ? Date.parse(retryAt) : NaN;
  const format = new Intl.DateTimeFormat(locales, { dateStyle: 'short', timeStyle: 'short' });
  const next = Number.isNaN(due) ? '' : ` ${fill(table['next'], { time: format.format(due) })}`;
  return { text: sentence + next, url: safeUrl(url), place };
};

/**
 * Makes plain words of receipts, explanations and failures. Pure.
 *
 * @param language of dates and lists, as in `lang`.
 * @param names of providers by id, as the backend tells them.
 */
export const createSpeech = (
  messages: Messages,
  language: string,
  names: Record<string, string>,
): Speech => {
  const table: Table = { ...english, ...messages };
  const locales = localesOf(language);
  const say: Speech['say'] = (key, values) => fill(table[key], values);
  const nameOf = (provider: string): string => {
    const word = provider.replace(/^.*\/|^(oidc|saml)-/g, '');
    const made = word.charAt(0).toUpperCase() + word.slice(1);
    return table[`provider.${provider}`] ?? new Map(Object.entries(names)).get(provider) ?? made;
  };
  const told = (tense: 'did' | 'will', { step, status }: Step): string | undefined =>
    table[`${tense}.${step}.${status}`] ?? table[`${step}.${status}`];
  const about = (step: Step, text: string | undefined): Sentence =>
    aboutStep(step, text, { table, locales, nameOf });
  return {
    say,
    nameOf,
    accountOf: (connection) =>
      connection
        ? nameOf(connection.provider) + (connection.account && ` (${connection.account})`)
        : say('everything'),
    did: (receipt) =>
      unique(receipt.map((one) => about(one, told('did', one) ?? table[`did.${one.status}`]))),
    will({ receipt, waysInLeft, keepsMapping }) {
      const steps = receipt.flatMap((one) => {
        const text = told('will', one);
        return text ? [about(one, text)] : [];
      });
      const ways = waysInLeft.map(({ kind, provider }) =>
        provider === undefined ? (table[`way.${kind}`] ?? kind) : nameOf(provider),
      );
      if (ways.length === 0 && keepsMapping) return unique(steps);
      const text = say(ways.length > 0 ? 'waysLeft' : 'noWayLeft', { ways: oneOf(ways, locales) });
      return unique([...steps, { text, url: '', place: '' }]);
    },
    refusal({ addFirst = [] }) {
      if (addFirst.length === 0) return say('refused');
      if (addFirst.includes('recent-login')) return say('refused.recent-login');
      const additions = addFirst.map((one) => table[`add.${one}`] ?? one);
      return say('refused.last', { additions: oneOf(additions, locales) });
    },
    reason: (error) => (isOutroError(error) && table[`reason.${error.failure}`]) || say('reason'),
  };
};
