import type { BetterAuthOptions } from '@better-auth/core';
import { APIError } from '@better-auth/core/error';
import type { RefusedSignIn } from '../server/rules/stays-gone.ts';
import {
  findRefusal,
  forgetTokens,
  guessAccount,
  isSignIn,
  noteProviderSession,
  type Call,
} from './coming-back.ts';
import { oweRevocations } from './owed.ts';
import { passwordProvider } from './person.ts';
import type { Running, Start } from './running.ts';
import type { Tables } from './tables.ts';

type Row = Tables['account'];

/** What a request has signed in with so far, and that it must not. */
interface Seen {
  row?: Row | undefined;
  refused?: true;
}

const expired = (): APIError =>
  new APIError('FORBIDDEN', {
    code: 'SIGN_IN_EXPIRED',
    message: 'This account was disconnected after the sign-in had begun; sign in again',
  });

/** What is heard of better-auth's own sign-ins. */
export interface SignIns {
  hooks: NonNullable<BetterAuthOptions['databaseHooks']>;
  /** Owes providers the tokens of sign-ins that were refused, once no transaction of the library is under way. */
  settle: () => Promise<void>;
}

type Hooks = SignIns['hooks'];

interface Parts {
  start: Start;
  seenIn: (call: Call) => Seen;
  /** Whether a row came of a sign-in that is too late; its tokens are then owed back. */
  isGone: (row: Row, running: Running) => Promise<boolean>;
}

const accountHooks = ({ start, seenIn, isGone }: Parts): NonNullable<Hooks['account']> => ({
  create: {
    async before(account) {
      const row = account as Row;
      if (row.providerId !== passwordProvider && (await isGone(row, await start())))
        throw expired();
    },
    async after(account, call) {
      const row = account as Row;
      if (row.providerId === passwordProvider) return;
      const running = await start();
      const seen = seenIn(call);
      seen.row = row;
      // A removal that was under way meanwhile has seen no such account.
      if (!(await isGone(row, running))) return;
      seen.refused = true;
      await running.rows.remove('account', { id: row.id });
      throw expired();
    },
  },
  update: {
    async after(account, call) {
      const row = account as Row | null;
      if (!row || row.providerId === passwordProvider) return;
      const seen = seenIn(call);
      if (isSignIn(call)) seen.row = row;
      const { outroSoftenedAt, accessToken, refreshToken, idToken } = row;
      if (outroSoftenedAt == null || !(accessToken || refreshToken || idToken)) return;
      const running = await start();
      const isTooLate = await isGone(row, running);
      if (isSignIn(call) && !isTooLate) {
        await running.rows.change('account', { id: row.id }, { outroSoftenedAt: null });
        return;
      }
      // Of a sign-in that began before, or refreshed by somebody who had read the old tokens.
      if (isTooLate) seen.refused = true;
      await forgetTokens(row, running);
    },
  },
});

const sessionHooks = ({ start, seenIn, isGone }: Parts): NonNullable<Hooks['session']> => ({
  create: {
    async before(session, call) {
      const running = await start();
      const seen = seenIn(call);
      if (seen.refused) throw expired();
      // The site's own sign-in: by password, passkey or code.
      if (!isSignIn(call)) return { data: { outroAccount: '' } };
      seen.row ??= await guessAccount(session.userId, call, running);
      if (!seen.row) return undefined;
      if (await isGone(seen.row, running)) throw expired();
      return { data: { outroAccount: seen.row.id } };
    },
    async after(session, call) {
      const { row } = seenIn(call);
      if (row && isSignIn(call)) await noteProviderSession(session, row, await start());
    },
  },
});

/**
 * Hears of better-auth's own sign-ins: which account opened which session, what session at the provider came with it, and
 * whether the sign-in began before its account was removed. Such a one is refused, so that gone stays gone.
 *
 * @see tables.md 4; design.md section 2 "Gone stays gone"
 */
export const hearSignIns = (start: Start): SignIns => {
  const requests = new WeakMap<object, Seen>();
  let owed: { account: string; change: RefusedSignIn['change'] }[] = [];
  const parts: Parts = {
    start,
    seenIn(call) {
      if (!call) return {};
      const seen = requests.get(call) ?? {};
      requests.set(call, seen);
      return seen;
    },
    async isGone(row, running) {
      const refused = await findRefusal(row, running);
      if (refused && refused.change.revoke.permissions.length > 0)
        owed.push({ account: row.userId, change: refused.change });
      return refused !== undefined;
    },
  };
  return {
    hooks: { account: accountHooks(parts), session: sessionHooks(parts) },
    async settle() {
      if (owed.length === 0) return;
      const { rows } = await start();
      const now = owed;
      owed = [];
      for (const { account, change } of now)
        await rows.transaction(() => oweRevocations(account, undefined, change, rows));
    },
  };
};
