// What the benchmark tells its processes, and how they hear it.

/** What every server under test is asked. */
export type Order =
  | {
      do: 'start';
      /** Of the database; `''` is an embedded one, which outro alone knows. */
      url: string;
      /** Folder of outro's package; other servers have none. */
      root?: string;
      /** Of pages that call besides. */
      origins?: readonly string[];
    }
  | { do: 'people'; from: number; count: number; sessions?: number }
  /** Takes people out again, whatever became of them. */
  | { do: 'dismiss'; from: number; count: number; sessions?: number }
  /** What a database does by itself, in a minute or so, once tables have been filled. */
  | { do: 'settle' }
  /** How many requests have left their change in the database. */
  | { do: 'count' }
  | { do: 'usage' }
  /** What the requests of a person say to the database; those of the first one only warm up. */
  | { do: 'statements'; url: string; persons: [number, number] }
  /** Forgets what has served its time; gives the milliseconds that this takes. */
  | { do: 'purge' };

/** What a process has used of the machine, in microseconds and bytes. */
export interface Usage {
  cpu: number;
  memory: number;
}

/** What this process has used. */
export const readUsage = (): Usage => {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, memory: process.memoryUsage().rss };
};

/** Lets this process carry out what its parent asks, until the parent has gone. */
export const obeyOrders = (obey: (order: never) => Promise<unknown>): void => {
  process.on('message', ({ id, order }: { id: number; order: never }) => {
    obey(order).then(
      (result) => process.send?.({ id, result }),
      (error: unknown) =>
        process.send?.({ id, error: String((error as Partial<Error>).stack ?? error) }),
    );
  });
  process.on('disconnect', () => process.exit());
};
