import type { Step } from '../../core/receipt.ts';
import type { Identity } from './account.ts';

/** What can be done about an identity's permission at its provider. */
export interface RevocationPlan {
  /** Whether there is a call to make. */
  isErrand: boolean;
  steps: Omit<Step, 'provider' | 'identity'>[];
}

/** Plans how an identity's permission is taken back, as far as the site's configuration and its tokens allow. */
export type PlanRevocation = (
  identity: Pick<Identity, 'provider' | 'sealedTokens' | 'lockedTokens'>,
) => RevocationPlan;

/** The plan for a permission that the person has taken back at the provider. */
export const goneGrant: RevocationPlan = {
  isErrand: false,
  steps: [
    { step: 'grant', status: 'already', reason: 'the person has taken it back at the provider' },
  ],
};
