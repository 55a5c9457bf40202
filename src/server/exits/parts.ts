import { Buffer } from 'node:buffer';
import type { Account, Change, Identity, ProviderPerson } from '../rules/account.ts';
import { hashPerson } from '../rules/stays-gone.ts';
import type { ExitsWriter } from '../people/people.ts';
import { rowsOf, sql, type Part } from '../people/statement.ts';
import type { Announcement } from '../config/change-types.ts';
import { announce } from '../rules/announcements.ts';
import { forgetInReceipt, forgetPerson, pseudonymOfUid } from './forget.ts';
import { knowDestinations, oweDeliveries } from './deliveries.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const writeJournal = (
  site: string,
  account: Account,
  { uid = account.uid, deleteAccount, journal, tell }: Change,
  announced: Announcement[],
): Part[] => {
  if (!journal) return [];
  const { key, sealedAnswer = null } = journal.once ?? {};
  const [subject, receipt] = deleteAccount
    ? [pseudonymOfUid(site, uid), forgetInReceipt(site, journal.receipt)]
    : [uid, journal.receipt];
  return [
    sql`written as (insert into outro.journal (site, account, uid, sealed_uid, call_id, actor, method, provider,
        cid, receipt, told, announced, caller, key, request, sealed_answer)
      select ${site}::text, gate.id::text, ${subject}::text, ${journal.sealedUid ?? null}::text, ${journal.callId}::text, ${journal.actor}::text,
        ${journal.method}::text, ${journal.provider ?? null}::text, ${journal.cid ?? null}::text,
        ${JSON.stringify(receipt)}::jsonb, ${tell?.length ? JSON.stringify(tell) : null}::jsonb,
        ${announced.length > 0 ? JSON.stringify(announced) : null}::jsonb,
        ${key?.caller ?? null}::bytea, ${key?.key ?? null}::text, ${key?.request ?? null}::bytea,
        ${sealedAnswer}::text
      from gate returning id, account)`,
  ];
};

const identitiesGone = (
  { identities }: Account,
  { deleteAccount, removeIdentities = [], softenIdentities = [] }: Change,
): Identity[] => {
  const gone = [...removeIdentities, ...softenIdentities];
  return identities.filter(({ id }) => deleteAccount || gone.includes(id));
};

const toPersonRow = (site: string, person: ProviderPerson) => ({
  provider: person.provider,
  sub_provider: person.subProvider,
  hash: hexOf(hashPerson(site, person)),
});

/** Notes what a change removes; whoever links one of these people meanwhile waits for the row, or is waited for. */
const noteRemovals = (site: string, account: Account, change: Change): Part[] => {
  const gone = identitiesGone(account, change);
  if (gone.length === 0) return [];
  const rows = gone.map((one) => ({ ...toPersonRow(site, one), generation: one.generation }));
  return [
    sql`noted as (insert into outro.removed_identities as removed
        (site, provider, sub_provider, person_hash, removed_at, generation, rev)
      select ${site}::text, row.provider, row.sub_provider, decode(row.hash, 'hex'), clock_timestamp(),
        row.generation, 1
      from gate, ${rowsOf(rows, 'provider text, sub_provider text, hash text, generation int')}
      order by row.provider, row.sub_provider, row.hash
      on conflict (site, provider, sub_provider, person_hash) do update set
        removed_at = clock_timestamp(), generation = excluded.generation, rev = removed.rev + 1,
        marked_at = clock_timestamp()
      returning 1)`,
  ];
};

/** Marks who is about to be linked, unless there was a removal that the decision has not seen. */
const markLinking = (
  site: string,
  account: Account,
  linking: ProviderPerson[],
  there: Part,
): Part[] => {
  if (linking.length === 0) return [];
  const rows = linking.map((person) => {
    const seen = account.removals.find(
      (one) =>
        one.provider === person.provider &&
        one.subProvider === person.subProvider &&
        one.providerUid === person.providerUid,
    );
    return { ...toPersonRow(site, person), rev: seen?.rev ?? 0 };
  });
  const people = rowsOf(rows, 'provider text, sub_provider text, hash text, rev int');
  return [
    sql`marked as (insert into outro.removed_identities as removed
        (site, provider, sub_provider, person_hash, rev)
      select ${site}::text, row.provider, row.sub_provider, decode(row.hash, 'hex'), row.rev
      from ${there}, ${people} order by row.provider, row.sub_provider, row.hash
      on conflict (site, provider, sub_provider, person_hash) do update set marked_at = clock_timestamp()
      where removed.rev = excluded.rev
      returning provider, sub_provider, person_hash, generation)`,
  ];
};

/** In the change's own transaction: either both happen or neither, whatever dies afterwards. */
const writeErrands = (site: string, { revoke, journal, deleteAccount }: Change): Part[] => {
  const { permissions = [], lease } = revoke ?? {};
  if (permissions.length === 0) return [];
  const rows = permissions.map((one) => ({
    provider: one.provider,
    sub_provider: one.subProvider,
    provider_uid: one.providerUid,
    generation: one.generation,
    tokens: one.sealedTokens ?? null,
  }));
  const columns =
    'provider text, sub_provider text, provider_uid text, generation int, tokens text';
  const leased = lease
    ? sql`1, ${lease.id}::uuid, now() + ${lease.time}::float8 * interval '1 millisecond'`
    : sql`0, null::uuid, null::timestamptz`;
  return [
    sql`owed as (insert into outro.errands (kind, site, destination, account, journal, provider,
        sub_provider, provider_uid, generation, forgets, sealed_payload, attempts, lease, lease_until)
      select 'revocation', ${site}::text, row.provider, gate.id::text,
        ${journal ? sql`(select id from written)` : sql`null::bigint`}, row.provider, row.sub_provider,
        row.provider_uid, row.generation, ${deleteAccount ?? false}::boolean, row.tokens, ${leased}
      from gate, ${rowsOf(rows, columns)})`,
  ];
};

/** Where the errands of a change go. */
const writeDestinations = (
  site: string,
  { revoke, journal, subscriptions = [] }: Change,
  announced: Announcement[],
): Part[] => {
  const told = journal && announced.length > 0 ? subscriptions : [];
  const all = [
    ...(revoke?.permissions ?? []).map(({ provider }) => provider),
    ...told.map(({ destination }) => destination),
  ];
  return all.length > 0 ? [knowDestinations(sql`destined`, site, sql`gate`, all)] : [];
};

const openProviderSessions = (
  site: string,
  { openSession, linkIdentities = [] }: Change,
): Part[] => {
  const rows = (openSession?.providerSessions ?? []).flatMap(({ identity, ...told }) => {
    const of = linkIdentities[identity];
    return of
      ? {
          provider: of.provider,
          sub_provider: of.subProvider,
          provider_uid: of.providerUid,
          issuer: told.issuer ?? null,
          sid: told.sid ?? null,
          token: told.sealedIdToken ?? null,
        }
      : [];
  });
  if (!openSession || rows.length === 0) return [];
  return [
    sql`sessions_there as (insert into outro.provider_sessions (site, account, session, provider, sub_provider,
        provider_uid, issuer, sid, sealed_id_token, session_ends_at)
      select ${site}::text, gate.id::text, opened.id::text, row.provider, row.sub_provider,
        row.provider_uid, row.issuer, row.sid, row.token,
        now() + ${openSession.expiresIn}::float8 * interval '1 second'
      from gate, opened, ${rowsOf(
        rows,
        'provider text, sub_provider text, provider_uid text, issuer text, sid text, token text',
      )})`,
  ];
};

const endProviderSessions = (site: string, { deleteAccount, endSessions }: Change): Part[] => {
  const theirs = sql`site = ${site} and account = (select id::text from gate)`;
  if (deleteAccount)
    return [sql`sessions_there as (delete from outro.provider_sessions where ${theirs})`];
  const ids = endSessions?.ids ?? [];
  if (ids.length === 0) return [];
  return [
    sql`sessions_over as (update outro.provider_sessions set session_ends_at = now()
      where ${theirs} and session = any(${ids}::text[]) and session_ends_at > now())`,
  ];
};

/** What outro itself remembers of a change, as parts of its statement; locks are taken in this order everywhere. */
export const exitParts = (
  site: string,
  account: Account,
  change: Change,
  linking: ProviderPerson[],
  there = sql`gate`,
): ReturnType<ExitsWriter['parts']> => {
  const announced = announce(account, change);
  return {
    marks: markLinking(site, account, change.linkIdentities?.length ? linking : [], there),
    before: [
      ...noteRemovals(site, account, change),
      ...writeJournal(site, account, change, announced),
      ...forgetPerson(site, account.isNew ? {} : change),
      ...writeErrands(site, change),
      ...(change.journal ? oweDeliveries(site, sql`written`, announced, change.subscriptions) : []),
      ...writeDestinations(site, change, announced),
    ],
    after: [...openProviderSessions(site, change), ...endProviderSessions(site, change)],
  };
};
