import type { Step } from '../../core/receipt.ts';
import { pageOf } from '../../providers/providers.ts';
import type { Site } from '../config/sites.ts';
import { siteSessionsPlace, subscriptionsOf } from '../config/webhook-settings.ts';
import type { Errand, ErrandOutcome, Exits } from '../exits/exits.ts';

/** Milliseconds for which a claimed errand is nobody else's. */
export const leaseTime = 20_000;

// Seconds for which a delivery is tried; of a revocation the site says how long.
const deliveryTime = 3 * 86_400;

const isOver = ({ kind, age }: Errand): boolean => kind === 'webhook' && age >= deliveryTime;

// Seconds: an hour at most between attempts at a provider, three between those at a webhook.
const backOff = ({ kind, attempts }: Errand): number =>
  Math.min(kind === 'webhook' ? 10_800 : 3600, 2 ** Math.min(attempts, 14)) *
  (0.5 + Math.random() / 2);

/** What the receipt says of an errand; of one that only tells somebody, nothing. */
const stepOf = ({ state, reason }: ErrandOutcome, errand: Errand): Partial<Step> | undefined =>
  errand.kind === 'webhook' && errand.destination !== siteSessionsPlace
    ? undefined
    : {
        status: state === 'skipped' ? 'kept' : state,
        ...(reason && { reason }),
        ...(state === 'unsupported' && errand.kind === 'revocation' && pageOf(errand.provider)),
      };

/** Where errands are written down, and whose they are. */
export interface Books {
  sites: Map<string, Site>;
  store: { exits: Exits };
}

/**
 * Notes how an attempt ended, in its errand and in the receipt of the change, and when the next one is made, if one is.
 *
 * @returns what the receipt says of it from now on
 */
export const settle = async (
  errand: Errand,
  outcome: ErrandOutcome,
  { sites, store }: Books,
): Promise<Partial<Step>> => {
  const final: ErrandOutcome =
    outcome.state === 'pending' && isOver(errand) ? { ...outcome, state: 'failed' } : outcome;
  const step = stepOf(final, errand);
  const site = sites.get(errand.site);
  const retryAt = await store.exits.finishErrand(errand, {
    ...final,
    retryAfter: Math.max(final.retryAfter ?? 0, backOff(errand)),
    ...(step && { step }),
    ...(step && site && { subscriptions: subscriptionsOf(site) }),
  });
  return { ...step, ...(retryAt && { retryAt: retryAt.toISOString() }) };
};
