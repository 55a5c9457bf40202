import { fail } from '../../core/error.ts';
import { subscriptionsOf } from '../config/webhook-settings.ts';
import type { ErrandFilter, ListedErrand } from '../exits/record.ts';
import { contextOf, type OperatorOptions } from './operator.ts';

/** What the site, the person and the operator read of an errand that was dropped. */
const dropped = 'given up by whoever runs the backend';

// Errands at once, and milliseconds for which they are nobody else's meanwhile.
const batch = 100;
const leaseTime = 20_000;

/** What is owed to providers and webhooks, and what came of it, oldest first. */
export const listErrands = (
  { store }: Pick<OperatorOptions, 'store'>,
  filter: ErrandFilter,
  limit = 100,
): Promise<ListedErrand[]> => store.exits.listErrands(filter, limit);

/**
 * One errand.
 *
 * @throws invalidParameter when there is none of that id
 */
export const showErrand = async (
  { store }: Pick<OperatorOptions, 'store'>,
  id: string,
): Promise<ListedErrand> => {
  const [errand] = await store.exits.listErrands({ id }, 1);
  return errand ?? fail('invalidParameter', `ID: expected that of an errand; ${id} is none`);
};

/**
 * Has errands tried again from the beginning, at once: those that wait, and deliveries that were given up.
 *
 * @returns how many
 */
export const retryErrands = async (
  { store }: Pick<OperatorOptions, 'store'>,
  filter: ErrandFilter,
): Promise<number> => {
  const count = await store.exits.retryErrands(filter, batch);
  return count < batch ? count : count + (await retryErrands({ store }, filter));
};

/**
 * Gives errands up that wait: their tokens are wiped, and the receipts say so.
 *
 * @returns how many
 */
export const dropErrands = async (
  options: OperatorOptions,
  filter: ErrandFilter,
): Promise<number> => {
  const { store, sites } = contextOf(options);
  let count = 0;
  for (;;) {
    const errands = await store.exits.takeErrands(filter, batch, leaseTime);
    for (const errand of errands) {
      const site = sites.get(errand.site);
      await store.exits.finishErrand(errand, {
        state: 'failed',
        reason: dropped,
        ...(errand.kind === 'revocation' && { step: { status: 'failed', reason: dropped } }),
        ...(site && { subscriptions: subscriptionsOf(site) }),
      });
    }
    count += errands.length;
    if (errands.length < batch) return count;
  }
};
