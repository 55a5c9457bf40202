import type { Step } from '../../core/receipt.ts';
import { siteSessionsPlace } from '../config/webhook-settings.ts';
import { createDeliverer, type DelivererContext } from './deliver.ts';
import { leaseTime, settle, type Books } from './settle.ts';

// Milliseconds that the person waits for the site: a page gives a whole call 5000.
const firstLimit = 2500;

// Of one person; more than one where an earlier call could not end all of them.
const atOnce = 20;

/**
 * Has the site end its own sessions that have just ended here, so that the answer often knows it; what is not known in
 * time stays `pending` and is the worker's. The receipt's step is updated in place. Never rejects: the change has
 * happened, whatever becomes of this.
 *
 * @see design.md section 5 "A site session beside ours"
 */
export const endAtSiteNow = async (
  receipt: Step[],
  account: string,
  context: Books & DelivererContext & { caller: { site: { apiKey: string } } },
): Promise<void> => {
  const waiting = receipt.find(
    ({ step, status }) => step === 'site-session' && status === 'pending',
  );
  if (!waiting) return;
  const filter = { site: context.caller.site.apiKey, destination: siteSessionsPlace, account };
  const errands = await context.store.exits.takeErrands(filter, atOnce, leaseTime).catch(() => []);
  const deliver = createDeliverer(context);
  const settled = await Promise.allSettled(
    errands.map(async (errand) =>
      errand.kind === 'webhook'
        ? settle(errand, await deliver(errand, firstLimit), context)
        : undefined,
    ),
  );
  const steps = settled.flatMap((one) =>
    one.status === 'fulfilled' && one.value ? [one.value] : [],
  );
  const worst = steps.find(({ status }) => status !== 'done') ?? steps[0];
  if (worst && steps.length === errands.length) Object.assign(waiting, worst);
};
