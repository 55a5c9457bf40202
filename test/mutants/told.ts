import { mutant, type Mutant } from './mutant.ts';

const p = 'postgres';

/** TABLE: what keeps everybody told: the person, the site, and whoever runs the backend. */
export const told: readonly Mutant[] = [
  mutant(
    'a receipt is finished behind its last errand only',
    'exits/receipts.ts',
    `from noted where not receipt @> '[{"status": "pending"}]' returning`,
    'from noted returning',
    p,
    'store/store.test',
    'errands of one change that end at once',
  ),
  mutant(
    'a receipt is its own person’s only',
    'methods/get-receipt.ts',
    'isAnybodys || one.account === account?.id',
    'true',
    p,
    'contract/receipts',
    'nobody else’s',
  ),
  mutant(
    'a receipt is its own site’s only',
    'exits/journal.ts',
    'where call_id = ${callId} and site = ${site} and',
    'where call_id = ${callId} and ${site} is not null and',
    p,
    'contract/receipts',
    'no other site’s',
  ),
];
