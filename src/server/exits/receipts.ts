import type { Step } from '../../core/receipt.ts';
import type { Subscription } from '../rules/account.ts';
import { sql, type Part } from '../people/statement.ts';
import type { Announcement } from '../config/change-types.ts';
import { knowDestinations, oweDeliveries } from './deliveries.ts';
import { pseudonymOfPerson } from './forget.ts';
import type { Errand } from './exits.ts';

const finished: Announcement[] = [{ type: 'outro.receipt.finished' }];

// By the clock of the database, as JavaScript writes it.
const retryAt = sql`to_char(ended.next_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const waiting = (about: object): string => JSON.stringify({ status: 'pending', ...about });

/** What an errand's step says while it waits, under each name that it may have. */
const waitingSteps = (errand: Errand): [own: string, forgotten: string] => {
  if (errand.kind === 'webhook') {
    const step = waiting({ step: 'site-session' });
    return [step, step];
  }
  const { site, provider, subProvider, providerUid } = errand;
  const at = subProvider ? `${provider}/${subProvider}` : provider;
  const named = (identity: string): string => waiting({ provider: at, identity });
  // Whose account is gone goes by another name.
  return [
    named(providerUid),
    named(pseudonymOfPerson(site, { provider, subProvider, providerUid })),
  ];
};

/**
 * Parts of the statement that ends an attempt: they read its errand from `ended`, and write what came of it into the
 * receipt of its change. Behind the last step that was pending there is a row in the journal that says the receipt is
 * finished, `finishing`: its place is where whoever reads the journal in order hears of it.
 *
 * The row is its own judge: two errands of one change that end at once come here one after the other.
 *
 * @see design.md section 7 "The row's receipt is finished when its errands end"
 */
export const finishReceipt = (
  errand: Errand,
  step: Partial<Step>,
  subscriptions: Subscription[] = [],
): Part[] => {
  const { site } = errand;
  const [own, forgotten] = waitingSteps(errand);
  return [
    sql`noted as (update outro.journal as entry set receipt = (
        select jsonb_agg(case when step @> ${own}::jsonb or step @> ${forgotten}::jsonb
            then (step - '{reason,url,retryAt}'::text[]) || ${JSON.stringify(step)}::jsonb
              || case when ended.state = 'pending' then jsonb_build_object('retryAt', ${retryAt}) else '{}'::jsonb end
            else step end order by place)
        from jsonb_array_elements(entry.receipt) with ordinality as steps(step, place))
      from ended where entry.id = ended.journal and (entry.receipt @> jsonb_build_array(${own}::jsonb)
          or entry.receipt @> jsonb_build_array(${forgotten}::jsonb))
      returning entry.id, entry.site, entry.account, entry.uid, entry.call_id, entry.actor, entry.provider, entry.cid,
        entry.receipt, entry.told, ended.attempts)`,
    // A change about nobody's account has no pages, and nobody is told of it. Who asked has heard of it by the answer, where
    // it was the call itself that made the attempt.
    sql`finishing as (insert into outro.journal (site, account, uid, call_id, actor, method, provider, cid, receipt, told,
        announced, finishes)
      select site, account, uid, call_id, actor, 'receipt', provider, cid, '[]', case when account is not null
        then jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('name', 'receipt', 'exceptSession',
          case when attempts = 1 then told -> 0 ->> 'exceptSession' end))) end,
        case when account is not null then ${JSON.stringify(finished)}::jsonb end, id
      from noted where not receipt @> '[{"status": "pending"}]' returning id, account)`,
    ...oweDeliveries(site, sql`finishing`, finished, subscriptions),
    ...(subscriptions.length > 0
      ? [
          knowDestinations(
            sql`destined`,
            site,
            sql`finishing`,
            subscriptions.map(({ destination }) => destination),
          ),
        ]
      : []),
  ];
};
