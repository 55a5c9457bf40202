import { providerRow, type RevokeRequest } from '../../providers/providers.ts';
import type { Step } from '../../core/receipt.ts';
import type { Change, Identity } from '../rules/account.ts';
import type { MethodContext } from '../methods/context.ts';
import { placeholdersOf, revokeOf, type Revoker } from './attempt.ts';
import type { Site } from '../config/sites.ts';
import type { RevocationJob, RevocationOutcome, Store } from '../people/people.ts';

/** What can be done about an identity's permission at its provider. */
export interface RevocationPlan {
  /** Whether there is a call to make. */
  isJob: boolean;
  steps: Omit<Step, 'provider' | 'identity'>[];
}

/** The plan for a permission that the person has taken back at the provider. */
export const goneGrant: RevocationPlan = {
  isJob: false,
  steps: [
    { step: 'grant', status: 'already', reason: 'the person has taken it back at the provider' },
  ],
};

const nothingKnown = 'no way to take this permission back is known to outro';

const missing = (
  request: RevokeRequest,
  site: Site,
  identity: Pick<Identity, 'provider' | 'sealedTokens'>,
): string | undefined => {
  const configured: Record<string, unknown> = site.providers[identity.provider] ?? {};
  const needs = placeholdersOf(request);
  if (needs.some((name) => /token$/i.test(name)) && identity.sealedTokens === undefined)
    return 'the site has given outro no token of this person';
  const unset = needs
    .map((name) => (name === 'revocationEndpoint' ? 'issuer' : name))
    .find((name) => /^(client|tenant|issuer)/.test(name) && !configured[name]);
  return unset && `the site has not configured ${unset} for this provider`;
};

// The provider's own page, where the person can do what is not done from here.
const pageOf = (provider: string): Pick<Step, 'url'> => {
  const url = providerRow(provider)?.connectedApps?.url;
  return url ? { url } : {};
};

/**
 * Plans how a permission is taken back. Pure: `pending` until somebody has seen the provider's answer.
 *
 * @see design.md section 3
 */
export const planRevocation = (
  site: Site,
  identity: Pick<Identity, 'provider' | 'sealedTokens'>,
): RevocationPlan => {
  const revoke = revokeOf(site, identity.provider);
  const page = pageOf(identity.provider);
  if (revoke?.by !== 'request') {
    // That a site has configured no way does not mean that only the person has one.
    const isConfigured = site.providers[identity.provider]?.revoke !== undefined;
    const { reason = nothingKnown, url = isConfigured ? undefined : page.url } = revoke ?? {};
    return {
      isJob: false,
      steps: [
        url
          ? { step: 'grant', status: 'needs-user', reason, url }
          : { step: 'grant', status: 'unsupported', reason, ...page },
      ],
    };
  }
  const reason = missing(revoke, site, identity);
  const listed: RevocationPlan['steps'][number] = {
    step: 'grant',
    status: 'unsupported',
    reason: 'this provider takes back tokens only; the site stays listed in the settings there',
    ...page,
  };
  const rest = revoke.removes === 'token' ? [listed] : [];
  return reason
    ? {
        isJob: false,
        steps: [{ step: revoke.removes, status: 'unsupported', reason, ...page }, ...rest],
      }
    : { isJob: true, steps: [{ step: revoke.removes, status: 'pending' }, ...rest] };
};

// Milliseconds that the person waits for the first attempt (a page gives a whole call 5000), and that the outbox
// gives the later ones.
const firstLimit = 2500;
const laterLimit = 10_000;

/** Milliseconds for which a claimed job is nobody else's. */
export const leaseTime = 20_000;

// Attempts before a job is given up; with the back-off below that is about a day.
const maximumAttempts = 40;

const backOff = (attempts: number): number =>
  Math.min(3600, 2 ** Math.min(attempts, 12)) * (0.5 + Math.random() / 2);

const settle = async (
  job: RevocationJob,
  outcome: RevocationOutcome,
  store: Store,
): Promise<RevocationOutcome> => {
  const isOver = outcome.state === 'pending' && job.attempts >= maximumAttempts;
  const final: RevocationOutcome = isOver ? { ...outcome, state: 'failed' } : outcome;
  const seconds = Math.max(final.retryAfter ?? 0, backOff(job.attempts));
  const retryAt = final.state === 'pending' ? new Date(Date.now() + seconds * 1000) : undefined;
  await store.finishRevocation(job, { ...final, ...(retryAt && { retryAt }) });
  return { ...final, ...(retryAt && { retryAt }) };
};

const isAbout = (step: Step, job: RevocationJob): boolean =>
  step.identity === job.providerUid && step.provider?.split('/')[0] === job.provider;

const stepOf = (
  { state, reason, retryAt }: RevocationOutcome,
  { provider }: RevocationJob,
): Partial<Step> => ({
  status: state === 'skipped' ? 'kept' : state,
  ...(reason && { reason }),
  ...(state === 'unsupported' && pageOf(provider)),
  ...(retryAt && { retryAt: retryAt.toISOString() }),
});

/** The jobs that go with a removal, leased to the call that made them; its id is the lease. */
export const revocationsOf = (
  selected: Identity[],
  { caller, callId }: MethodContext,
): NonNullable<Change['revoke']> => ({
  identities: selected
    .filter((identity) => planRevocation(caller.site, identity).isJob)
    .map(({ id }) => id),
  lease: callId,
  until: new Date(Date.now() + leaseTime),
});

/**
 * Makes the first attempt at the jobs that a removal has just written, so that the answer often knows the end;
 * what is not known in time stays `pending` and is the outbox's. The receipt's steps are updated in place. Never
 * rejects: the removal has happened, whatever becomes of this.
 */
export const revokeNow = async (
  receipt: Step[],
  { callId, store, revoker }: MethodContext,
): Promise<void> => {
  const waiting = receipt.filter(
    ({ step, status }) => status === 'pending' && (step === 'grant' || step === 'token'),
  );
  if (waiting.length === 0) return;
  const jobs = await store.leasedRevocations(callId).catch(() => []);
  await Promise.allSettled(
    jobs.map(async (job) => {
      const outcome = await settle(job, await revoker(job, firstLimit), store);
      for (const step of waiting) if (isAbout(step, job)) Object.assign(step, stepOf(outcome, job));
    }),
  );
};

/**
 * Works off the outbox once: claims what is due, attempts it, notes the outcome. Any number of instances may do
 * so at once, each for the sites it is configured with; a job whose worker died is claimed again when its lease ends.
 *
 * @returns how many jobs were attempted
 */
export const workOutbox = async (
  sites: string[],
  store: Store,
  revoker: Revoker,
): Promise<number> => {
  const jobs = await store.claimRevocations(sites, 20, leaseTime);
  await Promise.all(jobs.map(async (job) => settle(job, await revoker(job, laterLimit), store)));
  return jobs.length;
};
