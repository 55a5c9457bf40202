import type { AuthContext } from '@better-auth/core';
import type { Rows } from './rows.ts';
import type { Tables } from './tables.ts';

/** A session that is live, wherever better-auth keeps it. */
export type FoundSession = Pick<
  Tables['session'],
  'token' | 'userId' | 'createdAt' | 'expiresAt' | 'outroAccount'
>;

// Live sessions of one person at most.
const sessionsAtMost = 10_000;

/** Whether sessions are rows of the database, and nothing else. */
export const areRows = ({ options }: AuthContext): boolean =>
  options.secondaryStorage === undefined;

const readStored = async (
  token: string,
  { options }: AuthContext,
): Promise<FoundSession | undefined> => {
  const stored = await options.secondaryStorage?.get(token);
  const parsed = (typeof stored === 'string' ? JSON.parse(stored) : stored) as
    | { session?: FoundSession }
    | null
    | undefined;
  const session = parsed?.session;
  return session
    ? {
        ...session,
        createdAt: new Date(session.createdAt),
        expiresAt: new Date(session.expiresAt),
      }
    : undefined;
};

/** Live sessions of a person. */
export const readSessions = async (
  userId: string,
  rows: Rows,
  auth: AuthContext,
): Promise<FoundSession[]> => {
  if (areRows(auth))
    return rows.many('session', { userId }, sessionsAtMost, {
      and: [{ field: 'expiresAt', operator: 'gt', value: new Date() }] as never,
    });
  const listed = await auth.internalAdapter.listSessions(userId, { onlyActiveSessions: true });
  const found = await Promise.all(
    listed.map(async ({ token }) => (await readStored(token, auth)) ?? []),
  );
  return found.flat();
};

/** A session by what opens it, while it lives. */
export const findSession = async (
  token: string,
  rows: Rows,
  auth: AuthContext,
): Promise<FoundSession | undefined> => {
  const found = areRows(auth)
    ? await rows.one('session', { token })
    : (await auth.internalAdapter.findSession(token))?.session;
  return found && found.expiresAt > new Date() ? found : undefined;
};
