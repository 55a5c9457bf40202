import { hash } from 'node:crypto';
import { fail, OutroError } from '../../core/error.ts';
import type { Receipt } from '../../core/receipt.ts';
import { isSameProvider, sameProviders } from '../../providers/providers.ts';
import type {
  Account,
  Change,
  NewIdentity,
  Permission,
  ProviderPerson,
  Removal,
} from './account.ts';
import type { PlanRevocation } from './what-is-left.ts';

// Seconds that a site's clock and the database's may differ.
const tolerance = 180;

// Milliseconds that a provider's clock may be slow: in doubt, whoever comes back so soon has signed in anew.
const providerTolerance = 60_000;

/** What a removed person is remembered by: it leads to nobody who is not known already. */
export const hashPerson = (
  site: string,
  { provider, subProvider, providerUid }: ProviderPerson,
): Uint8Array => hash('sha256', [site, provider, subProvider, providerUid].join('\n'), 'buffer');

/** Everybody of whom it counts whether they were removed: a person goes by every name of the network. */
export const peopleOf = (identities: NewIdentity[]): ProviderPerson[] =>
  identities.flatMap(({ provider, subProvider, providerUid }) =>
    sameProviders(provider).map((id) => ({ provider: id, subProvider, providerUid })),
  );

/**
 * Whoever is linked was looked up before: a removal that nobody has asked for would not keep the link away.
 *
 * @throws operationNotAllowed
 */
export const requireSeen = (
  linking: ProviderPerson[] = [],
  { linkIdentities = [] }: Change,
): void => {
  const unseen = linkIdentities.find(
    (wanted) =>
      !linking.some(
        (one) =>
          one.provider === wanted.provider &&
          one.subProvider === wanted.subProvider &&
          one.providerUid === wanted.providerUid,
      ),
  );
  if (unseen)
    fail(
      'operationNotAllowed',
      `linkIdentities: expected only people who are named in linking, so that a removal of theirs is seen; ${unseen.provider} is not`,
    );
};

/** When a sign-in began, as far as anybody says. */
export interface Beginning {
  identity: NewIdentity;
  /** The parameter that says so. */
  parameter: string;
  /** Unix milliseconds, which nobody has checked: any number. */
  at: number;
  /** The site itself said so; else it is the provider's clock. */
  isSites: boolean;
}

interface Gone {
  beginning: Beginning;
  removal: Removal;
}

const isOf = (removal: Removal, { provider, subProvider, providerUid }: NewIdentity): boolean =>
  isSameProvider(removal.provider, provider) &&
  removal.subProvider === subProvider &&
  removal.providerUid === providerUid;

const findGone = ({ readAt, removals }: Account, beginnings: Beginning[]): Gone[] =>
  beginnings.flatMap((beginning) => {
    const { parameter, at, identity, isSites } = beginning;
    if (at > readAt.getTime() + tolerance * 1000)
      fail(
        'invalidParameter',
        `${parameter}: expected Unix seconds of the past; it is more than ${tolerance} s ahead of this service's clock`,
      );
    const [latest] = removals
      .filter((removal) => isOf(removal, identity))
      .toSorted((one, other) => other.removedAt.getTime() - one.removedAt.getTime());
    // Whole seconds cannot tell which was first within one; then gone stays gone.
    const doubt = isSites ? 0 : providerTolerance;
    return latest && at + doubt <= latest.removedAt.getTime() ? { beginning, removal: latest } : [];
  });

/** What is left of a sign-in that is refused: its tokens go, as the person wanted. */
export interface RefusedSignIn {
  change: { deleteAccount?: true; revoke: { permissions: Permission[] } };
  receipt: Receipt;
  refusal: OutroError;
}

/**
 * Refuses a sign-in that began before one of its identities was removed. Pure; whoever signs in after the removal is
 * welcome, and so is a sign-in of which nobody says when it began.
 *
 * @throws invalidParameter when a sign-in begins in the future
 * @see design.md section 2 "Gone stays gone"
 */
export const refuseGone = (
  account: Account,
  beginnings: Beginning[],
  plan: PlanRevocation,
): RefusedSignIn | undefined => {
  const gone = findGone(account, beginnings);
  const [first] = gone;
  if (!first) return undefined;
  const plans = gone.map(({ beginning: { identity }, removal }) => ({
    identity,
    // Known by another name, it never was that removal's link: any link of its own is a later one.
    generation: removal.provider === identity.provider ? removal.generation : 0,
    plan: plan(identity),
  }));
  const { parameter, identity } = first.beginning;
  const permissions = plans
    .filter((one) => one.plan.isErrand)
    .map(({ identity: { provider, subProvider, providerUid, sealedTokens }, generation }) => ({
      provider,
      subProvider,
      providerUid,
      sealedTokens,
      generation,
    }));
  return {
    change: { ...(account.isNew && { deleteAccount: true }), revoke: { permissions } },
    receipt: plans.flatMap((one) =>
      one.plan.steps.map((step) => ({
        provider: one.identity.provider,
        identity: one.identity.providerUid,
        ...step,
      })),
    ),
    refusal: new OutroError(
      'requestExpired',
      `${parameter}: ${identity.provider} was disconnected at ${first.removal.removedAt.toISOString()}, after this sign-in had begun; nothing was changed, the person must sign in again`,
    ),
  };
};
