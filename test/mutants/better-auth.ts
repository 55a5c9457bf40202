import { mutant, type Mutant } from './mutant.ts';

const b = 'beside';
const races = 'beside/better-auth-races';
const sessions = 'beside/better-auth-sessions';
const signIns = 'beside/better-auth-sign-ins';

/** TABLE: the guards of the plugin of better-auth. */
export const betterAuth: readonly Mutant[] = [
  mutant(
    'a change locks the user first',
    '../better-auth/people.ts',
    "    ? await rows.take('user', { id: uid }, { leaveRev: 1 })",
    "    ? await rows.one('user', { id: uid })",
    b,
    races,
    'on pg',
  ),
  mutant(
    'an adapter that says it has no transactions is refused',
    '../better-auth/probe.ts',
    '  if (adapter.options?.adapterConfig.transaction === false)',
    '  if (false)',
    b,
    races,
    'Drizzle without',
  ),
  mutant(
    'an adapter whose transactions keep what failed is refused',
    '../better-auth/probe.ts',
    '    if (found === false)',
    '    if (false)',
    b,
    races,
    'keeps what one',
  ),
  mutant(
    'an adapter whose transaction waits for itself is refused',
    '../better-auth/probe.ts',
    "    if (found === 'late') return",
    '    if (false) return',
    b,
    races,
    'no answer within a time',
  ),
  mutant(
    'an adapter whose transactions cannot wait is refused, and ends no process',
    '../better-auth/probe.ts',
    '  await adapter.transaction(async () => true);\n',
    '',
    b,
    races,
    'better-sqlite3',
  ),
  mutant(
    'the site hears of a change in its transaction',
    '../better-auth/people.ts',
    '    if (heard) await onChange(heard, await rows.adapter());',
    '    if (heard) void rows.adapter().then((tx) => onChange(heard, tx)).catch(() => {});',
    b,
    'beside/on-change',
    'on better-auth',
  ),
  mutant(
    'a sign-in that began before the unlink is refused',
    '../better-auth/sign-ins.ts',
    '      return refused !== undefined;',
    '      return false;',
    b,
    signIns,
    'brings nothing back',
  ),
  mutant(
    'tokens of a refresh that was under way at a soft removal do not stay',
    '../better-auth/sign-ins.ts',
    '      await forgetTokens(row, running);\n',
    '',
    b,
    signIns,
    'of a refresh',
  ),
  mutant(
    'a passkey is a way in',
    '../better-auth/person.ts',
    "auth.options.plugins?.some(({ id }) => id === 'passkey')",
    'auth.options.plugins?.some(() => false)',
    b,
    sessions,
    'a passkey counts',
  ),
  mutant(
    'a password is not taken while it is the last way in',
    '../better-auth/remove-account.ts',
    "    if (!isLastAllowed) requireWayIn(account, change, 'accountId');\n",
    '',
    b,
    sessions,
    'a passkey counts',
  ),
  mutant(
    'a storage that does not answer is no end of a session',
    '../better-auth/left-sessions.ts',
    '      if (isDone || !journal) return;\n',
    '      if (journal) return;\n',
    b,
    sessions,
    'in the secondary storage',
  ),
];
