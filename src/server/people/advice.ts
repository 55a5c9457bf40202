/**
 * TABLE: how the codes of a database's failure, or of its connection's, begin, and what to do. `late`, `lost` and `full`
 * are ours.
 */
const advice: readonly (readonly [codes: readonly string[], whatToDo: string])[] = [
  [['ECONNREFUSED'], 'nothing listens there: start the database, or mend host and port'],
  [['ENOTFOUND', 'EAI_AGAIN'], 'that host is not known: mend the address, or the resolver'],
  [['28'], 'it does not let this user in: mend user and password, or its pg_hba.conf'],
  [['3D000'], 'there is no database of that name: create it, or mend the address'],
  [
    ['42501'],
    'the user may not do that: grant create on the database, or make the user the owner of the schema outro',
  ],
  [
    ['25006'],
    'it takes no changes, being a standby or read-only: lead outro to the primary, or set default_transaction_read_only to off',
  ],
  [
    ['42P01', '42703', '3F000'],
    'the schema is not what this version works with: run outro migrate, and restore what was dropped',
  ],
  [
    ['53300'],
    'it has no connection left: lower the max of the pools, put a pooler before it, or raise max_connections',
  ],
  [['53100'], 'its disk is full: make room'],
  [['53200'], 'it is out of memory: give it more, or lower max_connections'],
  [
    ['55P03'],
    'a table was in use for too long: end long transactions on the schema outro, then start again',
  ],
  [['57014'], 'the statement was cancelled: look at statement_timeout, and at who cancels'],
  [['57P'], 'it stops, starts or restarts: what failed may be asked again in a moment'],
  [['40'], 'changes of the same rows kept meeting: look for long transactions on the schema outro'],
  [
    ['late', 'ETIMEDOUT'],
    'it does not answer: look at its load, at locks, and at the network on the way',
  ],
  [
    ['full'],
    'every connection of the pool is in use, or it does not answer: look at its load and at locks, or raise the max of the pool',
  ],
  [
    ['lost', '08', 'ECONNRESET', 'EPIPE'],
    'the connection was lost: look whether it restarts, or what on the way cuts connections',
  ],
];

// What the driver says without a code.
const spoken: readonly (readonly [words: RegExp, code: string])[] = [
  [/^Query read timeout$|timeout exceeded when trying to connect/, 'late'],
  [/^Connection terminated|^Client has encountered a connection error/, 'lost'],
];

const codeOf = (error: unknown): string => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return spoken.find(([words]) => words.test(String(message)))?.[1] ?? '';
};

/**
 * Says on a failure of the database, as `advice`, what those who run it can do about it; others fail with the same
 * codes, so it is said where it came from.
 *
 * @returns the failure
 */
export const advise = (error: unknown): unknown => {
  const code = codeOf(error);
  const known = advice.find(([codes]) => codes.some((one) => code.startsWith(one)));
  return known ? Object.assign(error as Error, { advice: `the database: ${known[1]}` }) : error;
};

/** What to do about a failure, or about what caused it, where somebody has said so. */
export const adviceOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { advice: own } = error as Error & { advice?: unknown };
  return typeof own === 'string' ? own : adviceOf(error.cause);
};
