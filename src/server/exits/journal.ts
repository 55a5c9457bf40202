import { sql as raw, type Selectable } from 'kysely';
import type { Account, Change, PageEvent } from '../rules/account.ts';
import type { Store } from '../people/people.ts';
import type { Database } from '../people/load.ts';
import { join, run, sql, type Part } from '../people/statement.ts';
import type { Tables } from './tables.ts';

/** How an engine hears a channel: `hear` for each notification, `look` whenever some may have been missed. */
export type Subscribe = (
  channel: string,
  on: { hear: (payload: string) => void; look: () => Promise<void> },
) => Promise<() => Promise<void>>;

const channel = 'outro_page_events';

/**
 * Tells open pages, in the transaction of the change: what is undone is never told. Part of one statement, whose result
 * has to take `wake` in.
 */
export const tellPages = (
  site: string,
  account: Account,
  { tell = [] }: Change,
): { parts: Part[]; wake: Part } => {
  if (tell.length === 0) return { parts: [], wake: sql`0` };
  const rows = tell.map(
    ({ name, sessions, exceptSession, provider, receipt }) =>
      sql`(${site}, ${account.id}::bigint, ${sessions ? JSON.stringify(sessions) : null}::jsonb,
        ${exceptSession ?? null}::uuid, ${name}, ${provider ?? null}, ${JSON.stringify(receipt)}::jsonb)`,
  );
  return {
    parts: [
      sql`told as (insert into outro.page_events
        (site, account_id, sessions, except_session, name, provider, receipt)
        values ${join(rows)} returning id, account_id)`,
    ],
    // The row is the truth and may be long; the notification only wakes.
    wake: sql`(select count(pg_notify(${channel},
      json_build_object('id', id::text, 'account', account_id::text)::text) order by id) from told)`,
  };
};

const toEvent = (row: Selectable<Tables['page_events']>): PageEvent => ({
  id: String(row.id),
  name: row.name,
  site: row.site,
  account: String(row.account_id),
  sessions: row.sessions ?? undefined,
  exceptSession: row.except_session ?? undefined,
  provider: row.provider ?? undefined,
  receipt: row.receipt,
});

// Milliseconds that a row may take from its time stamp until others can see it.
const margin = 60_000;

const clock = async (db: Database): Promise<Date> => {
  const [row] = await run<{ now: Date }>(db, sql`select clock_timestamp() as now`);
  return row?.now ?? new Date();
};

/** Hands out each row once, whether its notification or a look at the table finds it first. */
const createReader = async (db: Database, give: (event: PageEvent) => void) => {
  const known = new Map<string, Date>();
  const read = db.selectFrom('page_events').selectAll().orderBy('id');
  let since = await clock(db);
  const news = async (): Promise<PageEvent[]> => {
    const from = new Date(since.getTime() - margin);
    const now = await clock(db);
    const rows = await read.where('at', '>', from).execute();
    since = now;
    for (const [id, at] of known) if (at < from) known.delete(id);
    return fresh(rows);
  };
  const fresh = (rows: Selectable<Tables['page_events']>[]): PageEvent[] => {
    const unknown = rows.filter(({ id }) => !known.has(String(id)));
    for (const { id, at } of unknown) known.set(String(id), at);
    return unknown.map(toEvent);
  };
  await news();

  let turn: Promise<void> = Promise.resolve();
  // One after the other: what was told first is heard first.
  const inTurn = (find: () => Promise<PageEvent[]>): Promise<void> => {
    const done = turn.then(async () => (await find()).forEach(give));
    turn = done.catch(() => {});
    return done;
  };
  const wanted: string[] = [];
  return {
    look: () => inTurn(news),
    hear: (payload: string): void => {
      const id = /"id" ?: ?"(\d{1,18})"/.exec(payload)?.[1];
      if (id === undefined) return;
      wanted.push(id);
      const load = async () => {
        const ids = wanted.splice(0);
        return ids.length > 0 ? fresh(await read.where('id', 'in', ids).execute()) : [];
      };
      // Lost with the connection; the next look finds it.
      inTurn(load).catch(() => {});
    },
  };
};

/** The part of a store by which pages hear of changes on any instance; one subscription, however many hear. */
export const pageEventsOf = (
  db: Database,
  subscribe: Subscribe,
): { port: Pick<Store, 'listen' | 'pageEvents'>; stopListening(): Promise<void> } => {
  const hearers = new Set<{ hear: (event: PageEvent) => void }>();
  let subscription: ReturnType<Subscribe> | undefined;
  const start = (): ReturnType<Subscribe> => {
    // One that is just being stopped may still find something.
    const give = (event: PageEvent): void => {
      if (subscription === started) for (const { hear } of hearers) hear(event);
    };
    const started = createReader(db, give).then((reader) => subscribe(channel, reader));
    return started;
  };
  const stopListening = async (): Promise<void> => {
    const stopped = subscription;
    subscription = undefined;
    await stopped?.then(
      (stop) => stop(),
      () => {},
    );
  };
  const port: Pick<Store, 'listen' | 'pageEvents'> = {
    async listen(hear) {
      const hearer = { hear };
      hearers.add(hearer);
      const current = (subscription ??= start());
      try {
        await current;
      } catch (error) {
        hearers.delete(hearer);
        if (subscription === current) subscription = undefined;
        throw error;
      }
      return async () => {
        if (hearers.delete(hearer) && hearers.size === 0) await stopListening();
      };
    },

    async pageEvents({ site, account }) {
      const rows = await db
        .selectFrom('page_events')
        .selectAll()
        .where('site', '=', site)
        .where('account_id', '=', account)
        .where('at', '>', raw<Date>`clock_timestamp() - interval '10 minutes'`)
        .orderBy('id')
        .execute();
      return rows.map(toEvent);
    },
  };
  return { port, stopListening };
};
