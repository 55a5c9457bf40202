import { fail, OutroError } from '../../core/error.ts';
import { isSameProvider, sameProviders } from '../../providers/providers.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Account, Change, NewIdentity, ProviderPerson, Removal } from './account.ts';
import type { Beginning } from '../methods/sign-in.ts';
import { planRevocation } from '../errands/revocation.ts';
import type { Site } from '../config/sites.ts';

// Seconds that a site's clock and the database's may differ.
const tolerance = 180;

/** Everybody of whom it counts whether they were removed: a person goes by every name of the network. */
export const peopleOf = (identities: NewIdentity[]): ProviderPerson[] =>
  identities.flatMap(({ provider, subProvider, providerUid }) =>
    sameProviders(provider).map((id) => ({ provider: id, subProvider, providerUid })),
  );

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
    const { parameter, at, identity } = beginning;
    if (at > readAt.getTime() + tolerance * 1000)
      fail(
        'invalidParameter',
        `${parameter}: expected Unix seconds of the past; it is more than ${tolerance} s ahead of this service's clock`,
      );
    const [latest] = removals
      .filter((removal) => isOf(removal, identity))
      .toSorted((one, other) => other.removedAt.getTime() - one.removedAt.getTime());
    // Whole seconds cannot tell which was first within one; then gone stays gone.
    return latest && at <= latest.removedAt.getTime() ? { beginning, removal: latest } : [];
  });

/** What is left of a sign-in that is refused: its tokens go, as the person wanted. */
export interface RefusedSignIn {
  change: Pick<Change, 'deleteAccount' | 'revokeTokens'>;
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
  site: Site,
): RefusedSignIn | undefined => {
  const gone = findGone(account, beginnings);
  const [first] = gone;
  if (!first) return undefined;
  const plans = gone.map(({ beginning: { identity }, removal }) => ({
    identity,
    // Known by another name, it never was that removal's link: any link of its own is a later one.
    generation: removal.provider === identity.provider ? removal.generation : 0,
    plan: planRevocation(site, identity),
  }));
  const { parameter, identity } = first.beginning;
  return {
    change: {
      ...(account.isNew && { deleteAccount: true }),
      revokeTokens: plans
        .filter(({ plan }) => plan.isJob)
        .map(({ identity: { provider, subProvider, providerUid, sealedTokens }, generation }) => ({
          provider,
          subProvider,
          providerUid,
          sealedTokens,
          generation,
        })),
    },
    receipt: plans.flatMap(({ identity: { provider, providerUid }, plan }) =>
      plan.steps.map((step) => ({ provider, identity: providerUid, ...step })),
    ),
    refusal: new OutroError(
      'requestExpired',
      `${parameter}: ${identity.provider} was disconnected at ${first.removal.removedAt.toISOString()}, after this sign-in had begun; nothing was changed, the person must sign in again`,
    ),
  };
};
