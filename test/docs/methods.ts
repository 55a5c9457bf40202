import { $ZodOptional, safeParse, type $ZodType } from 'zod/v4/core';
import { codes, type FailureName } from '../../src/core/codes.ts';
import { methods, type MethodRow } from '../../src/core/methods.ts';
import { remoteMethods, serverMethods } from '../../src/server/methods/rows.ts';
import { readSource, type Docstring } from './docstrings.ts';
import { heading, section, table, tick } from './markdown.ts';

/** A parameter of a method, from its row. */
export interface Parameter {
  name: string;
  text: string;
  /** What the refusal of a wrong value says was expected. */
  expected: string;
  isRequired: boolean;
  /** What it is when nobody says. */
  fallback: string | undefined;
}

/** A method as it travels, from its row and the row's comment. */
export interface Method {
  name: string;
  row: MethodRow;
  doc: Docstring;
  parameters: Parameter[];
  /** Who may call it. */
  who: string;
  /** Failures that its comment or its row names. */
  fails: FailureName[];
}

// Asked of the schema itself, as a caller would: with nothing, and with something that no field takes.
const probe = (schema: $ZodType): Omit<Parameter, 'name' | 'text'> => {
  const nothing = safeParse(schema, undefined);
  const wrong = safeParse(
    schema instanceof $ZodOptional ? schema._zod.def.innerType : schema,
    () => {},
  );
  if (wrong.success) throw new Error('a field that takes anything');
  return {
    expected: wrong.error.issues[0]?.message ?? '',
    isRequired: !nothing.success,
    fallback:
      nothing.success && nothing.data !== undefined
        ? JSON.stringify(nothing.data).replaceAll('"', '')
        : undefined,
  };
};

const whoOf = (name: string, row: MethodRow): string => {
  if (row.isPublic) return 'whoever has its parameters';
  if (name === 'deleteAccount') return 'a server; a session where the site allows it';
  return name in methods ? 'a session, or a server' : 'a server';
};

const failuresOf = ({ tags }: Docstring, row: MethodRow): FailureName[] => {
  const words = (tags['throws'] ?? []).flatMap((text) => text.match(/\w+/g) ?? []);
  const named = (Object.keys(codes) as FailureName[]).filter((name) => words.includes(name));
  return [...new Set([...named, ...(row.fails ?? [])])];
};

/** Every method that travels, in the order of the tables. */
export const listMethods = (): Method[] => {
  const documented = [
    ...readSource('core/methods.ts').rows('methods'),
    ...readSource('server/methods/rows.ts').rows('serverMethods'),
  ];
  return Object.entries({ ...remoteMethods, ...serverMethods }).map(([name, given]) => {
    const row: MethodRow = given;
    const found = documented.find((one) => one.name === name);
    if (!found?.doc.text) throw new Error(`${name}: expected a comment on its row`);
    const parameters = Object.entries(row.params()._zod.def.shape).map(([parameter, schema]) => ({
      name: parameter,
      text: found.params.find((one) => one.name === parameter)?.doc.text ?? '',
      ...probe(schema),
    }));
    const fails = failuresOf(found.doc, row);
    return { name, row, doc: found.doc, parameters, who: whoOf(name, row), fails };
  });
};

const describe = ({ name, row, doc, parameters, who, fails }: Method): string =>
  section(
    `## \`${name}\``,
    doc.text,
    table([
      ['', ''],
      ['path', [row.path ?? '', ...(row.aliases ?? [])].map(tick).join(', ')],
      ['who', who],
      ['changes', row.changes ? 'yes: by POST, or signed' : 'nothing'],
      ['answers', doc.tags['returns']?.join(' ') ?? '-'],
      ['event', row.event ? `[\`${row.event}\`](events.md#${row.event.toLowerCase()})` : '-'],
      ['fails with', fails.map((one) => `[\`${one}\`](failures.md)`).join(', ') || '-'],
      ['see', doc.tags['see']?.join('; ') ?? '-'],
    ]),
    table([
      ['parameter', 'expected', 'default', 'what'],
      ...parameters.map(({ name: parameter, expected, isRequired, fallback, text }) => [
        tick(parameter),
        expected,
        isRequired ? 'required' : fallback === undefined ? '-' : tick(fallback),
        text,
      ]),
    ]),
  );

/** `src/docs/methods.md`. */
export const makeMethods = (): string =>
  section(
    heading('Methods'),
    'Each is one row of the method table (`src/core/methods.ts`, `src/server/methods/rows.ts`): the client method of that name, the façade method, and the HTTP address `POST <publicUrl>/<path>` with a form body.',
    'A session calls with `apiKey` and `login_token`; a server with its signature, its secret over TLS, or an OAuth2 token, and names the user by `UID`. Beside those, every request takes `format` (`json`; `jsonp` where the site sets `jsonp: true`), `callback`, `context`, `httpStatusCodes`, and what changes anything an `idempotencyKey`. Names are read in any case; unknown parameters are ignored. Every request may be refused as [failures](failures.md) says.',
    ...listMethods().map(describe),
  );
