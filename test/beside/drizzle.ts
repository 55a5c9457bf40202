// better-auth's tables as its generator writes them for Drizzle, and Drizzle's adapter on each driver.
import { getAuthTables } from '@better-auth/core/db';
import type { BetterAuthOptions } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { drizzle as onSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as onLibsql } from 'drizzle-orm/libsql';
import { drizzle as onPg } from 'drizzle-orm/node-postgres';
import * as pgColumn from 'drizzle-orm/pg-core';
import * as sqliteColumn from 'drizzle-orm/sqlite-core';
import type pg from 'pg';

interface Column {
  type: unknown;
  bigint?: boolean | undefined;
}

const pgColumnOf = ({ type, bigint }: Column, name: string) => {
  if (type === 'number')
    return bigint ? pgColumn.bigint(name, { mode: 'number' }) : pgColumn.integer(name);
  if (type === 'boolean') return pgColumn.boolean(name);
  if (type === 'date') return pgColumn.timestamp(name, { withTimezone: true });
  return pgColumn.text(name);
};

const sqliteColumnOf = ({ type }: Column, name: string) => {
  if (type === 'number') return sqliteColumn.integer(name);
  if (type === 'boolean') return sqliteColumn.integer(name, { mode: 'boolean' });
  // As the migrations of better-auth's own driver write it.
  if (type === 'date') return isoDate(name);
  return sqliteColumn.text(name);
};

const isoDate = sqliteColumn.customType<{ data: Date; driverData: string }>({
  dataType: () => 'date',
  toDriver: (date) => date.toISOString(),
  fromDriver: (text) => new Date(text),
});

const schemaOf = <Built, Table>(
  options: BetterAuthOptions,
  columnOf: (column: Column, name: string) => Built,
  id: Built,
  table: (name: string, columns: Record<string, Built>) => Table,
): Record<string, Table> =>
  Object.fromEntries(
    Object.values(getAuthTables(options)).map(({ modelName, fields }) => [
      modelName,
      table(modelName, {
        id,
        ...Object.fromEntries(
          Object.entries(fields).map(([name, { fieldName = name, ...column }]) => [
            fieldName,
            columnOf(column, fieldName),
          ]),
        ),
      }),
    ]),
  );

/** Drizzle on a driver. */
export type Drizzle = 'drizzle' | 'libsql' | 'better-sqlite3';

/** Drizzle's adapter on Postgres, on libsql or on better-sqlite3, whose tables are there. */
export const onDrizzle = (
  driver: Drizzle,
  options: BetterAuthOptions,
  { pool, file }: { pool?: pg.Pool | undefined; file?: string | undefined },
  given: { transaction?: boolean } = {},
) => {
  if (driver === 'drizzle') {
    const schema = schemaOf<pgColumn.PgColumnBuilderBase, object>(
      options,
      pgColumnOf,
      pgColumn.text('id').primaryKey(),
      pgColumn.pgTable,
    );
    const database = onPg({ client: pool! });
    return drizzleAdapter(database, { provider: 'pg', schema, transaction: true, ...given });
  }
  const schema = schemaOf<sqliteColumn.SQLiteColumnBuilderBase, object>(
    options,
    sqliteColumnOf,
    sqliteColumn.text('id').primaryKey(),
    sqliteColumn.sqliteTable,
  );
  const database =
    driver === 'libsql' ? onLibsql({ connection: { url: `file:${file}` } }) : onSqlite(file);
  return drizzleAdapter(database, { provider: 'sqlite', schema, transaction: true, ...given });
};
