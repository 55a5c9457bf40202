import {
  newestFact,
  providers,
  type Confidence,
  type ProviderId,
} from '../../providers/providers.ts';
import { aligned } from './lines.ts';
import { supports, type LogoutWay, type Support } from '../../providers/supports.ts';

/** How the provider table is printed: per provider, counted per capability, or as data. */
export type ProviderListForm = 'table' | 'summary' | 'json';

const ids = Object.keys(providers) as ProviderId[];
const all = (): Support[] => ids.map((id) => supports(id));

// How, and from where.
const wordsOf = (way: LogoutWay): string => {
  if (way.by === 'script')
    return `${way.call} (page${way.ends === 'site' ? ', this site only' : ''})`;
  if (way.by === 'frame') return 'hidden frame';
  if (way.by === 'link') return 'link';
  return `${way.by === 'saml' ? 'SAML' : 'visit'} (window, page)`;
};

const confidenceOf = ({ endsSession, revokes, hears, confidence }: Support): string => {
  const claims = [
    ...(endsSession === 'no' ? [] : [['session', confidence.endsSession] as const]),
    ...(revokes === 'no' ? [] : [['revoke', confidence.revokes] as const]),
    ...(hears === 'no' ? [] : [['hears', confidence.hears] as const]),
  ];
  const kinds = new Set(claims.map(([, kind]) => kind));
  if (kinds.size > 1) return claims.map((claim) => claim.join(': ')).join(', ');
  return claims[0]?.[1] ?? confidence.endsSession;
};

const header = ['provider', 'session', 'how', 'revoke', 'hears', 'confidence', 'date', 'source'];

const rowOf = (support: Support): string[] => [
  support.provider,
  support.endsSession,
  support.by.map(wordsOf).join(', ') || '-',
  support.revokes,
  support.hears,
  confidenceOf(support),
  support.seen,
  support.source,
];

/** What the columns of the provider table say. */
export const legend = `

session  the best that can come of ending the person's session there: confirmed, seen to be over (a visit: only where the
         site has set probe, else asked); asked, nobody can know more; person, only the person can do it, on a linked page;
         no, nothing ends it
revoke   what a removal takes back there: grant, the person's consent; token, a token only
hears    what the provider tells the backend when the person does it there: removals, logouts, both`;

const countsOf = <Kind extends 'endsSession' | 'revokes' | 'hears'>(
  capability: Kind,
  words: readonly (readonly [Support[Kind], string])[],
): string[][] =>
  words.map(([value, text]) => {
    const found = all().filter((support) => support[capability] === value);
    const isClaim = value !== 'no';
    const within = (kind: Confidence): string =>
      isClaim
        ? String(found.filter(({ confidence }) => confidence[capability] === kind).length)
        : '-';
    return [text, String(found.length), within('documented'), within('seen in code')];
  });

/** How many providers have each capability, and how many of those by which confidence; the first line names columns. */
export const countProviders = (): string[][] => [
  ['capability', 'providers', 'documented', 'seen in code'],
  ...countsOf('endsSession', [
    ['confirmed', 'session there ended, and confirmed'],
    ['asked', 'session there asked to end, unconfirmed'],
    ['person', 'session there ended by the person, on a linked page'],
    ['no', 'session there: no way'],
  ]),
  ...countsOf('revokes', [
    ['grant', "permission taken back: the person's consent"],
    ['token', 'permission taken back: a token only'],
    ['no', 'permission: no call'],
  ]),
  ...countsOf('hears', [
    ['removals', 'tells of permissions removed there'],
    ['both', 'tells of permissions removed and of logouts there'],
    ['logouts', 'tells of logouts there'],
    ['no', 'tells nothing'],
  ]),
];

/** The provider table, a line for each; the first names columns. */
export const tabulateProviders = (): string[][] => [header, ...all().map(rowOf)];

/** The provider table as text: `table` and `summary` to be read, `json` for programs. */
export const listProviders = (form: ProviderListForm): string => {
  if (form === 'json') return JSON.stringify(all(), null, 2);
  if (form === 'summary')
    return `${ids.length} providers, facts up to ${newestFact}\n\n${aligned(countProviders()).join('\n')}`;
  return aligned(tabulateProviders()).join('\n') + legend;
};
