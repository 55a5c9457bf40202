import { getCurrentAdapter, runWithTransaction } from '@better-auth/core/context';
import type { DBAdapter, DBTransactionAdapter, Where } from '@better-auth/core/db/adapter';
import { persist } from '../server/people/database.ts';
import type { Tables } from './tables.ts';

type Model = keyof Tables;
type Name<Of extends Model> = keyof Tables[Of] & string;

/** Which rows: fields that equal these values, and comparisons. */
export type Which<Of extends Model> = Partial<Tables[Of]>;

/** A comparison besides. */
export interface Comparison<Of extends Model> {
  field: Name<Of>;
  operator: 'lt' | 'lte' | 'gt' | 'gte' | 'ne' | 'in' | 'not_in' | 'starts_with';
  value: string | number | Date | string[] | number[];
}

/** How rows are read. */
export interface Reading<Of extends Model> {
  and?: Comparison<Of>[];
  by?: Name<Of>;
  from?: 'asc' | 'desc';
}

/** better-auth's database as outro uses it: within a transaction, that transaction. */
export interface Rows {
  /** better-auth's own adapter; within a transaction, that transaction's. */
  adapter(): Promise<DBTransactionAdapter>;
  one<Of extends Model>(model: Of, which: Which<Of>): Promise<Tables[Of] | undefined>;
  many<Of extends Model>(
    model: Of,
    which: Which<Of>,
    limit: number,
    reading?: Reading<Of>,
  ): Promise<Tables[Of][]>;
  insert<Of extends Model>(model: Of, row: Partial<Tables[Of]>): Promise<Tables[Of]>;
  /** @returns how many rows it changed. */
  change<Of extends Model>(
    model: Of,
    which: Which<Of>,
    to: Partial<Tables[Of]>,
    and?: Comparison<Of>[],
  ): Promise<number>;
  /**
   * Counts one row up and changes it besides, if it is as it is said to be: the lock of the row, for who is in a
   * transaction.
   */
  take<Of extends Model>(
    model: Of,
    which: Which<Of>,
    count: Partial<Record<Name<Of>, number>>,
    to?: Partial<Tables[Of]>,
  ): Promise<Tables[Of] | undefined>;
  /** @returns how many rows it deleted. */
  remove<Of extends Model>(model: Of, which: Which<Of>, and?: Comparison<Of>[]): Promise<number>;
  /** What `work` throws undoes everything; nothing else may use the database meanwhile. It may be asked again. */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Somebody else has written a row first that is there once: the same attempt may do now. */
class Met extends Error {
  constructor(cause: unknown) {
    super('a row is there already', { cause });
  }
}

// Drivers name what others were in the way of, and layers above them wrap it.
const passing =
  /^(40001|40P01|SQLITE_BUSY|SQLITE_LOCKED|ER_LOCK_DEADLOCK|ER_LOCK_WAIT_TIMEOUT|P2034)/;

/** Whether the same attempt may do later. */
const isPassing = (error: unknown, depth = 0): boolean => {
  if (error instanceof Met) return true;
  if (!(error instanceof Error) || depth > 5) return false;
  const { code, cause, message } = error as Error & { code?: unknown };
  return (
    (typeof code === 'string' && passing.test(code)) ||
    /database is locked/.test(message) ||
    isPassing(cause, depth + 1)
  );
};

const conditionsOf = <Of extends Model>(which: Which<Of>, and: Comparison<Of>[] = []): Where[] => [
  ...Object.entries(which).map(([field, value]) => ({ field, value: value as Where['value'] })),
  ...and,
];

/** Opens better-auth's own adapter for outro. */
export const rowsOf = (adapter: DBAdapter): Rows => {
  const current = () => getCurrentAdapter(adapter);
  return {
    adapter: current,

    async one(model, which) {
      return (
        (await (await current()).findOne<never>({ model, where: conditionsOf(which) })) ?? undefined
      );
    },

    async many(model, which, limit, { and, by, from = 'asc' } = {}) {
      return (await current()).findMany({
        model,
        where: conditionsOf(which, and),
        limit,
        ...(by && { sortBy: { field: by, direction: from } }),
      });
    },

    async insert(model, row) {
      try {
        return await (await current()).create({ model, data: row as never });
      } catch (error) {
        throw isPassing(error) ? error : new Met(error);
      }
    },

    async change(model, which, to, and) {
      return (await current()).updateMany({ model, where: conditionsOf(which, and), update: to });
    },

    async take(model, which, count, to) {
      const taken = await (
        await current()
      ).incrementOne<never>({
        model,
        where: conditionsOf(which),
        increment: count as Record<string, number>,
        ...(to && { set: to }),
      });
      return taken ?? undefined;
    },

    async remove(model, which, and) {
      return (await current()).deleteMany({ model, where: conditionsOf(which, and) });
    },

    transaction: <Result>(work: () => Promise<Result>) =>
      persist<Result>(() => runWithTransaction(adapter, work as () => Result), isPassing),
  };
};
