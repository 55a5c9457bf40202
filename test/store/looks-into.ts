import type { OpenedStore } from './scene.ts';
import type { TestDatabase } from '../support/store.ts';

/** Looks into every table, and turns the clock of every row of a site back. */
export const looksInto = ({ store, query }: TestDatabase): OpenedStore => {
  const tables = query(`select table_name as name from information_schema.tables
    where table_schema = 'outro' and table_name not like 'kysely%'`);
  const times = query(`select c.table_name as name, c.column_name as time
    from information_schema.columns c
    join information_schema.columns s using (table_schema, table_name)
    where c.table_schema = 'outro' and c.data_type like 'timestamp%' and s.column_name = 'site'`);
  return {
    store,
    async holds(text) {
      const found = (await tables).map(
        ({ name }) =>
          `select 1 from outro.${String(name)} as row where position($1 in row::text) > 0`,
      );
      return (
        (await query(`select 1 where exists (${found.join(' union all ')})`, [text])).length > 0
      );
    },
    async age(site, milliseconds) {
      for (const { name, time } of await times)
        await query(
          `update outro.${String(name)} set ${String(time)} = ${String(time)} - $2 * interval '1 millisecond' where site = $1`,
          [site, milliseconds],
        );
    },
  };
};
