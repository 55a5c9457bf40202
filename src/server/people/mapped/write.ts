import { fail } from '../../../core/error.ts';
import type { Change } from '../../rules/account.ts';
import { requireSeen } from '../../rules/stays-gone.ts';
import type { ExitsWriter, Who } from '../people.ts';
import { join, rowsOf, sql, type Part } from '../statement.ts';
import { isUsers } from './find.ts';
import type { MappedIdentity } from './identity.ts';
import type { Loaded } from './load.ts';
import { noteOpened, noteParts, noteTold, type Taken } from './notes.ts';
import type { MappedSession } from './session.ts';
import type { IdentityPlan, Plan, SessionPlan, TablePlan } from './plan.ts';

/** What a statement says of its change. */
export interface MappedWritten {
  /** Everything was written; else nothing was. */
  isWritten: boolean;
  entry?: string | number | null;
}

// Names of parts; no mapping has as many tables.
const names = Array.from({ length: 60 }, (_, index) => sql([`part_${index}`]));
const named = (parts: Part[]): Part[] =>
  parts.map((part, index) => sql`${names[index]} as (${part})`);

/**
 * What the site itself must write: its tables are its own, but for leaving.
 *
 * @throws operationNotAllowed
 */
export const refuseForeign = ({ uid, profile, addLoginIds, removeLoginIds }: Change): void => {
  const given = { uid, profile, addLoginIds, removeLoginIds };
  const foreign = Object.entries(given).find(([, value]) => value && Object.keys(value).length > 0);
  if (foreign)
    fail(
      'operationNotAllowed',
      `${foreign[0]}: people are in the site's own tables; change them there, and tell of a sign-in by signedIn`,
    );
};

const isIn =
  (ids: string[]) =>
  ({ identity }: MappedIdentity): boolean =>
    ids.includes(identity.id);

/** Finds what a change takes among what was loaded. */
export const takenBy = (loaded: Loaded, change: Change): Taken => {
  const { deleteAccount, removeIdentities = [], softenIdentities = [], endSessions } = change;
  const isEnded = ({ session }: MappedSession): boolean =>
    deleteAccount === true || (endSessions?.ids ?? []).includes(session.id);
  return {
    removed: deleteAccount ? loaded.identities : loaded.identities.filter(isIn(removeIdentities)),
    softened: loaded.identities.filter(isIn(softenIdentities)),
    ended: loaded.sessions.filter(isEnded),
    left: loaded.sessions.filter((one) => !isEnded(one)),
  };
};

const plansIn = <One extends TablePlan>(some: { plan: One }[]): One[] => [
  ...new Set(some.map(({ plan }) => plan)),
];

const endRows = ({ from, ends }: TablePlan, which: Part): Part =>
  ends ? sql`update ${from} ${ends} where ${which}` : sql`delete from ${from} where ${which}`;

/** Rows of these people at providers: by provider and subject, as the table spells them. */
const isOneOf = (plan: IdentityPlan, some: MappedIdentity[]): Part => {
  const pairs = some
    .filter((one) => one.plan === plan)
    .map(({ spelling, identity }) => ({ provider: spelling, subject: identity.providerUid }));
  return sql`(${plan.provider}, ${plan.subject}) in (select row.provider, row.subject
    from ${rowsOf(pairs, 'provider text, subject text')})`;
};

// Of one that the library has left behind when its user went, a later sign-in would make a second row of one subject.
const isTheirs = (of: IdentityPlan, { users }: Plan, uid: string): Part => {
  const own = sql`(select ${users.id} as id from ${users.from}) as owner`;
  const isOwner =
    of.userType === users.userType
      ? sql`owner.id = ${of.user}`
      : sql`owner.id::text = ${of.user}::text`;
  return sql`(${isUsers(of, uid)} or not exists(select from ${own} where ${isOwner}))`;
};

// Where identities are columns of the user's row, each statement would undo the other.
const isWide = (one: MappedIdentity, { users }: Plan): boolean => one.plan.name === users.name;

const identityParts = (plan: Plan, uid: string, { removed, softened }: Taken): Part[] => {
  const rows = removed.filter((one) => !isWide(one, plan));
  const parts = plansIn(rows).map((of) =>
    endRows(of, sql`${isOneOf(of, rows)} and ${isTheirs(of, plan, uid)} and ${of.counts}`),
  );
  const soft = plansIn(softened).flatMap((of) =>
    of.soft
      ? [
          sql`update ${of.from} ${of.soft} where ${isOneOf(of, softened)} and ${isUsers(of, uid)} and ${of.counts}`,
        ]
      : [],
  );
  return [...parts, ...soft];
};

/** Identities that are columns of the user's row, one statement after the other. */
export const wideStatements = (plan: Plan, uid: string, { removed }: Taken): Part[] =>
  removed
    .filter((one) => isWide(one, plan))
    .map(({ plan: of }) => endRows(of, sql`${isUsers(of, uid)} and ${of.counts}`));

const sessionParts = (uid: string, { ended }: Taken): Part[] =>
  plansIn(ended.flatMap(({ plan }) => (plan ? [{ plan }] : []))).map((of: SessionPlan) => {
    const keys = ended.flatMap(({ plan, key }) => (plan === of && key !== undefined ? [key] : []));
    return endRows(of, sql`${of.key} = any(${keys}::text[]) and ${isUsers(of, uid)}`);
  });

const accountParts = (plan: Plan, uid: string): Part[] => {
  const { users, identities, sessions, waysIn } = plan;
  // What hangs on the person first; a table that is not named here says so by its own foreign key.
  const hanging = [...identities, ...sessions, ...waysIn].filter(({ name }) => name !== users.name);
  const byName = [...new Map(hanging.map((one) => [one.name, one])).values()];
  return [
    ...byName.map((one) => endRows(one, isUsers(one, uid))),
    endRows(users, isUsers(users, uid)),
  ];
};

const notes = ['linkIdentities', 'openSession', 'revoke', 'subscriptions'];

/** Whether a change only notes what the library has told of, and that older tokens are to be taken back: nobody hears of it. */
export const onlyNotes = (change: Change): boolean =>
  Object.entries(change).every(([name, value]) => value === undefined || notes.includes(name));

/** Whether nobody is promised anything by a change. */
const isUnhurried = (change: Change, plan: Plan): boolean =>
  onlyNotes(change) && !change.revoke && !plan.tokenSessions;

// A sign-in has a handful of commits that wait for the disk; one more would make it a quarter longer.
const unhurried = sql`set_config('synchronous_commit', 'off', true) as unhurried`;

/** Behind the lock, the person is there. */
export const behindLock = (uid: string): Part => sql`there as (select ${uid}::text as id)`;

/** The lock itself, and nobody where the person has gone. */
export const lockOf = ({ users }: Plan, uid: string): Part =>
  sql`there as (select ${uid}::text as id from ${users.from}
    where ${isUsers(users, uid)} and ${users.counts} for no key update)`;

/**
 * A change as one statement: what the site's tables lose, and what is remembered of it.
 *
 * @param there the person's id, of somebody who is there and locked.
 * @throws operationNotAllowed
 */
export const mappedStatement = (
  { site, linking = [] }: Who,
  plan: Plan,
  loaded: Loaded,
  change: Change,
  there: Part,
  exits: Pick<ExitsWriter, 'parts'>,
): Part => {
  requireSeen(linking, change);
  const { account } = loaded;
  const uid = account.id;
  const taken = takenBy(loaded, change);
  const { marks, before, after } = exits.parts(site, account, change, linking, sql`there`);
  const parts = [
    there,
    ...marks,
    ...noteTold(site, uid, change, linking, loaded.noted),
    ...before,
    ...noteOpened(site, uid, change),
    ...named([
      ...(change.deleteAccount
        ? accountParts(plan, uid)
        : [...identityParts(plan, uid, taken), ...sessionParts(uid, taken)]),
      ...noteParts(site, account, change, taken),
    ]),
    ...after,
  ];
  const said = [
    ...(change.journal ? [sql`(select id from written) as entry`] : []),
    ...(isUnhurried(change, plan) ? [unhurried] : []),
  ];
  return sql`with ${join(parts)} select ${join([sql`exists(select from gate) as "isWritten"`, ...said])}`;
};
