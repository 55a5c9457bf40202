import type { Subscription } from '../rules/account.ts';
import { rowsOf, sql, type Part } from '../people/statement.ts';
import type { Announcement } from '../config/change-types.ts';
import { siteSessionsPlace } from '../config/webhook-settings.ts';
import { placesOfRow } from '../rules/announcements.ts';

/** Makes destinations known, which is where errands are claimed of. */
export const knowDestinations = (name: Part, site: string, from: Part, all: string[]): Part => {
  const rows = all.map((destination) => ({ destination }));
  return sql`${name} as (insert into outro.destinations (site, destination)
    select distinct ${site}::text, row.destination from ${from}, ${rowsOf(rows, 'destination text')}
    order by 2 on conflict do nothing)`;
};

/** Which of a change's announcements go where. */
export const deliveriesOf = (
  announced: Announcement[],
  subscriptions: Subscription[],
): { destination: string; nth: number }[] =>
  subscriptions.flatMap(({ destination, types }) =>
    announced.flatMap(({ type, siteSessions = [] }, nth) => {
      const isNothing = destination === siteSessionsPlace && siteSessions.length === 0;
      return types.includes(type) && !isNothing ? { destination, nth } : [];
    }),
  );

/**
 * Errands for those who want to be told: one for each of them and each announcement.
 *
 * @param from relation that has the row of the journal, `id` and `account`; empty when nothing was written.
 */
export const oweDeliveries = (
  site: string,
  from: Part,
  announced: Announcement[],
  subscriptions: Subscription[] = [],
): Part[] => {
  const rows = deliveriesOf(announced, subscriptions);
  if (rows.length === 0) return [];
  return [
    sql`promised as (insert into outro.errands (kind, site, destination, account, journal, place)
      select 'webhook', ${site}::text, row.destination, account, id, id * ${placesOfRow}::int + row.nth
      from ${from}, ${rowsOf(rows, 'destination text, nth int')} where account is not null)`,
  ];
};
