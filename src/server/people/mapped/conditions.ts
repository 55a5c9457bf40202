import { literal, type Found, type Inspector } from './inspect.ts';
import type { IdentityRows, Is, SessionRows, Value } from './mapping.ts';
import { sql, type Part } from '../statement.ts';

const raw = (text: string): Part => sql([text]);

const valueText = (value: Value, type: string): string =>
  value === null ? 'null' : `${literal(String(value))}::${type}`;

/** Conditions of a mapping, as texts over the alias `t`. */
export const conditions = (
  path: string,
  table: Found | undefined,
  is: Is | undefined,
  look: Inspector,
) =>
  Object.entries(is ?? {}).map(([name, value]) => {
    const found = look.column(`${path}.where.${name}`, table, name, 'any');
    const [isNot, wanted] =
      typeof value === 'object' && value !== null ? [true, value.not] : [false, value];
    if (wanted === null) return `t.${found?.name} is ${isNot ? 'not ' : ''}null`;
    return `t.${found?.name} ${isNot ? '<>' : '='} ${valueText(wanted, found?.type ?? 'text')}`;
  });

/** What is set, as `set …`. */
export const settings = (
  path: string,
  table: Found | undefined,
  set: Readonly<Record<string, Value | { now: true }>>,
  look: Inspector,
): Part => {
  const all = Object.entries(set).map(([name, value]) => {
    const found = look.column(`${path}.${name}`, table, name, 'any');
    if (value === null && found && !found.isNullable)
      look.faults.push(`${path}.${name}: expected a column that takes null, and it does not`);
    const text =
      typeof value === 'object' && value !== null
        ? 'now()'
        : valueText(value, found?.type ?? 'text');
    return `${found?.name} = ${text}`;
  });
  if (all.length === 0) look.faults.push(`${path}: expected a column to set`);
  return sql([`set ${all.join(', ')}`]);
};

/** Columns of tokens as one value, and what a soft removal writes. */
export const planTokens = (
  path: string,
  table: Found | undefined,
  rows: IdentityRows,
  look: Inspector,
) => {
  const tokens = Object.entries(rows.tokens ?? {}).map(([kind, name]) => {
    const column = look.column(`${path}.tokens.${kind}`, table, name, 'text');
    return { kind, name, column };
  });
  const pairs = tokens.map(({ kind, column }) => `${literal(kind)}, t.${column?.name}`);
  const soft = rows.soft ?? Object.fromEntries(tokens.map(({ name }) => [name, null]));
  return {
    tokens: raw(`json_build_object(${pairs.join(', ')})`),
    soft: Object.keys(soft).length > 0 ? settings(`${path}.soft`, table, soft, look) : undefined,
  };
};

/** Of sessions, those that have not run out. */
export const planLife = (
  path: string,
  table: Found | undefined,
  rows: SessionRows,
  look: Inspector,
): Part => {
  const { expires } = rows;
  if (expires === undefined) return raw('true');
  const at = `${path}.expires`;
  if (typeof expires === 'string') {
    const column = look.column(at, table, expires, 'time');
    // One without a time zone is compared as the library compares it: in that of the connection.
    return raw(`(t.${column?.name} is null or t.${column?.name} > now())`);
  }
  const column = look.column(`${at}.column`, table, expires.column, 'number');
  const factor = expires.as === 'seconds' ? '' : ' * 1000';
  const now = `extract(epoch from now())${factor}`;
  return raw(`(t.${column?.name} is null or t.${column?.name} > ${now})`);
};
