import type { Account, Change } from '../rules/account.ts';
import type { ExitsWriter, Who } from './people.ts';
import { join, sql, type Part } from './statement.ts';
import { signInParts } from './write-sign-in.ts';

/** What a statement says of its change: whether the account was as the decision had seen it, and what was written. */
export interface Written {
  won: boolean;
  entry?: string | number | null;
  linked?: string | number;
  named?: string | number;
  marked?: string | number;
}

// A row here means that the account is as it was when the change was decided; everything else is done only then.
const gateOf = (who: Who, account: Account, change: Change): Part => {
  const { uid, profile, deleteAccount } = change;
  if (account.isNew && deleteAccount) return sql`gate as (select null::bigint as id)`;
  if (account.isNew)
    return sql`gate as (insert into outro.accounts (site, uid, is_site_uid, profile)
      values (${who.site}, ${account.uid}, ${account.isSiteUid},
        jsonb_strip_nulls(${JSON.stringify(profile ?? {})}::jsonb))
      on conflict (site, uid) do nothing returning id)`;
  const same = sql`id = ${account.id} and rev = ${account.rev} returning id`;
  if (deleteAccount) return sql`gate as (delete from outro.accounts where ${same})`;
  const set = [
    sql`rev = rev + 1`,
    ...(uid === undefined ? [] : [sql`uid = ${uid}, is_site_uid = true`]),
    ...(profile && Object.keys(profile).length > 0
      ? [sql`profile = jsonb_strip_nulls(profile || ${JSON.stringify(profile)}::jsonb)`]
      : []),
  ];
  return sql`gate as (update outro.accounts set ${join(set)} where ${same})`;
};

const ours = sql`account_id = (select id from gate)`;

// A session that would live for years more is forgotten like any other that has ended: after a month.
const endSessions = ({ endSessions: ended, spendTicket }: Change): Part[] => {
  const ids = [...(ended?.ids ?? []), ...(spendTicket === undefined ? [] : [spendTicket])];
  if (ids.length === 0) return [];
  const set = [
    sql`ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, ${ended?.reason ?? 'logout'})`,
    sql`expires_at = case when expires_at > now() + interval '60 days'
      then now() + interval '1 day' else expires_at end`,
    ...(spendTicket === undefined
      ? []
      : [sql`ticket_hash = case when id = ${spendTicket} then null else ticket_hash end`]),
  ];
  return [
    sql`ended as (update outro.sessions set ${join(set)} where id = any(${ids}::uuid[]) and ${ours})`,
  ];
};

const removalParts = (
  { identities: known, loginIds }: Account,
  { removeIdentities = [], softenIdentities = [], removeLoginIds: unnamed = [] }: Change,
): Part[] => {
  // Only those are noted.
  const isKnown = (id: string): boolean => known.some((one) => one.id === id);
  const [removed, softened] = [removeIdentities.filter(isKnown), softenIdentities.filter(isKnown)];
  const loosened = loginIds
    .filter(
      ({ id, identities }) =>
        !unnamed.includes(id) && identities.some((one) => softened.includes(one)),
    )
    .map(({ id }) => id);
  // What is removed is noted first: whoever links the same person meanwhile waits, and sees it.
  const isNoted = sql`${ours} and (select count(*) from noted) > 0`;
  return [
    ...(unnamed.length > 0
      ? [
          sql`unnamed as (delete from outro.login_ids where id = any(${unnamed}::uuid[]) and ${ours})`,
        ]
      : []),
    ...(removed.length > 0
      ? [
          sql`removed as (delete from outro.identities where id = any(${removed}::uuid[]) and ${isNoted})`,
        ]
      : []),
    // Everything stored about the connection goes; only who maps to whom is left.
    ...(softened.length > 0
      ? [
          sql`softened as (update outro.identities
            set state = 'mapping', profile = null, sealed_tokens = null, last_login_at = null
            where id = any(${softened}::uuid[]) and ${isNoted})`,
        ]
      : []),
    ...(loosened.length > 0
      ? [
          sql`loosened as (update outro.login_ids
            set came_with = array(select one from unnest(came_with) one where one <> all(${softened}::uuid[]))
            where id = any(${loosened}::uuid[]) and ${ours})`,
        ]
      : []),
  ];
};

/**
 * A change as one statement: its parts see the account as it was before, and take effect together, or not at all when
 * the account has changed since it was read.
 *
 * @param exits what is remembered of it; some of the parts here read theirs.
 */
export const changeStatement = (
  who: Who,
  account: Account,
  change: Change,
  exits: ReturnType<ExitsWriter['parts']>,
): Part => {
  const { linkIdentities = [], addLoginIds = [], journal } = change;
  const parts = [
    gateOf(who, account, change),
    ...exits.marks,
    ...exits.before,
    ...endSessions(change),
    ...removalParts(account, change),
    ...signInParts(who, account, change),
    ...exits.after,
  ];
  const said = [
    sql`exists(select from gate) as won`,
    ...(journal ? [sql`(select id from written) as entry`] : []),
    ...(linkIdentities.length > 0 ? [sql`(select count(*) from linked) as linked`] : []),
    ...(addLoginIds.length > 0 ? [sql`(select count(*) from named) as named`] : []),
    ...(linkIdentities.length > 0 && who.linking?.length
      ? [sql`(select count(*) from marked) as marked`]
      : []),
  ];
  return sql`with ${join(parts)} select ${join(said)}`;
};
