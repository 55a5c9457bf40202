import type { AuthContext } from '@better-auth/core';
import { decryptOAuthToken } from 'better-auth/oauth2';
import type { Who } from '../server/people/people.ts';
import { providerOf } from '../server/people/mapped/spelling.ts';
import type { Account, Identity, LoginId, PlainTokens, Session } from '../server/rules/account.ts';
import { readRemovals } from './removals.ts';
import type { Rows } from './rows.ts';
import { readSessions, type FoundSession } from './sessions.ts';
import type { Tables } from './tables.ts';
import { hashKey, sessionId } from '../server/people/session-id.ts';

/** A person as better-auth's tables have it. */
export interface Loaded {
  account: Account;
  accounts: Tables['account'][];
  sessions: FoundSession[];
}

// Rows of one person at most.
const rowsAtMost = 1000;

/** What the site's password is to better-auth: an account like the others. */
export const passwordProvider = 'credential';

const otherKey = 'they were sealed by another key than the ones that better-auth was given';

/** Tokens as an account's row has them, opened; or why they cannot be. */
export const openTokens = async (
  { accessToken, refreshToken, idToken }: Tables['account'],
  auth: AuthContext,
): Promise<{ tokens?: PlainTokens; lockedTokens?: string }> => {
  if (!accessToken && !refreshToken && !idToken) return {};
  try {
    const [access, refresh] = await Promise.all(
      [accessToken, refreshToken].map(async (one) => one && decryptOAuthToken(one, auth)),
    );
    return {
      tokens: {
        ...(access && { authToken: access }),
        ...(refresh && { refreshToken: refresh }),
        ...(idToken && { idToken }),
      },
    };
  } catch {
    return { lockedTokens: otherKey };
  }
};

const toIdentity = async (row: Tables['account'], auth: AuthContext): Promise<Identity> => {
  const opened = await openTokens(row, auth);
  // Tokens that came back tell of a new sign-in.
  const isMapping = row.outroSoftenedAt != null && !opened.tokens && !opened.lockedTokens;
  return {
    id: row.id,
    provider: providerOf({}, row.providerId),
    subProvider: '',
    providerUid: row.accountId,
    state: isMapping ? 'mapping' : 'linked',
    allowsLogin: true,
    profile: {},
    sealedTokens: undefined,
    ...opened,
    lastLoginAt: row.updatedAt ?? undefined,
    generation: 1,
  };
};

const wayIn = (kind: LoginId['wayIn'], id: string, value: string): LoginId => ({
  id,
  kind: 'username',
  value,
  wayIn: kind,
  isSites: true,
  isVerified: true,
  identities: [],
});

// A code that goes to an address opens the account of whoever has shown to have it.
const opensByCode = (user: Tables['user'], auth: AuthContext): boolean => {
  const has = (id: string): boolean =>
    (auth.options.plugins ?? []).some((plugin) => plugin.id === id);
  return (
    (user.emailVerified === true && (has('magic-link') || has('email-otp'))) ||
    (user.phoneNumberVerified === true && has('phone-number'))
  );
};

const waysInOf = async (
  user: Tables['user'],
  accounts: Tables['account'][],
  rows: Rows,
  auth: AuthContext,
): Promise<LoginId[]> => {
  const name = user.email ?? user.id;
  const passwords = accounts.filter(
    ({ providerId, password }) => providerId === passwordProvider && password,
  );
  const passkeys = auth.options.plugins?.some(({ id }) => id === 'passkey')
    ? await rows.many('passkey', { userId: user.id }, 1)
    : [];
  return [
    ...passwords.map(({ id }) => wayIn('password', id, `password of ${name}`)),
    ...passkeys.map(() => wayIn('passkey', 'passkey', `passkey of ${name}`)),
    ...(opensByCode(user, auth) ? [wayIn('code', 'code', `code of ${name}`)] : []),
  ];
};

const toSession = (
  uid: string,
  { token, createdAt, outroAccount }: FoundSession,
  identities: Identity[],
): Session => ({
  id: sessionId(uid, token),
  identity: identities.find(({ id }) => id === outroAccount)?.id,
  ...(outroAccount == null && { isOpenerUnknown: true }),
  isNoted: outroAccount != null,
  createdAt,
  siteSession: token,
});

/** A session that has ended, for its leave ticket. */
const findEnded = async (uid: string, key: string, rows: Rows): Promise<Session | undefined> => {
  const note = await rows.one('outroEnded', { session: Buffer.from(hashKey(key)).toString('hex') });
  const isThere = note && !note.spent && note.account === uid;
  return isThere
    ? {
        id: sessionId(uid, key),
        identity: undefined,
        isNoted: true,
        createdAt: note.openedAt ?? undefined,
        endedAt: note.endedAt,
        siteSession: key,
      }
    : undefined;
};

/** What goes on opening beside the sessions. */
const outlives = ({ options }: AuthContext): string | undefined => {
  const { cookieCache } = options.session ?? {};
  const copies = [
    ...(cookieCache?.enabled
      ? [
          `better-auth's cookie cache, in browsers that hold it, for up to ${cookieCache.maxAge ?? 300} s`,
        ]
      : []),
    ...(options.plugins?.some(({ id }) => id === 'jwt')
      ? ['tokens that the jwt plugin handed out, until they expire']
      : []),
  ];
  return copies.length > 0 ? `goes on opening: ${copies.join('; ')}` : undefined;
};

/**
 * The person as the tables have it at this moment.
 *
 * @param user its row, locked where a change may follow.
 */
export const loadPerson = async (
  user: Tables['user'],
  who: Who,
  rows: Rows,
  auth: AuthContext,
): Promise<Loaded> => {
  const uid = user.id;
  const accounts = await rows.many('account', { userId: uid }, rowsAtMost);
  const sessions = await readSessions(uid, rows, auth);
  const readAt = new Date();
  const linked = accounts.filter(({ providerId }) => providerId !== passwordProvider);
  const identities = await Promise.all(linked.map((row) => toIdentity(row, auth)));
  const past = await readRemovals([...identities, ...(who.linking ?? [])], rows);
  for (const identity of identities)
    identity.generation =
      1 +
      (past.find(
        (one) => one.provider === identity.provider && one.providerUid === identity.providerUid,
      )?.generation ?? 0);
  const own = sessions.map((one) => toSession(uid, one, identities));
  const key = 'siteSession' in who ? who.siteSession : undefined;
  const live = own.find(({ siteSession }) => siteSession === key && key !== undefined);
  const asking =
    live ??
    (key !== undefined && 'evenEnded' in who && who.evenEnded
      ? await findEnded(uid, key, rows)
      : undefined);
  return {
    accounts,
    sessions,
    account: {
      id: uid,
      rev: '',
      isNew: false,
      readAt,
      removals: past.filter((one) =>
        (who.linking ?? []).some(
          ({ provider, providerUid }) =>
            provider === one.provider && providerUid === one.providerUid,
        ),
      ),
      uid,
      isSiteUid: true,
      profile: user.email ? { email: user.email } : {},
      identities,
      loginIds: await waysInOf(user, accounts, rows, auth),
      session: asking,
      sessions: own,
      ofSite: { outlives: outlives(auth) },
    },
  };
};
