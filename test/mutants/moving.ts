import { mutant, type Mutant } from './mutant.ts';

const p = 'postgres';
const file = 'contract/import.test';

/** TABLE: what keeps people who come along from elsewhere apart, and gone what is gone. */
export const moving: readonly Mutant[] = [
  mutant(
    'who was deleted here is not brought again',
    'rules/judge-newcomer.ts',
    'if (!known && seen.deleted.has(uid))',
    'if (false)',
    p,
    file,
    'stay gone',
  ),
  mutant(
    'what was disconnected here is not brought again',
    'rules/newcomer-rows.ts',
    'if (removal && !(one.lastLoginAt && one.lastLoginAt > removal.removedAt))',
    'if (false)',
    p,
    file,
    'stay gone',
  ),
  mutant(
    'a removal between looking and writing is seen',
    'people/bring.ts',
    'if (timesOf({ ...seen, removals }) !== before) throw lost;',
    '',
    p,
    file,
    'between looking and writing',
  ),
  mutant(
    'another account’s identity is no newcomer’s',
    'rules/newcomer-rows.ts',
    "if (owner !== undefined && owner !== uid)\n    return leave('identityExists'",
    "if (false)\n    return leave('identityExists'",
    p,
    file,
    'never merged',
  ),
  mutant(
    'newer tokens than a file’s stay',
    'rules/newcomer-rows.ts',
    '(one.sealedTokens !== undefined && !mine.hasTokens)',
    'one.sealedTokens !== undefined',
    p,
    file,
    'takes nothing away',
  ),
  mutant(
    'a broken-off import goes on with the same file only',
    'moving/journey.ts',
    'if (journey.done === done && digestOf(journey) !== digest)',
    'if (false)',
    p,
    file,
    'a stream that are not meant',
  ),
];
