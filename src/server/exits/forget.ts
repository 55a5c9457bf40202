import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Step } from '../../core/receipt.ts';
import { sql, type Part } from '../people/statement.ts';
import type { Change, ProviderPerson } from '../rules/account.ts';
import { hashPerson } from '../rules/stays-gone.ts';

// Tells a hash from what a provider or a site may call somebody.
const mark = 'sha256:';

/** What stands in place of a uid when its account is gone: who knows the uid finds it again, and nobody else does. */
export const pseudonymOfUid = (site: string, uid: string): string =>
  mark + hash('sha256', `${site}\n${uid}`);

/** What stands in place of a provider's id of a person when the account is gone. */
export const pseudonymOfPerson = (site: string, person: ProviderPerson): string =>
  mark + Buffer.from(hashPerson(site, person)).toString('hex');

/** The same of a receipt, for the row of the deletion itself. */
export const forgetInReceipt = (site: string, receipt: Step[]): Step[] =>
  receipt.map(({ identity, ...step }) => {
    if (identity === undefined) return step;
    const [provider = '', subProvider = ''] = (step.provider ?? '').split('/');
    const person = { provider, subProvider, providerUid: identity };
    return { ...step, identity: pseudonymOfPerson(site, person) };
  });

const hashed = (text: Part): Part =>
  sql`${mark}::text || encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

// As `hashPerson` has it.
const personOf = (site: string, provider: Part, subProvider: Part, providerUid: Part): Part =>
  hashed(sql`concat_ws(E'\n', ${site}::text, ${provider}, ${subProvider}, ${providerUid})`);

const forgetSteps = (site: string): Part => sql`(
  select coalesce(jsonb_agg(case when step ? 'identity' then jsonb_set(step, '{identity}', to_jsonb(${personOf(
    site,
    sql`split_part(step ->> 'provider', '/', 1)`,
    sql`split_part(step ->> 'provider', '/', 2)`,
    sql`step ->> 'identity'`,
  )})) else step end order by place), '[]')
  from jsonb_array_elements(receipt) with ordinality as steps(step, place))`;

const forgetConnections = (site: string): Part => sql`(
  select jsonb_agg(case when one ? 'connections' then jsonb_set(one, '{connections}', (
      select jsonb_agg(jsonb_set(connection, '{providerUID}', to_jsonb(${personOf(
        site,
        sql`connection ->> 'provider'`,
        sql`coalesce(connection ->> 'subProvider', '')`,
        sql`connection ->> 'providerUID'`,
      )})) order by nth)
      from jsonb_array_elements(one -> 'connections') with ordinality as connections(connection, nth)))
    else one end order by place)
  from jsonb_array_elements(announced) with ordinality as announcements(one, place))`;

/**
 * With its account, a person goes from what is remembered: hashes stand in place of ids, in the journal and in errands
 * that have ended; those that have not keep what they need, until they have.
 *
 * @see design.md section 7 "The journal"
 */
export const forgetPerson = (site: string, { deleteAccount }: Change): Part[] => {
  if (!deleteAccount) return [];
  const theirs = sql`site = ${site} and account = (select id::text from gate)`;
  return [
    sql`forgotten as (update outro.journal set uid = ${hashed(sql`concat_ws(E'\n', ${site}::text, uid)`)},
        cid = null, sealed_answer = null, receipt = ${forgetSteps(site)},
        announced = ${forgetConnections(site)}
      where ${theirs})`,
    sql`unlinked as (update outro.errands set forgets = true, provider_uid = case when state = 'pending' then provider_uid
        else ${personOf(site, sql`provider`, sql`sub_provider`, sql`provider_uid`)} end
      where ${theirs} and kind = 'revocation')`,
  ];
};
