import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';
import type { Node, TaggedTemplateExpression } from '@babel/types';

const server = fileURLToPath(new URL('../../src/server/', import.meta.url));

/** SQL as it stands in the code: where, and its texts between the values. */
export interface Literal {
  place: string;
  texts: string[];
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;

const templatesIn = (node: Node): TaggedTemplateExpression[] => [
  ...(node.type === 'TaggedTemplateExpression' &&
  node.tag.type === 'Identifier' &&
  node.tag.name === 'sql'
    ? [node]
    : []),
  ...Object.values(node).flatMap((value: unknown) =>
    [value].flat().flatMap((one: unknown) => (isNode(one) ? templatesIn(one) : [])),
  ),
];

/** Everything that the rooms of the two ports write as SQL. */
export const literalsInCode = (): Literal[] =>
  globSync('{people,exits}/*.ts', { cwd: server }).flatMap((file) => {
    const { program } = parse(readFileSync(join(server, file), 'utf8'), {
      sourceType: 'module',
      plugins: ['typescript'],
    });
    return templatesIn(program).map(({ quasi, loc }) => ({
      place: `${file}:${loc?.start.line ?? 0}`,
      texts: quasi.quasis.map(({ value }) => value.cooked ?? ''),
    }));
  });
