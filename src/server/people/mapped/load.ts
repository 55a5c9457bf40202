import type { Account, LoginId, ProviderPerson } from '../../rules/account.ts';
import type { Runner } from '../database.ts';
import type { ExitsWriter, Who } from '../people.ts';
import { hashOf } from '../session-id.ts';
import { join, sql, type Part } from '../statement.ts';
import { fits, isUsers } from './find.ts';
import {
  toIdentity,
  type IdentityRow,
  type MappedIdentity,
  type NotedIdentity,
} from './identity.ts';
import { mayReturn, unguarded } from './guard.ts';
import type { Plan } from './plan.ts';
import { findAsking, toSession, type MappedSession, type NotedSession } from './session.ts';

/** A person as the site's tables and ours have it. */
export interface Loaded {
  account: Account;
  identities: MappedIdentity[];
  sessions: MappedSession[];
  /** What was noted of identities, whether the tables still have them or not. */
  noted: NotedIdentity[];
}

interface AccountRow {
  readAt: string;
  email: string | null;
  identities: IdentityRow[][];
  sessions: { key: string; since: string | null }[][];
  waysIn: boolean[];
  /** Sessions that have ended may come back. */
  unguarded: boolean;
  notedIdentities: NotedIdentity[];
  notedSessions: NotedSession[];
  /** Of whom the change is about to link. */
  removals: unknown;
}

/** What a person is loaded for. */
export interface Aim {
  /** Their identities are locked, so that none goes meanwhile: a change is to follow, and nothing else keeps the library. */
  locksIdentities?: boolean;
  /** A sign-in is to be noted: which of its links each identity is, is counted for nobody but whom the change links. */
  notes?: true;
}

const listOf = (query: Part): Part =>
  sql`(select coalesce(json_agg(row), '[]') from (${query}) as row)`;

const arrayOf = (parts: Part[]): Part => sql`json_build_array(${join(parts)})`;

/** One statement, so one moment. */
const loadStatement = (
  plan: Plan,
  site: string,
  uid: string,
  removals: Part,
  { locksIdentities }: Aim,
): Part => {
  const { users, identities, sessions, waysIn } = plan;
  const lock = locksIdentities ? sql`for update` : sql``;
  return sql`select json_build_object(
    'readAt', clock_timestamp(),
    'email', ${users.email ?? sql`null::text`},
    'identities', ${arrayOf(
      identities.map((one) =>
        listOf(sql`select ${one.provider} as provider, ${one.subject} as subject, ${one.tokens} as tokens
          from ${one.from} where ${isUsers(one, uid)} and ${one.counts} ${lock}`),
      ),
    )},
    'sessions', ${arrayOf(
      sessions.map((one) =>
        listOf(sql`select ${one.key} as key, ${one.since} as since from ${one.from}
          where ${isUsers(one, uid)} and ${one.counts} and ${one.lives}`),
      ),
    )},
    'waysIn', ${arrayOf(
      waysIn.map(
        (one) => sql`exists(select from ${one.from} where ${isUsers(one, uid)} and ${one.counts})`,
      ),
    )},
    'unguarded', ${unguarded(plan)},
    'notedIdentities', ${listOf(sql`select provider, provider_uid as "providerUid",
        sealed_tokens as "sealedTokens", last_login_at as "lastLoginAt", softened_at is not null as "isSoft"
      from outro.site_identities where site = ${site} and account = ${uid}`)},
    'notedSessions', ${listOf(sql`select encode(session_hash, 'hex') as hash, provider,
        provider_uid as "providerUid", opened_at as "openedAt", ended_at as "endedAt", ticket_spent as "isSpent"
      from outro.site_sessions where site = ${site} and account = ${uid}`)},
    'removals', ${removals}
  ) as account from ${users.from} where ${isUsers(users, uid)} and ${users.counts}`;
};

const wayInOf = (kind: NonNullable<LoginId['wayIn']>, index: number, value: string): LoginId => ({
  id: `way ${index}`,
  kind: 'username',
  value,
  wayIn: kind,
  isSites: true,
  isVerified: true,
  identities: [],
});

/** Tokens that have not ended, as far as anybody has told of them, and the one that asks. */
const tokenSessions = (
  who: Who,
  uid: string,
  { notedSessions }: AccountRow,
  identities: MappedIdentity[],
): MappedSession[] => {
  const asks = 'siteSession' in who ? hashOf(who.siteSession) : undefined;
  const keyOf = (hash: string): string | undefined =>
    'siteSession' in who && hash === asks ? who.siteSession : undefined;
  const isUnknown = asks !== undefined && !notedSessions.some(({ hash }) => hash === asks);
  const live = notedSessions.filter(({ endedAt }) => endedAt === null);
  return [
    ...live.map((note) => ({ hash: note.hash, note })),
    ...(isUnknown ? [{ hash: asks, note: undefined }] : []),
  ].map(({ hash, note }) => {
    const one = { key: keyOf(hash), hash };
    return { plan: undefined, ...one, session: toSession(uid, one, null, note, identities) };
  });
};

const isIn = (people: ProviderPerson[], { provider, providerUid }: ProviderPerson): boolean =>
  people.some((one) => one.provider === provider && one.providerUid === providerUid);

/**
 * The person as the tables have it at this moment.
 *
 * @param exits asked on the same connection which of its links each identity is.
 */
export const loadMapped = async (
  db: Runner,
  plan: Plan,
  exits: Pick<ExitsWriter, 'removals' | 'removalsOf'>,
  who: Who,
  uid: string,
  aim: Aim = {},
): Promise<Loaded | undefined> => {
  if (!fits(uid, plan.users.userType)) return undefined;
  const { site, linking = [] } = who;
  const told = linking.length > 0 ? exits.removalsOf(site, linking) : undefined;
  const [found] = await db.run<{ account: AccountRow }>(
    loadStatement(plan, site, uid, told?.value ?? sql`null`, aim),
  );
  if (!found) return undefined;
  const row = found.account;
  const identities = await Promise.all(
    plan.identities.flatMap((of, index) =>
      (row.identities[index] ?? []).map((one) => toIdentity(of, one, row.notedIdentities)),
    ),
  );
  const past = told?.read(row.removals) ?? [];
  const others = identities.map(({ identity }) => identity).filter((one) => !isIn(linking, one));
  if (others.length > 0 && !aim.notes) past.push(...(await exits.removals(site, others, db)));
  for (const { identity } of identities)
    identity.generation = 1 + (past.find((one) => isIn([identity], one))?.generation ?? 0);
  const noteOf = (key: string): NotedSession | undefined => {
    const hash = hashOf(key);
    return row.notedSessions.find((one) => one.hash === hash);
  };
  const sessions: MappedSession[] = plan.tokenSessions
    ? tokenSessions(who, uid, row, identities)
    : plan.sessions.flatMap((of, index) =>
        (row.sessions[index] ?? []).map(({ key, since }) => {
          const note = noteOf(key);
          // A row that came back is live, whatever was noted.
          const live = note && { ...note, endedAt: null };
          const one = { key, hash: hashOf(key) };
          return { plan: of, ...one, session: toSession(uid, one, since, live, identities) };
        }),
      );
  const asking = findAsking(who, uid, sessions, noteOf, identities);
  // A token that was ended opens nothing, however well it is signed.
  const isNobody = 'siteSession' in who && (who.uid === undefined || plan.tokenSessions);
  if (isNobody && !asking) return undefined;
  const account: Account = {
    id: uid,
    rev: '',
    isNew: false,
    readAt: new Date(row.readAt),
    removals: past.filter((one) => isIn(linking, one)),
    uid,
    isSiteUid: true,
    profile: row.email === null ? {} : { email: row.email },
    identities: identities.map(({ identity }) => identity),
    loginIds: plan.waysIn.flatMap(({ kind }, index) =>
      row.waysIn[index] ? [wayInOf(kind, index, row.email ?? uid)] : [],
    ),
    session: asking,
    sessions: sessions.map(({ session }) => session),
    ...(plan.tokenSessions && { ofSite: plan.tokenSessions }),
    ...(plan.sessions.length > 0 && {
      ofSite: {
        outlives: row.unguarded
          ? mayReturn
          : plan.sessions.find((one) => one.rows.outlives)?.rows.outlives,
      },
    }),
  };
  return { account, identities, sessions, noted: row.notedIdentities };
};
