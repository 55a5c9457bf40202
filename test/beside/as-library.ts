// The store suite brings people in by the port. On a site's own tables the site's library does that: what the suite asks
// for is written here as the library writes it, before outro is told. What its tables cannot hold as the suite spells it
// (a uid where ids are numbers, any text as the key of a session) is translated on the way in and out.
import { createHash } from 'node:crypto';
import type { Store } from '../../src/server/exits/store.ts';
import type { People, Who } from '../../src/server/people/people.ts';
import type { Account, Change, NewSession } from '../../src/server/rules/account.ts';
import type { Library, Query } from './schemas.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A key that every library's table takes. */
const keyOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const omit = (change: Change, names: readonly (keyof Change)[]): Change =>
  Object.fromEntries(Object.entries(change).filter(([name]) => !names.some((one) => one === name)));

/** Says another thing wherever something has this name. */
const rename = (value: unknown, names: Record<string, (text: string) => unknown>): unknown => {
  if (Array.isArray(value)) return value.map((one) => rename(one, names));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const to = Object.hasOwn(names, name) ? names[name] : undefined;
      return [name, to && typeof one === 'string' ? to(one) : rename(one, names)];
    }),
  );
};

/** A library at work on its tables, and stores as the suite wants them. */
export const asLibrary = (library: Library, query: Query) => {
  const ids = new Map<string, string>();
  const uids = new Map<string, string>();
  const keys = new Map<string, string>();
  const spelled = new Map<string, string | undefined>();
  const into = { uid: (uid: string) => ids.get(uid) ?? uid };
  const outOf = {
    uid: (id: string) => uids.get(id) ?? id,
    siteSession: (key: string) => (spelled.has(key) ? spelled.get(key) : key),
  };
  const out = <Value>(value: Value): Value => rename(value, outOf) as Value;

  const whoOf = (who: Who): Who => {
    const { site, linking } = who;
    const rest = { site, ...(linking && { linking }) };
    if ('session' in who) return { ...rest, siteSession: keys.get(hexOf(who.session)) ?? 'none' };
    if ('ticket' in who)
      return {
        ...rest,
        siteSession: keys.get(hexOf(who.ticket)) ?? 'none',
        evenEnded: who.evenEnded,
      };
    if ('siteSession' in who)
      return {
        ...who,
        siteSession: keyOf(who.siteSession),
        ...(who.uid !== undefined && { uid: into.uid(who.uid) }),
      };
    if ('uid' in who) return { ...rest, uid: into.uid(who.uid) };
    return 'identity' in who ? { ...rest, identity: who.identity } : who;
  };

  const addUser = async (uid: string, change: Change | undefined): Promise<string> => {
    const email = change?.addLoginIds?.find(({ kind }) => kind === 'email')?.value;
    const id = await library.addUser(query, email?.toLowerCase() ?? `${uid}@shop.example`);
    ids.set(uid, id);
    uids.set(id, uid);
    return id;
  };

  const nameSession = ({ tokenHash, ticketHash, siteSession }: NewSession): string => {
    const key = keyOf(siteSession ?? hexOf(tokenHash));
    keys.set(hexOf(tokenHash), key);
    if (ticketHash) keys.set(hexOf(ticketHash), key);
    spelled.set(key, siteSession);
    return key;
  };

  /** What the library writes at a sign-in, of which outro is told then. */
  const signIn = async (
    id: string,
    account: Account | undefined,
    change: Change,
  ): Promise<void> => {
    for (const { provider, providerUid } of change.linkIdentities ?? [])
      if (
        !account?.identities.some(
          (one) => one.provider === provider && one.providerUid === providerUid,
        )
      )
        await library.link(query, id, provider, providerUid);
    if (change.addLoginIds?.some(({ wayIn }) => wayIn === 'password'))
      await library.setPassword?.(query, id);
    if (!change.openSession) return;
    const key = nameSession(change.openSession);
    await library.openSession(query, id, key);
    const {
      table,
      schema = library.mapping.schema ?? 'public',
      ...rows
    } = library.mapping.sessions as {
      table: string;
      schema?: string;
      key: string;
      expires: string;
    };
    await query(
      `update "${schema}"."${table}" set "${rows.expires}" = now() + $2 * interval '1 second' where "${rows.key}"::text = $1`,
      [key, change.openSession.expiresIn],
    );
  };

  /** What is left for outro: the rest is the library's own. */
  const toldOf = ({ openSession, ...change }: Change): Change => ({
    ...omit(change, ['uid', 'profile', 'addLoginIds']),
    ...(openSession && { openSession: { ...openSession, siteSession: nameSession(openSession) } }),
  });

  const peopleOn = (people: People): People => ({
    ...people,
    read: async (who) => out(await people.read(whoOf(who))),
    async update(who, decide) {
      if ('create' in who && who.create) {
        const account = await people.read(whoOf(who));
        const { change } = decide(out(account));
        const uid = 'uid' in who ? who.uid : who.create.uid;
        const id = account?.id ?? ids.get(uid) ?? (await addUser(uid, change));
        if (change) await signIn(id, account, change);
      }
      return people.update(whoOf(who), (account) => {
        const { change, ...decision } = decide(out(account));
        return { ...decision, ...(change && { change: toldOf(change) }) };
      });
    },
  });

  const sites = Object.entries(library.mapping)
    .filter(([name]) => ['users', 'identities', 'sessions'].includes(name))
    .flatMap(([, rows]) => [rows].flat() as { table: string; schema?: string }[])
    .map(({ table, schema = library.mapping.schema ?? 'public' }) => `"${schema}"."${table}"`);

  return {
    /** A store as the suite wants it. */
    dress: (store: Store): Store => ({
      ...store,
      people: peopleOn(store.people),
      exits: Object.fromEntries(
        Object.entries(store.exits).map(([name, member]) => [
          name,
          typeof member !== 'function'
            ? member
            : (...given: unknown[]): unknown => {
                const call = member as (...given: unknown[]) => unknown;
                const found = call(...given.map((one) => rename(one, into)));
                return found instanceof Promise ? found.then(out) : out(found);
              },
        ]),
      ) as unknown as Store['exits'],
    }),
    /** The tables of the site, for whoever looks into them. */
    sites: [...new Set(sites)],
    async reset(): Promise<void> {
      for (const one of [ids, uids, keys, spelled]) one.clear();
      const ours = await query(
        `select format('outro.%I', table_name) as name from information_schema.tables
          where table_schema = 'outro' and table_type = 'BASE TABLE' and table_name <> 'schema_steps'`,
      );
      // Faster than to truncate them; what else refers to them is left, and refers to nobody.
      const deletions = [...sites, ...ours.map(({ name }) => String(name))].map(
        (name) => `delete from ${name}`,
      );
      await query(
        `begin; set local session_replication_role = replica; ${deletions.join('; ')}; commit`,
      );
    },
  };
};
