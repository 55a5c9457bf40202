import type { GenericEndpointContext } from '@better-auth/core';
import {
  createAuthEndpoint,
  deleteUser,
  deleteUserCallback,
  revokeOtherSessions,
  revokeSession,
  revokeSessions,
  signOut,
  unlinkAccount,
} from 'better-auth/api';
import { deleteAccount } from '../server/methods/delete-account.ts';
import { logout } from '../server/methods/logout.ts';
import type { SessionScope } from '../server/rules/logout.ts';
import { endOtherSession } from './end-session.ts';
import { answerAs, toApiError, type Left } from './leaving.ts';
import { removeAccount } from './remove-account.ts';
import type { Running, Start } from './running.ts';
import { findSession } from './sessions.ts';

const isLastAllowed = ({ context }: GenericEndpointContext): boolean =>
  context.options.account?.accountLinking?.allowUnlinkingAll === true;

/** Whose session asks, as better-auth's middleware has found out. */
const personIn = ({ context }: GenericEndpointContext) => ({
  uid: undefined,
  session: context.session?.session.token,
});

const endSessions = async (
  sessions: SessionScope,
  token: string | undefined,
  ctx: GenericEndpointContext,
  running: Running,
): Promise<Left> => {
  const context = running.contextFor({ uid: undefined, session: token }, ctx);
  const params = { sessions, cid: undefined, forceProvidersLogout: true };
  const { receipt, departures } = (await logout(params, context)) as Omit<Left, 'callId'>;
  return { receipt, departures, callId: context.callId };
};

const refusing = <Value>(promise: Promise<Value>): Promise<Value> =>
  promise.catch((error: unknown) => {
    throw toApiError(error);
  });

/** `unlinkAccount` under its own name: one removal that can never be the last way in, with its receipt. */
export const unlinkEndpoint = (start: Start) =>
  createAuthEndpoint(unlinkAccount.path, unlinkAccount.options, async (ctx) => {
    const running = await start();
    const isAllowed = isLastAllowed(ctx);
    const { account = {} } = ctx.context.options;
    // Whether it is the last way in is decided behind the lock, and not on a copy.
    const options = {
      ...ctx.context.options,
      account: {
        ...account,
        accountLinking: { ...account.accountLinking, allowUnlinkingAll: true },
      },
    };
    let left: Left | undefined;
    const doing = {
      async deleteAccount(id: string) {
        const row = await running.rows.one('account', { id });
        if (row)
          left = await refusing(
            removeAccount(row, isAllowed, running.contextFor(personIn(ctx), ctx)),
          );
      },
    };
    const answer = await answerAs<{ status: boolean }>(unlinkAccount, ctx, doing, options);
    return ctx.json({ ...answer, ...left });
  });

const notEnded = 'the session could not be ended; this browser has forgotten it';

/** `signOut` under its own name: says what is over, and leaves the provider that opened the session. */
export const signOutEndpoint = (start: Start) =>
  createAuthEndpoint(signOut.path, signOut.options, async (ctx) => {
    const running = await start();
    const { rows, auth } = running;
    let left: Left = { receipt: [{ step: 'session', status: 'already' }], callId: '' };
    let opener: string | null | undefined;
    let isFailed = false;
    const doing = {
      async deleteSession(token: string) {
        try {
          opener = (await findSession(token, rows, auth))?.outroAccount;
          left = await endSessions('this', token, ctx, running);
        } catch (error) {
          isFailed = true;
          left = { receipt: [{ step: 'session', status: 'failed', reason: notEnded }], callId: '' };
          throw error;
        }
      },
      async findAccounts(userId: string) {
        const all = await auth.internalAdapter.findAccounts(userId);
        // Of a session that is older than the plugin nobody knows who opened it.
        return opener == null ? all : all.filter(({ id }) => id === opener);
      },
    };
    const answer = await answerAs<{ success: boolean; url?: string; redirect?: boolean }>(
      signOut,
      ctx,
      doing,
    );
    return ctx.json({ ...answer, success: !isFailed, ...left });
  });

/** `revokeSession` under its own name. */
export const revokeSessionEndpoint = (start: Start) =>
  createAuthEndpoint(revokeSession.path, revokeSession.options, async (ctx) => {
    const running = await start();
    let left: Left | undefined;
    const doing = {
      async deleteSession(token: string) {
        if (token === personIn(ctx).session) left = await endSessions('this', token, ctx, running);
        else {
          const context = running.contextFor(personIn(ctx), ctx);
          left = { receipt: await endOtherSession(token, context), callId: context.callId };
        }
      },
    };
    const answer = await answerAs<{ status: boolean }>(revokeSession, ctx, doing);
    return ctx.json({ ...answer, ...left });
  });

/** `revokeSessions` under its own name. */
export const revokeSessionsEndpoint = (start: Start) =>
  createAuthEndpoint(revokeSessions.path, revokeSessions.options, async (ctx) => {
    const running = await start();
    let left: Left | undefined;
    const doing = {
      async deleteUserSessions() {
        left = await endSessions('all', personIn(ctx).session, ctx, running);
      },
    };
    const answer = await answerAs<{ status: boolean }>(revokeSessions, ctx, doing);
    return ctx.json({ ...answer, ...left });
  });

/** `revokeOtherSessions` under its own name. */
export const revokeOtherSessionsEndpoint = (start: Start) =>
  createAuthEndpoint(revokeOtherSessions.path, revokeOtherSessions.options, async (ctx) => {
    const running = await start();
    let left: Left | undefined;
    const doing = {
      async listSessions() {
        left = await refusing(endSessions('others', personIn(ctx).session, ctx, running));
        return [];
      },
    };
    const answer = await answerAs<{ status: boolean }>(revokeOtherSessions, ctx, doing);
    return ctx.json({ ...answer, ...left });
  });

const deleting = (ctx: GenericEndpointContext, start: Start, hear: (left: Left) => void) => ({
  async deleteUser() {
    const running = await start();
    const context = running.contextFor(personIn(ctx), ctx);
    const deletion = deleteAccount({ cid: undefined }, context);
    const { receipt, departures } = (await refusing(deletion)) as Omit<Left, 'callId'>;
    hear({ receipt, departures, callId: context.callId });
  },
  // They have ended with the account.
  async deleteUserSessions() {},
});

/** `deleteUser` under its own name: the account and everything that hangs on it, in one transaction. */
export const deleteUserEndpoint = (start: Start) =>
  createAuthEndpoint(deleteUser.path, deleteUser.options, async (ctx) => {
    let left: Left | undefined;
    const doing = deleting(ctx, start, (one) => (left = one));
    const answer = await answerAs<{ success: boolean; message: string }>(deleteUser, ctx, doing);
    return ctx.json({ ...answer, ...left });
  });

/** The same by the link of an e-mail. */
export const deleteUserCallbackEndpoint = (start: Start) =>
  createAuthEndpoint(deleteUserCallback.path, deleteUserCallback.options, async (ctx) => {
    let left: Left | undefined;
    const doing = deleting(ctx, start, (one) => (left = one));
    const answer = await answerAs<{ success: boolean; message: string }>(
      deleteUserCallback,
      ctx,
      doing,
    );
    return ctx.json({ ...answer, ...left });
  });
