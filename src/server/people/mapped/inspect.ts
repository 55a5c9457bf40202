import type { Runner } from '../database.ts';
import type { Field, Mapping, Rows } from './mapping.ts';
import { sql } from '../statement.ts';

/** A column, as the database has it. */
export interface Column {
  /** Quoted. */
  name: string;
  /** As a value of it is cast. */
  type: string;
  isNullable: boolean;
}

/** A table of the site, as it was found. */
export interface Found {
  /** Schema and name, quoted. */
  name: string;
  columns: ReadonlyMap<string, Column>;
}

/** A name as it is spelled, whatever it is. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface TableRow {
  kind: string;
  secured: boolean;
  selects: boolean;
  deletes: boolean;
  updates: boolean;
  columns: { name: string; type: string; isNullable: boolean; isUnique: boolean }[];
}

const lookUp = async (db: Runner, schema: string, table: string): Promise<TableRow | undefined> => {
  const [row] = await db.run<TableRow>(
    sql`select c.relkind as kind, row_security_active(c.oid) as secured,
        has_table_privilege(c.oid, 'select') as selects, has_table_privilege(c.oid, 'delete') as deletes,
        has_any_column_privilege(c.oid, 'update') as updates,
        (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
            'isNullable', not a.attnotnull,
            'isUnique', exists(select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique
              and i.indnkeyatts = 1 and i.indkey[0] = a.attnum and i.indpred is null))), '[]')
          from pg_catalog.pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${table}`,
  );
  return row;
};

const tablesIn = async (db: Runner, schema: string): Promise<string> => {
  const rows = await db.run<{ name: string }>(
    sql`select c.relname as name from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind in ('r', 'p') order by 1 limit 30`,
  );
  return rows.length > 0 ? rows.map(({ name }) => name).join(', ') : 'no table that this role sees';
};

const kinds: Record<string, string> = {
  v: 'a view, whose rows cannot be locked',
  m: 'a materialized view',
  f: 'a foreign table',
};

/** What columns are for; each takes some types. */
const types = {
  id: /^(smallint|integer|bigint|uuid|text|character varying|character)$/,
  user: /^(smallint|integer|bigint|uuid|text|character varying|character)$/,
  text: /^(text|character varying|character|uuid|smallint|integer|bigint|USER-DEFINED|citext)$/,
  json: /^jsonb?$/,
  time: /^timestamp( with(out)? time zone)?$/,
  number: /^(smallint|integer|bigint|numeric|double precision|real)$/,
  any: /./,
} satisfies Record<string, RegExp>;

/** What a column is for. */
export type Use = keyof typeof types;

const words: Record<Use, string> = {
  id: 'a column of uuid, integer or text',
  user: 'a column of uuid, integer or text',
  text: 'a column of text',
  json: 'a column of json or jsonb',
  time: 'a column of timestamp with or without time zone',
  number: 'a column of numbers',
  any: 'a column',
};

/** Looks at one database for one mapping, and keeps what is wrong with it. */
export const createInspector = (db: Runner, mapping: Mapping) => {
  const faults: string[] = [];
  const known = new Map<string, TableRow | undefined>();

  const find = async (path: string, rows: Rows): Promise<Found | undefined> => {
    const schema = rows.schema ?? mapping.schema ?? 'public';
    const name = `${quoted(schema)}.${quoted(rows.table)}`;
    const refuse = (what: string): undefined => void faults.push(`${path}.table: ${what}`);
    if (!known.has(name)) known.set(name, await lookUp(db, schema, rows.table));
    const row = known.get(name);
    if (!row)
      return refuse(
        `expected a table of schema ${schema}, and ${rows.table} is none; found ${await tablesIn(db, schema)}`,
      );
    if (row.kind !== 'r' && row.kind !== 'p')
      return refuse(`expected a table, and ${name} is ${kinds[row.kind] ?? 'something else'}`);
    if (row.secured)
      return refuse(
        `expected rows that this role sees whole, and row level security of ${name} applies to it; give the role bypassrls, or a policy is not enough`,
      );
    if (!row.selects) return refuse(`expected the right to select from ${name}; grant it`);
    const columns = new Map(
      row.columns.map((one) => [
        one.name,
        { name: quoted(one.name), type: one.type, isNullable: one.isNullable },
      ]),
    );
    return { name, columns };
  };

  const column = (
    path: string,
    table: Found | undefined,
    name: string | undefined,
    use: Use,
  ): Column | undefined => {
    if (!table || name === undefined) return undefined;
    const found = table.columns.get(name);
    if (!found)
      faults.push(
        `${path}: expected a column of ${table.name}, and ${name} is none; found ${[...table.columns.keys()].join(', ')}`,
      );
    else if (!types[use].test(found.type))
      faults.push(`${path}: expected ${words[use]}, and ${name} is ${found.type}`);
    return found;
  };

  return {
    faults,
    find,
    column,
    /** A field as an expression over the alias `t`. */
    field(path: string, table: Found | undefined, field: Field, use: Use): Column | undefined {
      if (typeof field === 'string') {
        const found = column(path, table, field, use);
        return found && { ...found, name: `t.${found.name}` };
      }
      if ('value' in field)
        return { name: `${literal(field.value)}::text`, type: 'text', isNullable: false };
      const [first, ...way] = field.json;
      const found = column(`${path}.json`, table, first, 'json');
      if (way.length === 0) faults.push(`${path}.json: expected a column and a path in it`);
      const last = way.length - 1;
      const steps = way.map((one, index) => `${index === last ? '->>' : '->'} ${literal(one)}`);
      return (
        found && { name: `(t.${found.name} ${steps.join(' ')})`, type: 'text', isNullable: true }
      );
    },
    /** Whether our role may end and lock rows there. */
    rights(path: string, table: Found | undefined, needs: { deletes: boolean }): void {
      const row = table && known.get(table.name);
      if (!row) return;
      if (needs.deletes && !row.deletes)
        faults.push(`${path}.table: expected the right to delete from ${table.name}; grant it`);
      if (!row.updates)
        faults.push(
          `${path}.table: expected the right to update a column of ${table.name}, without which no row of it can be locked; grant it`,
        );
    },
    /** A column that tells rows apart. */
    unique(path: string, table: Found | undefined, name: string): void {
      const row = table && known.get(table.name);
      const found = row?.columns.find((one) => one.name === name);
      if (found && !found.isUnique)
        faults.push(`${path}: expected a unique column, and ${name} of ${table?.name} is not`);
    },
  };
};

/** What looks at one database for one mapping. */
export type Inspector = ReturnType<typeof createInspector>;

/** Text within a statement. */
export const literal = (text: string): string =>
  text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
