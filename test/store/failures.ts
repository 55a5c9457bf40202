import type { BrokenStoreKind } from './broken-store.ts';

/** TABLE: what each broken store fails, of the groups of tests that are about what it breaks. */
export const failures: Record<BrokenStoreKind, readonly string[]> = {
  guardOutsideTransaction: [
    'race: a change is decided on the account as it is when it is written',
    'race: a change that keeps meeting others looks again each time, and comes through',
    'race: an identity and the password removed at once leave one of them',
    'race: of two calls with one session, the second finds it ended by the first',
    'race: two removals at once never take both of the last two ways in',
    'tickets: a ticket that is used twice at once ends sessions once',
  ],
  ignoresRev: [
    'race: a change is decided on the account as it is when it is written',
    'race: a change that keeps meeting others looks again each time, and comes through',
    'race: an identity and the password removed at once leave one of them',
    'race: calls that make one uid at once make one account',
    'race: first sign-ins at once make one account',
    'race: of two calls with one session, the second finds it ended by the first',
    'race: two removals at once never take both of the last two ways in',
    'tickets: a ticket that is used twice at once ends sessions once',
  ],
  keepsRev: ['accounts: whatever changes a row of an account moves its rev'],
  forgetsRollback: [
    'crash: a change that breaks at a login id of somebody else leaves nothing',
    'crash: a change that breaks at a uid of somebody else leaves nothing',
    'crash: a change that breaks at an identity of somebody else leaves nothing',
    'crash: an account that was made for a call goes with its refusal',
    'crash: an account that was made for a sign-in goes with its refusal',
    'crash: what decide throws is thrown, and undoes everything',
    'pages: nothing is heard of a refused change',
  ],
  mixesSites: [
    'isolation: a session opens nothing at another site',
    'isolation: a worker gets the errands of its own sites only',
    'isolation: two sites know the same uid, e-mail and identity as two people',
  ],
  livesTooLong: [
    'clock: a lease ends, and the errand is somebody else’s',
    'clock: a session opens something until its time and nothing afterwards',
    'clock: a trip can be gone until its time',
    'clock: a used value is remembered until its time',
    'trips: a note is made on one stop of one living trip, and nowhere else',
  ],
  endsAnotherSession: [
    'tickets: a leave ticket stands for its session, and for nothing else',
    'tickets: a ticket counts for a day after its session’s end',
    'tickets: a ticket ends its session, with all those that were opened before its own ended',
    'tickets: a ticket is used up by its use',
  ],
  keepsTickets: ['tickets: a ticket is used up by its use'],
  forgetsEnds: [
    'tickets: a leave ticket stands for its session, and for nothing else',
    'tickets: a ticket ends its session, with all those that were opened before its own ended',
  ],
  seesTwice: ['race: a value that is used twice at once is new to one'],
  softensNothing: [
    'changes: a soft removal leaves the mapping and nothing else; linked again it is whole',
  ],
  leavesLoginIds: ['changes: a removal takes identities and login ids, and only those'],
  leaseWithoutFence: [
    'destinations: only who has asked a destination can say that it is down, or that it is not',
    'errands: an attempt that has outlived its lease has no say',
  ],
  claimsTwice: ['errands: workers at once never get the same errand'],
  claimsUnfairly: [
    'destinations: a claim takes some of each destination, however many wait behind them',
  ],
  pausesEverything: [
    'destinations: a destination that does not answer pauses alone',
    'destinations: a pause doubles while nothing answers, up to five minutes',
    'destinations: attempts at once that meet no answer are one outage',
    'destinations: only who has asked a destination can say that it is down, or that it is not',
  ],
  pausesNothing: [
    'destinations: a destination that does not answer pauses alone',
    'destinations: a pause doubles while nothing answers, up to five minutes',
    'destinations: only who has asked a destination can say that it is down, or that it is not',
  ],
  keepsTokens: [
    'errands: an errand that has ended is over, and its tokens are gone',
    'errands: deliveries about one person to one webhook come one after the other',
  ],
  revokesReconnected: [
    'errands: before an attempt a worker looks once more',
    'errands: what a later link was given is left alone, wherever it is',
  ],
  forgetsRemovals: [
    'removals: a removal and an older sign-in at once never leave the person linked',
    'removals: a removal is forgotten after 400 days',
    'removals: a removal is remembered for whoever links the person again',
    'removals: a removal that comes in between is seen by the older sign-in',
    'removals: each link of a person counts one up, and so does each removal',
    'removals: only the people that are about to be linked are told of',
    'removals: tokens that came with a refused sign-in are taken back',
    'removals: whoever was only linked was not removed',
  ],
  forgetsMarks: [
    'removals: a removal and an older sign-in at once never leave the person linked',
    'removals: a removal that comes in between is seen by the older sign-in',
    'removals: each link of a person counts one up, and so does each removal',
  ],
  writesNoJournal: [
    'answers: a key can be used again when its answer has served its time',
    'answers: a second change under one key is refused, and undone',
    'answers: a second sign-in under one key is refused, and undone',
    'answers: answers are kept for 24 hours',
    'answers: keys are apart by site, caller and key',
    'answers: of requests with one key at once, one is carried out',
    'answers: what is known of an answer is kept under its key, with the change itself',
    'journal: a finished receipt is not told to the page whose call saw it',
    'journal: errands of one change that end at once finish its receipt once',
    'journal: the end of an errand is written into the receipt of its change, and the last one finishes it',
    'journal: every change that says so is on record, in order',
  ],
  forgetsKeys: [
    'answers: a key can be used again when its answer has served its time',
    'answers: a second change under one key is refused, and undone',
    'answers: a second sign-in under one key is refused, and undone',
    'answers: answers are kept for 24 hours',
    'answers: keys are apart by site, caller and key',
    'answers: of requests with one key at once, one is carried out',
    'answers: what is known of an answer is kept under its key, with the change itself',
  ],
  leavesReceipts: [
    'journal: a finished receipt is not told to the page whose call saw it',
    'journal: errands of one change that end at once finish its receipt once',
    'journal: the end of an errand is written into the receipt of its change, and the last one finishes it',
  ],
  tellsTwice: [
    'pages: a page that was away is told the same, oldest first',
    'pages: changes at once are all heard, each once',
    'pages: every told change is heard once, as it was told, in order',
    'pages: nothing is heard of a refused change',
    'pages: what an account was told survives it',
    'pages: whoever holds nobody’s page hears nothing',
    'pages: whoever listens hears what other instances change; who has stopped hears nothing',
  ],
  tellsRefused: ['pages: nothing is heard of a refused change'],
  tellsNobody: [
    'pages: a page that was away is told the same, oldest first',
    'pages: changes at once are all heard, each once',
    'pages: every told change is heard once, as it was told, in order',
    'pages: nothing is heard of a refused change',
    'pages: what an account was told survives it',
    'pages: whoever holds nobody’s page hears nothing',
    'pages: whoever listens hears what other instances change; who has stopped hears nothing',
  ],
  tellsAll: ['pages: whoever holds nobody’s page hears nothing'],
  hearsNothingLate: ['instances: what becomes visible late is heard all the same'],
  forgetsIssuer: ['provider sessions: the issuer says whose session it is, where one was told'],
  endsNamedOnly: [
    'provider sessions: a session id with its person means also what was told without one',
  ],
  forgetsTime: [
    'provider sessions: a message means the sessions that had begun when it was written',
  ],
  namesNobody: ['provider sessions: what was opened is named also when it is over'],
  losesNotes: ['trips: a note stays, and notes at once are all kept'],
  rewritesAnswers: ['trips: the first answer to a deletion request stays'],
  forgetsImports: ['bringing: an import goes on where it was broken off, one under each name'],
  bringsBack: ['bringing: whoever is gone stays gone'],
  neverPurges: [
    'purge: a session that has ended goes after a month, its ID token after an hour',
    'purge: a session that has ended with weeks left goes within three months',
    'purge: a session that has run out goes after a month, its ID token after an hour',
    'purge: answers to deletion requests go after 400 days',
    'purge: the journal goes after 400 days, errands that have ended too',
    'purge: used values and trips go when they have run out',
    'purge: what is purged goes in batches, and is counted',
  ],
  purgesAll: ['purge: what is purged goes in batches, and is counted'],
};

/**
 * Kinds whose tests would get in each other's way: what they are to purge, another purge may have first, or all at once
 * take longer than a destination's pause of two seconds.
 */
export const inTurn: readonly BrokenStoreKind[] = [
  'purgesAll',
  'leaseWithoutFence',
  'claimsUnfairly',
];

/** Kinds whose tests wait long for what never comes. */
export const waiting: readonly BrokenStoreKind[] = [
  'livesTooLong',
  'tellsTwice',
  'tellsNobody',
  'tellsAll',
  'hearsNothingLate',
  'neverPurges',
];
