import { fail } from '../../core/error.ts';
import { requireAccount } from '../caller/caller.ts';
import type { ServerMethod } from './context.ts';

/**
 * `socialize.getReceipt`: how the receipt of an earlier call stands. The account may be gone by now, so a server need
 * name nobody.
 *
 * @throws unauthorizedUser; invalidParameter when nothing was changed under this id, or by somebody else's call
 */
export const getReceipt: ServerMethod<'getReceipt'> = async ({ callId }, { caller, store }) => {
  const changes = await store.exits.readChanges({ site: caller.site.apiKey, callId });
  const isAnybodys = caller.kind === 'server' && caller.uid === undefined;
  const account = isAnybodys
    ? undefined
    : requireAccount(await store.people.read(caller.account()), caller);
  const theirs = changes.filter((one) => isAnybodys || one.account === account?.id);
  if (theirs.length === 0)
    fail(
      'invalidParameter',
      'callId: expected that of a call which changed something, of the last 13 months',
    );
  const receipt = theirs.flatMap((one) => one.receipt);
  return { receipt, isComplete: receipt.every(({ status }) => status !== 'pending') };
};
