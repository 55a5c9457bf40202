import type { Exits } from '../server/exits/exits.ts';
import type { Rows } from './rows.ts';
import type { Tables } from './tables.ts';

type Row = Tables['outroProviderSession'];

// Of one person, and of one message.
const sessionsAtMost = 1000;

/** The sessions at providers that end with sessions of the site; of an account that goes, all that was known. */
export const endWithSessions = async (
  account: string,
  sessions: string[] | 'all',
  rows: Rows,
): Promise<void> => {
  if (sessions === 'all') await rows.remove('outroProviderSession', { account });
  else if (sessions.length > 0)
    await rows.change('outroProviderSession', { account }, { sessionEndsAt: new Date() }, [
      { field: 'session', operator: 'in', value: sessions },
      { field: 'sessionEndsAt', operator: 'gt', value: new Date() },
    ]);
};

/** The part of the exits that knows people's sessions at providers. */
export const providerSessionsOf = (
  rows: Rows,
): Pick<Exits, 'providerSessions' | 'endProviderSessions'> => ({
  async providerSessions({ account }) {
    const found = await rows.many('outroProviderSession', { account }, sessionsAtMost, {
      by: 'createdAt',
      from: 'desc',
    });
    return found.map((row) => ({
      id: row.id,
      provider: row.provider,
      providerUid: row.providerUid,
      issuer: row.issuer ?? undefined,
      sid: row.sid ?? undefined,
      sealedIdToken: row.sealedIdToken ?? undefined,
      session: row.session ?? undefined,
      endedAt: row.endedAt ?? undefined,
    }));
  },

  async endProviderSessions({ provider, issuer, sid, providerUid }) {
    const find = (which: Partial<Row>): Promise<Row[]> =>
      rows.many('outroProviderSession', { provider, ...which }, sessionsAtMost);
    const found = [
      ...(sid === undefined ? [] : await find({ sid })),
      // Of whom no sign-in told a session id, it may have been this one.
      ...(providerUid === undefined
        ? []
        : await find({ providerUid, ...(sid !== undefined && { sid: null }) })),
    ].filter((row) => issuer === undefined || row.issuer === null || row.issuer === issuer);
    const ids = found.filter(({ endedAt }) => !endedAt).map(({ id }) => id);
    if (ids.length > 0)
      await rows.change('outroProviderSession', {}, { endedAt: new Date() }, [
        { field: 'id', operator: 'in', value: ids },
      ]);
    return [...new Set(found.map(({ account }) => account))].map((account) => {
      const own = found.filter((row) => row.account === account);
      return { account, sessions: [...new Set(own.flatMap(({ session }) => session ?? []))] };
    });
  },
});
