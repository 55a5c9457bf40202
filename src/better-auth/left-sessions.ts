import type { AuthContext } from '@better-auth/core';
import { Buffer } from 'node:buffer';
import type { Receipt } from '../core/receipt.ts';
import type { Keyring } from '../server/config/keyring.ts';
import type { Change } from '../server/rules/account.ts';
import type { Rows } from './rows.ts';
import { hashKey } from '../server/people/session-id.ts';

/** What sessions of better-auth's secondary storage are ended with, which no transaction reaches. */
export interface LeftSessions {
  seal(token: string): string;
  /** Ends them right behind the commit; what fails is noted in the receipt, and ended by `sweep`. */
  endLeft(tokens: string[], change: Change): Promise<void>;
  /** Ends what is left of calls that died, or whose storage did not answer. */
  sweep(): Promise<number>;
}

const place = 'outro_ended.token';

// Sessions that are swept at once.
const batch = 100;

const reason =
  "better-auth's secondary storage did not answer; the sessions are ended once it does";

const isAbout = ({ step, status }: Receipt[number], from: string): boolean =>
  (step === 'session' || step === 'sessions') && status === from;

/** Makes what ends sessions that are outside of the database. */
export const leftSessionsOf = (
  rows: Rows,
  auth: AuthContext,
  keyring: () => Keyring,
): LeftSessions => {
  const end = async (token: string): Promise<boolean> => {
    try {
      await auth.internalAdapter.deleteSession(token);
    } catch (error) {
      auth.logger.error('outro: a session is left in the secondary storage', error);
      return false;
    }
    const session = Buffer.from(hashKey(token)).toString('hex');
    await rows.change('outroEnded', { session }, { isLeft: false, sealedToken: null });
    return true;
  };
  /** Says in the receipt of a change how its sessions stand. */
  const note = async (callId: string, from: string, to: string): Promise<void> => {
    for (const { number, receipt } of await rows.many('outroEntry', { callId, finishes: null }, 10))
      await rows.change(
        'outroEntry',
        { number },
        {
          receipt: JSON.stringify(
            (JSON.parse(receipt) as Receipt).map(({ reason: before, ...step }) =>
              isAbout(step, from)
                ? { ...step, status: to, ...(to === 'pending' && { reason }) }
                : { ...step, ...(before !== undefined && { reason: before }) },
            ),
          ),
        },
      );
  };
  return {
    seal: (token) => keyring().seal(token, place),

    async endLeft(tokens, { journal }) {
      let isDone = true;
      // One after the other: the library keeps a list of them, which it reads and writes.
      for (const token of tokens) isDone = (await end(token)) && isDone;
      if (isDone || !journal) return;
      for (const step of journal.receipt)
        if (isAbout(step, 'done')) Object.assign(step, { status: 'pending', reason });
      await note(journal.callId, 'done', 'pending');
    },

    async sweep() {
      const left = await rows.many('outroEnded', { isLeft: true }, batch, {
        and: [{ field: 'endedAt', operator: 'lt', value: new Date(Date.now() - 10_000) }],
      });
      let count = 0;
      for (const { sealedToken, callId } of left) {
        const token = sealedToken === null ? undefined : keyring().open(sealedToken, place);
        if (token === undefined || !(await end(token))) continue;
        count += 1;
        if (callId !== null && !(await rows.one('outroEnded', { callId, isLeft: true })))
          await note(callId, 'pending', 'done');
      }
      return count;
    },
  };
};
