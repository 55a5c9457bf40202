import type { DatabaseSync } from 'node:sqlite';
import type { Judged, Newcomer, Seen } from '../rules/newcomer.ts';
import { keyOfName, keyOfPerson } from '../rules/newcomer-keys.ts';

/** Remembers whose what would be, while nothing is written. */
export interface Rehearsal {
  /** Judges newcomers as if those before them had come. */
  judge(
    newcomers: readonly Newcomer[],
    seen: Seen,
    judge: (seen: Seen) => Judged[],
  ): Promise<Judged[]>;
  close(): void;
}

const keysOf = ({ identities, loginIds }: Newcomer): string[] => [
  ...identities.map(keyOfPerson),
  ...loginIds.map(keyOfName),
];

const open = async (): Promise<DatabaseSync> => {
  const { DatabaseSync: Database } = await import('node:sqlite');
  // Without a name it is a file of its own, which goes with it, and which memory need not hold.
  const database = new Database('');
  database.exec('create table owners(key text primary key, uid text not null) without rowid');
  database.exec('begin');
  return database;
};

/** Opens the memory of a rehearsal: on disk, since there may be a million people. */
export const openRehearsal = async (): Promise<Rehearsal> => {
  const database = await open();
  const find = database.prepare('select uid from owners where key = ?');
  const add = database.prepare(
    'insert into owners (key, uid) values (?, ?) on conflict do nothing',
  );
  return {
    judge: async (newcomers, seen, judge) => {
      for (const key of newcomers.flatMap(keysOf)) {
        const row = find.get(key) as { uid: string } | undefined;
        if (row) seen.owners.set(key, row.uid);
      }
      const judged = judge(seen);
      for (const { writing } of judged)
        for (const one of writing?.identities ?? [])
          add.run(
            keyOfPerson({
              provider: one.provider,
              subProvider: one.sub_provider,
              providerUid: one.provider_uid,
            }),
            one.uid,
          );
      for (const { writing } of judged)
        for (const one of writing?.loginIds ?? [])
          add.run(`${one.kind}\n${one.value_norm}`, one.uid);
      return judged;
    },
    close: () => database.close(),
  };
};
