import { standardRetention, type Retention } from '../../src/server/config/retention.ts';
import { table } from './markdown.ts';

/** Something that is kept: where, how long, and why. */
export interface Kept {
  what: string;
  /** Tables of the schema `outro` that have it. */
  tables: readonly string[];
  long: string;
  /** The setting that says how long, in days. */
  setting?: keyof Retention;
  why: string;
  /** File below `src/server`, and the text of it that lets it go; absent of what stays until its person or the site goes. */
  code?: readonly [file: string, text: string];
  /** File below `test`, and (a part of) a title or promise. */
  test: readonly [file: string, title: string];
}

/** TABLE of everything that is kept. */
export const kept: readonly Kept[] = [
  {
    what: 'people: uid, profile, connections, login ids, with provider tokens sealed',
    tables: ['accounts', 'identities', 'login_ids'],
    long: 'until they are removed, or the account is deleted',
    why: 'to know who is connected with what, and to take permissions back',
    test: ['contract/forgotten.test.ts', 'leaves nothing but hashes'],
  },
  {
    what: 'changes in the journal: who, how, about whom, receipt',
    tables: ['journal'],
    long: '13 months',
    setting: 'journal',
    why: '"what became of my request"; the feed',
    code: ['exits/purge.ts', '${daysOf(days.journal)}'],
    test: ['store/purge.ts', 'forgets them after 400 days'],
  },
  {
    what: 'answers of repeated requests, sealed',
    tables: ['journal'],
    long: '24 hours',
    why: 'the same request again gets the same answer',
    code: ['exits/purge.ts', "at < now() - interval '24 hours'"],
    test: ['store/answers.ts', 'forgets answers after 24 hours'],
  },
  {
    what: 'the uid of an account that was deleted, sealed',
    tables: ['journal'],
    long: '30 days',
    why: 'webhook and feed say who was deleted',
    code: ['exits/purge.ts', "at < now() - interval '30 days'"],
    test: ['contract/forgotten.test.ts', 'is told by its uid for a month'],
  },
  {
    what: 'what pages were told, for those that were away',
    tables: ['journal'],
    long: '10 minutes to read; with the journal',
    why: 'a page that comes back hears what it has missed',
    code: ['exits/journal.ts', "at > clock_timestamp() - interval '10 minutes'"],
    test: ['store/clock.ts', 'of the last ten minutes, and no older'],
  },
  {
    what: 'errands that have ended: revocations, deliveries',
    tables: ['errands'],
    long: '13 months from their end',
    setting: 'errands',
    why: 'to see what was taken back, and what was told',
    code: ['exits/purge.ts', '${daysOf(days.errands)}'],
    test: ['store/purge.ts', 'forgets them after 400 days; an errand that has not ended stays'],
  },
  {
    what: 'provider tokens of an errand, sealed',
    tables: ['errands'],
    long: 'until it has ended; `errandLifetime` of the site (30 days) at most',
    why: 'the provider asks for them',
    code: ['config/sites.ts', 'errandLifetime: z.int().min(60).max(31_536_000).default(2_592_000)'],
    test: ['store/errands.ts', 'wipes the tokens'],
  },
  {
    what: 'names of destinations, and how long each is left alone',
    tables: ['destinations'],
    long: 'as long as the database',
    why: 'one that does not answer holds up no other; they name providers and receivers, no people',
    test: ['contract/errands-fair.test.ts', 'it pauses alone'],
  },
  {
    what: 'hashes of removed identities',
    tables: ['removed_identities'],
    long: '13 months',
    setting: 'removedIdentities',
    why: 'a sign-in that began before a removal cannot undo it',
    code: ['exits/purge.ts', '${daysOf(days.removedIdentities)}'],
    test: ['store/removals.ts', 'forgets removals after 400 days'],
  },
  {
    what: 'answers to deletion requests of a provider',
    tables: ['deletions'],
    long: '13 months',
    setting: 'deletionRequests',
    why: 'their status page; they name nobody',
    code: ['exits/purge.ts', '${daysOf(days.deletionRequests)}'],
    test: ['store/purge.ts', 'forgets deletion requests after 400 days'],
  },
  {
    what: 'sessions that have ended',
    tables: ['sessions'],
    long: 'a month; of those that would have lived on, three months at most',
    why: 'leave tickets, audit',
    code: ['people/own-tables.ts', "expires_at < now() - interval '30 days'"],
    test: ['store/purge.ts', 'forgets a session that has ended, three months after that at most'],
  },
  {
    what: 'sessions at providers, by their ids there',
    tables: ['provider_sessions'],
    long: 'a month longer than their session',
    why: 'a provider tells of a session by its id',
    code: ['exits/purge.ts', "session_ends_at < now() - interval '30 days'"],
    test: ['store/purge.ts', 'keeps all of a live session'],
  },
  {
    what: 'ID tokens, sealed',
    tables: ['provider_sessions'],
    long: 'until an hour after their session',
    why: 'a browser that leaves may need one',
    code: ['exits/purge.ts', "session_ends_at < now() - interval '1 hour'"],
    test: ['store/failures.ts', 'its ID token after an hour'],
  },
  {
    what: "of a site's own tables: hashes of its sessions, and the tokens that it has told, sealed",
    tables: ['site_sessions', 'site_identities'],
    long: '13 months: sessions from their sign-in, tokens from the last one; gone with the connection',
    why: 'which identity opened a session; permissions are taken back',
    code: ['people/mapped/notes.ts', 'where forget_at < now()'],
    test: ['beside/signed-in.test.ts', 'the newest tokens are those that are taken back'],
  },
  {
    what: 'trips through logout pages',
    tables: ['trips'],
    long: '15 minutes',
    why: 'the browser comes back and goes on',
    code: ['exits/purge.ts', 'delete from outro.trips'],
    test: ['store/purge.ts', 'forgets trips that have expired'],
  },
  {
    what: 'used values: nonces, message ids',
    tables: ['seen_once'],
    long: 'until they would be refused by their time',
    why: 'nothing counts twice',
    code: ['exits/purge.ts', 'delete from outro.seen_once'],
    test: ['store/purge.ts', 'keeps used values until their time'],
  },
  {
    what: 'how far an import has come, and its report',
    tables: ['imports'],
    long: '90 days from its last batch',
    why: 'one that was broken off goes on where it was',
    code: [
      'people/own-tables.ts',
      "delete from outro.imports where at < now() - interval '90 days'",
    ],
    test: ['contract/import.test.ts', 'changes nothing the second time'],
  },
  {
    what: 'steps of the schema that were taken',
    tables: ['schema_steps'],
    long: 'as long as the database',
    why: 'no step is taken twice',
    test: ['crash/schema.test.ts', '3.9 one version older is brought up to date'],
  },
];

/** The table as the documentation has it. */
export const makeRetention = (): string =>
  table([
    ['what', 'how long', 'setting in `retention`, days', 'why'],
    ...kept.map(({ what, long, setting, why }) => [
      what,
      long,
      setting === undefined ? '' : `\`${setting}\` (${standardRetention[setting]})`,
      why,
    ]),
  ]);
