import type { Receipt, Step } from '../core/receipt.ts';
import type { Announcement } from '../server/config/change-types.ts';
import type { ErrandOutcome, Revocation } from '../server/exits/exits.ts';
import { pseudonymOfPerson } from '../server/exits/forget.ts';
import { addEntry } from './entries.ts';
import { oweDeliveries } from './owed.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';

const finished: Announcement[] = [{ type: 'outro.receipt.finished' }];

const isAbout = (step: Step, { provider, subProvider, providerUid }: Revocation): boolean =>
  step.status === 'pending' &&
  step.provider === (subProvider ? `${provider}/${subProvider}` : provider) &&
  (step.identity === providerUid ||
    step.identity === pseudonymOfPerson(siteKey, { provider, subProvider, providerUid }));

/**
 * Writes what came of an attempt into the receipt of its change; behind the last step there is an entry that says so.
 *
 * @returns whose receipt is finished by it.
 */
export const finishReceipt = async (
  errand: Revocation,
  entry: number | null,
  { state, step = {}, subscriptions = [] }: ErrandOutcome,
  retryAt: Date,
  rows: Rows,
): Promise<string | undefined> => {
  if (entry === null) return undefined;
  // Locked: two errands of one change that end at once come here one after the other.
  const row = await rows.take('outroEntry', { number: entry }, { rev: 1 });
  if (!row) return undefined;
  const before = JSON.parse(row.receipt) as Receipt;
  if (!before.some((one) => isAbout(one, errand))) return undefined;
  const receipt = before.map((one): Step => {
    if (!isAbout(one, errand)) return one;
    const { reason: _reason, url: _url, retryAt: _retryAt, ...about } = one;
    return {
      ...about,
      ...step,
      ...(state === 'pending' && { retryAt: retryAt.toISOString() }),
    };
  });
  await rows.change('outroEntry', { number: entry }, { receipt: JSON.stringify(receipt) });
  if (receipt.some(({ status }) => status === 'pending')) return undefined;
  const { account, uid, callId, actor, provider, cid, told } = row;
  // Who asked has heard of it by the answer, where it was the call itself that made the attempt.
  const [first] = told === null ? [] : (JSON.parse(told) as { exceptSession?: string }[]);
  const except = errand.attempts === 1 ? first?.exceptSession : undefined;
  const number = await addEntry(
    {
      account,
      uid,
      callId,
      actor,
      method: 'receipt',
      provider,
      cid,
      receipt: '[]',
      told:
        account === null
          ? null
          : JSON.stringify([{ name: 'receipt', ...(except && { exceptSession: except }) }]),
      announced: account === null ? null : JSON.stringify(finished),
      finishes: entry,
    },
    rows,
  );
  await oweDeliveries(account, number, finished, subscriptions, rows);
  return account ?? undefined;
};
