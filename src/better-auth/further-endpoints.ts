import { createAuthEndpoint, sessionMiddleware } from 'better-auth/api';
import * as z from 'zod';
import { anybody } from '../server/caller/caller.ts';
import { explainRemoval } from '../server/methods/explain-removal.ts';
import { getReceipt } from '../server/methods/get-receipt.ts';
import { redeemLeaveTicket } from '../server/methods/redeem-leave-ticket.ts';
import { BASE_ERROR_CODES, APIError } from '@better-auth/core/error';
import { toApiError } from './leaving.ts';
import { passwordProvider } from './person.ts';
import { removalOf } from './remove-account.ts';
import type { Start } from './running.ts';

const told = async (answer: Promise<object>): Promise<object> => {
  try {
    return await answer;
  } catch (error) {
    throw toApiError(error);
  }
};

/** Says what `unlinkAccount` would do, and does nothing. */
export const explainEndpoint = (start: Start) =>
  createAuthEndpoint(
    '/explain-removal',
    {
      method: 'POST',
      body: z.object({ accountId: z.string() }),
      use: [sessionMiddleware],
    },
    async (ctx) => {
      const running = await start();
      const { user, session } = ctx.context.session;
      const row = await running.rows.one('account', { id: ctx.body.accountId, userId: user.id });
      if (!row || row.providerId === passwordProvider)
        throw APIError.from('BAD_REQUEST', BASE_ERROR_CODES.ACCOUNT_NOT_FOUND);
      const isLastAllowed = ctx.context.options.account?.accountLinking?.allowUnlinkingAll === true;
      const context = running.contextFor({ uid: undefined, session: session.token }, ctx);
      return ctx.json(await told(explainRemoval(removalOf(row, isLastAllowed), context)));
    },
  );

/** Finishes a sign-out that the backend had not heard of: whoever has the ticket may, once, and nothing else. */
export const redeemEndpoint = (start: Start) =>
  createAuthEndpoint(
    '/redeem-leave-ticket',
    {
      method: 'POST',
      body: z.object({
        ticket: z.string().min(1).max(4000),
        sessions: z.enum(['this', 'all']).default('this'),
        age: z.number().min(0).optional(),
      }),
    },
    async (ctx) => {
      const running = await start();
      const { ticket, sessions, age } = ctx.body;
      const context = {
        ...running.contextFor({ uid: undefined, session: undefined }, ctx),
        caller: anybody(running.site),
      };
      const params = { ticket, sessions, age: String(age ?? 0), forceProvidersLogout: true };
      const answer = await told(redeemLeaveTicket(params, context));
      return ctx.json({ ...answer, callId: context.callId });
    },
  );

/** Says how the receipt of an earlier call stands now. */
export const receiptEndpoint = (start: Start) =>
  createAuthEndpoint(
    '/get-receipt',
    {
      method: 'GET',
      query: z.object({ callId: z.string().regex(/^[0-9a-f]{32}$/) }),
      use: [sessionMiddleware],
    },
    async (ctx) => {
      const running = await start();
      const { token } = ctx.context.session.session;
      const context = running.contextFor({ uid: undefined, session: token }, ctx);
      return ctx.json(await told(getReceipt({ callId: ctx.query.callId }, context)));
    },
  );
