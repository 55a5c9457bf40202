import { readFileSync } from 'node:fs';
import { parse } from '@babel/parser';
import type * as ast from '@babel/types';

/** A comment of the source, as its parts. */
export interface Docstring {
  text: string;
  /** By tag name, `throws` say, each without its tag. */
  tags: Record<string, string[]>;
}

/** A property of an object or interface of the source. */
export interface DocumentedField {
  name: string;
  doc: Docstring;
  /** The type as it is written, of an interface's property. */
  type: string;
}

const nothing: Docstring = { text: '', tags: {} };

const read = (raw: string): Docstring => {
  const lines = raw.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const [text = '', ...tagged] = lines.join('\n').split(/^@/m);
  const tags: Record<string, string[]> = {};
  for (const one of tagged) {
    const [name = '', ...words] = one.split(/\s+/);
    (tags[name] ??= []).push(words.join(' ').trim());
  }
  return { text: text.replaceAll(/\s+/g, ' ').trim(), tags };
};

// The comment right before it, of the kind that documents.
const docOf = ({ leadingComments }: ast.Node): Docstring => {
  const comment = leadingComments?.findLast(({ value }) => value.startsWith('*'));
  return comment ? read(comment.value.slice(1)) : nothing;
};

const nameOf = (key: ast.Node): string =>
  key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : '';

/** A source file, parsed for its comments. */
export const readSource = (file: string) => {
  const code = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const { program } = parse(code, { sourceType: 'module', plugins: ['typescript'] });
  const statements = program.body.map((one) =>
    one.type === 'ExportNamedDeclaration' && one.declaration ? one.declaration : one,
  );
  const constants = new Map<string, ast.Expression>();
  for (const one of statements)
    if (one.type === 'VariableDeclaration')
      for (const { id, init } of one.declarations)
        if (id.type === 'Identifier' && init) constants.set(id.name, init);

  // Through `as const`, `satisfies`, calls such as `define(…)`, `lazy(() => …)`, and names, to the object that is meant.
  const objectIn = (node: ast.Node | null | undefined): ast.ObjectExpression | undefined => {
    if (node?.type === 'ObjectExpression') return node;
    if (node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression')
      return objectIn(node.expression);
    if (node?.type === 'ArrowFunctionExpression') return objectIn(node.body);
    if (node?.type === 'CallExpression') return objectIn(node.arguments[0]);
    if (node?.type === 'Identifier') return objectIn(constants.get(node.name));
    return undefined;
  };
  const propertiesOf = (node: ast.Node | null | undefined): ast.ObjectProperty[] =>
    objectIn(node)?.properties.filter((one) => one.type === 'ObjectProperty') ?? [];

  return {
    /** The rows of a table: each with its comment, and with its fields under `params`. */
    rows: (table: string): { name: string; doc: Docstring; params: DocumentedField[] }[] =>
      propertiesOf(constants.get(table)).map((row) => ({
        name: nameOf(row.key),
        doc: docOf(row),
        params: propertiesOf(
          propertiesOf(row.value).find(({ key }) => nameOf(key) === 'params')?.value,
        ).map((field) => ({ name: nameOf(field.key), doc: docOf(field), type: '' })),
      })),
    /** The fields of a zod object, through whatever is asked of it beyond its fields. */
    fields: (constant: string): { name: string; doc: Docstring }[] => {
      let node: ast.Node | null | undefined = constants.get(constant);
      while (node?.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
        if (node.arguments[0]?.type === 'ObjectExpression') break;
        node = node.callee.object;
      }
      const found = propertiesOf(node).map((one) => ({ name: nameOf(one.key), doc: docOf(one) }));
      if (found.length === 0) throw new Error(`${file}: no object ${constant}`);
      return found;
    },
    /** The words of a union type. */
    union: (name: string): string[] => {
      const found = statements.find(
        (one) => one.type === 'TSTypeAliasDeclaration' && one.id.name === name,
      );
      const type = found?.type === 'TSTypeAliasDeclaration' ? found.typeAnnotation : undefined;
      if (type?.type !== 'TSUnionType') throw new Error(`${file}: no union ${name}`);
      return type.types.flatMap((one) =>
        one.type === 'TSLiteralType' && one.literal.type === 'StringLiteral'
          ? [one.literal.value]
          : [],
      );
    },
    /** An interface: its comment, its own fields, and what it extends. */
    interface: (name: string): { doc: Docstring; fields: DocumentedField[] } => {
      const index = statements.findIndex(
        (one) => one.type === 'TSInterfaceDeclaration' && one.id.name === name,
      );
      const found = statements[index];
      if (found?.type !== 'TSInterfaceDeclaration')
        throw new Error(`${file}: no interface ${name}`);
      const fields = found.body.body.flatMap((member) => {
        if (member.type !== 'TSPropertySignature') return [];
        const { start, end } = member.typeAnnotation?.typeAnnotation ?? {};
        const type = code.slice(start ?? 0, end ?? 0).replaceAll(/\s+/g, ' ');
        const optional = member.optional ? '?' : '';
        return [{ name: nameOf(member.key) + optional, doc: docOf(member), type }];
      });
      // An exported declaration's comment stands before its `export`.
      return { doc: docOf(program.body[index] ?? found), fields };
    },
  };
};
