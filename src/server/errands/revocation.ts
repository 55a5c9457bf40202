import type { Step } from '../../core/receipt.ts';
import type { Site } from '../config/sites.ts';
import type { Revocation } from '../exits/exits.ts';
import type { Change, Identity } from '../rules/account.ts';
import { planRevocation } from './plan-revocation.ts';
import type { Revoker } from './revoker.ts';
import { leaseTime, settle, type Books } from './settle.ts';

// Milliseconds that the person waits for the first attempt: a page gives a whole call 5000.
const firstLimit = 2500;

const isAbout = (step: Step, { provider, subProvider, providerUid }: Revocation): boolean =>
  step.identity === providerUid &&
  step.provider === (subProvider ? `${provider}/${subProvider}` : provider);

/** The errands that go with a removal, leased to the call that made them; its id is the lease. */
export const revocationsOf = (
  selected: Identity[],
  site: Site,
  callId: string,
): NonNullable<Change['revoke']> => ({
  permissions: selected
    .filter((identity) => planRevocation(site)(identity).isErrand)
    .map(({ provider, subProvider, providerUid, sealedTokens, generation }) => ({
      provider,
      subProvider,
      providerUid,
      sealedTokens,
      generation,
    })),
  lease: { id: callId, time: leaseTime },
});

/** Whether a receipt waits for a provider's answer, or the site's. */
export const isWaiting = ({ step, status }: Step): boolean =>
  status === 'pending' && (step === 'grant' || step === 'token' || step === 'site-session');

/**
 * Makes the first attempt at the errands that a removal has just written, so that the answer often knows the end;
 * what is not known in time stays `pending` and is the worker's. The receipt's steps are updated in place. Never
 * rejects: the removal has happened, whatever becomes of this.
 *
 * @param lease under which the errands were written.
 */
export const revokeNow = async (
  receipt: Step[],
  lease: string,
  context: Books,
  revoker: Revoker,
): Promise<void> => {
  const waiting = receipt.filter((one) => isWaiting(one) && one.step !== 'site-session');
  if (waiting.length === 0) return;
  const errands = await context.store.exits.leasedErrands(lease).catch(() => []);
  await Promise.allSettled(
    errands.map(async (errand) => {
      const settled = await settle(errand, await revoker(errand, firstLimit), context);
      for (const step of waiting) if (isAbout(step, errand)) Object.assign(step, settled);
    }),
  );
};
