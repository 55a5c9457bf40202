import * as z from 'zod';
import { configuration } from '../../src/server/config/configuration.ts';
import { readSource } from './docstrings.ts';
import { heading, section, table, tick } from './markdown.ts';

/** What of a JSON schema is read here. */
interface Node {
  type?: string;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  enum?: string[];
  const?: unknown;
  default?: unknown;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  description?: string;
}

// Where the comments of an object's fields stand, by its path in the configuration.
const places: Record<string, readonly [file: string, constant: string]> = {
  '': ['configuration', 'configuration'],
  'encryptionKeys[]': ['configuration', 'encryptionKey'],
  retention: ['retention', 'retention'],
  'sites[]': ['sites', 'site'],
  'sites[].userKeys[]': ['keys', 'userKey'],
  'sites[].brand': ['brand-settings', 'brandSettings'],
  'sites[].brand.colors': ['brand-settings', 'brandColors'],
  'sites[].brand.colors.light': ['brand-settings', 'schemeColors'],
  'sites[].brand.colors.dark': ['brand-settings', 'schemeColors'],
  'sites[].cookies[]': ['sites', 'siteCookie'],
  'sites[].actions': ['sites', 'actions'],
  'sites[].idTokens': ['id-token-settings', 'idTokenSettings'],
  'sites[].rateLimits': ['sites', 'rateLimits'],
  'sites[].webhooks[]': ['webhook-settings', 'webhookSettings'],
  'sites[].sources.*': ['source-settings', 'settings'],
  'sites[].providers.*': ['provider-settings', 'providerSettings'],
  'sites[].providers.*.saml': ['provider-settings', 'saml'],
  'sites[].providers.*.inbound': ['inbound-settings', 'inboundSettings'],
  'sites[].providers.*.transmitter': ['transmitter-settings', 'transmitterSettings'],
  'sites[].providers.*.transmitter.token': ['transmitter-settings', 'client'],
  'sites[].providers.*.globalTokenRevocation': [
    'transmitter-settings',
    'globalTokenRevocationSettings',
  ],
};

// What is added to one of them elsewhere.
const additions: typeof places = { 'sites[].providers.*': ['sites', 'heardOf'] };

/** A field of the configuration, with the comment above it. */
export interface Option {
  /** Path of the object that it is in: `sites[]`; the whole is `''`. */
  within: string;
  name: string;
  node: Node;
  isRequired: boolean;
  text: string;
}

const schemaOf = (): Node =>
  z.toJSONSchema(configuration, { io: 'input', unrepresentable: 'any' }) as Node;

// Where there are several forms, the one that has fields.
const objectIn = (node: Node): Node =>
  node.properties ? node : ((node.anyOf ?? []).find((one) => one.properties) ?? node);

const pathOf = (within: string, name: string): string =>
  within === '' ? name : `${within}.${name}`;

const inner = (path: string, node: Node): [path: string, node: Node] => {
  const found = objectIn(node);
  if (found.items) return inner(`${path}[]`, found.items);
  const values = found.additionalProperties;
  if (typeof values === 'object' && values.properties) return [`${path}.*`, values];
  return [path, found];
};

const walk = (within: string, node: Node): Option[] => {
  const documented = [places[within], additions[within]].flatMap((place) =>
    place ? readSource(`server/config/${place[0]}.ts`).fields(place[1]) : [],
  );
  const options = Object.entries(node.properties ?? {}).map(([name, field]) => ({
    within,
    name,
    node: field,
    isRequired: node.required?.includes(name) === true && field.default === undefined,
    text: documented.find((one) => one.name === name)?.doc.text ?? '',
  }));
  const deeper = options.flatMap(({ name, node: field }) => {
    const [path, found] = inner(pathOf(within, name), field);
    return found.properties ? walk(path, found) : [];
  });
  return [...options, ...deeper];
};

/** Every field of the configuration that has a name, those within others after them. */
export const listOptions = (): Option[] => walk('', schemaOf());

const rangeOf = ({ minimum, maximum }: Node): string =>
  minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;

const wordsOf = (node: Node, path: string): string => {
  if (node.const !== undefined) return tick(JSON.stringify(node.const));
  if (node.enum) return node.enum.map(tick).join(', ');
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return [...new Set(choices.map((one) => wordsOf(one, path)))].join(', or ');
  if (node.items) return `list of ${wordsOf(node.items, `${path}[]`)}`;
  if (node.type === 'integer') return `whole number${rangeOf(node)}`;
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'object') return 'object';
  return node.type === 'string' ? 'text' : 'as said';
};

// Forms of one thing that are told apart by `by`, each with the fields that it has.
const describeForms = ({ within, name, node }: Option): string[] => {
  const forms = node.oneOf ?? node.anyOf?.find((one) => one.oneOf)?.oneOf;
  if (!forms) return [];
  const path = pathOf(within, name);
  return [
    section(
      `## ${tick(path)}`,
      table([
        ['`by`', 'fields'],
        ...forms.map(({ properties = {}, required = [] }) => [
          wordsOf(properties['by'] ?? {}, path),
          Object.entries(properties)
            .filter(([field]) => field !== 'by')
            .map(([field, one]) => {
              const isOptional = !required.includes(field) || one.default !== undefined;
              return `${tick(field)}${isOptional ? '?' : ''} (${wordsOf(one, path)})`;
            })
            .join('; ') || '-',
        ]),
      ]),
    ),
  ];
};

const anchorOf = (path: string): string => path.toLowerCase().replaceAll(/[^\w -]/g, '');

const describe = (within: string, options: Option[]): string =>
  section(
    `## ${within === '' ? 'The whole' : tick(within)}`,
    table([
      ['field', 'form', 'default', 'what'],
      ...options.map(({ name, node, isRequired, text }) => {
        const [path, found] = inner(pathOf(within, name), node);
        const form = wordsOf(node, path);
        const fallback = node.default === undefined ? '-' : tick(JSON.stringify(node.default));
        return [
          tick(name),
          found.properties ? `${form}: [its fields](#${anchorOf(path)})` : form,
          isRequired ? 'required' : fallback,
          text,
        ];
      }),
    ]),
  );

/** A small configuration that is whole: what a site begins with. */
export const sample = {
  sites: [
    {
      apiKey: 'YOUR_KEY',
      secret: 'c2VjcmV0IG9mIHRoZSBzaXRlLCBpbiBiYXNlNjQhISE=',
      publicUrl: 'https://outro.example.com',
      origins: ['https://shop.example.com'],
      providers: {
        facebook: { clientId: '1234567890', clientSecret: '${FACEBOOK_SECRET}' },
        'oidc-company': {
          clientId: 'shop',
          clientSecret: '${COMPANY_SECRET}',
          issuer: 'https://login.company.example',
          probe: true,
        },
      },
      webhooks: [
        {
          url: 'https://shop.example.com/outro',
          secrets: ['whsec_c2VjcmV0IG9mIHRoZSB3ZWJob29rLCAzMCBieXRl'],
        },
      ],
    },
  ],
  encryptionKeys: [{ id: '2026', key: 'a2V5IHRoYXQgc2VhbHMgdG9rZW5zLCAzMiBieXRlcyE=' }],
};

/** `src/docs/configuration.schema.json`: for editors. */
export const makeConfigurationSchema = (): string => {
  const schema = schemaOf();
  for (const { node, text } of walk('', schema)) Object.assign(node, { description: text });
  Object.assign(schema.properties ?? {}, { $schema: { type: 'string' } });
  return `${JSON.stringify({ title: 'The configuration of outro', ...schema }, null, 2)}\n`;
};

/** `src/docs/configuration.md`. */
export const makeConfiguration = (): string => {
  const options = listOptions();
  const paths = new Set(options.map(({ within }) => within));
  return section(
    heading('Configuration'),
    'What `createHandler` is given about sites, and `outro serve --config outro.json`. A configuration that is wrong is refused at start, each wrong field by its path with what was expected. In JSON a text may be `${NAME}`, which is the environment\u2019s; what is a function can only be given in code. Editors complete and check it where the file begins with `"$schema": "./node_modules/outro/src/docs/configuration.schema.json"`.',
    `\`\`\`json\n${JSON.stringify(sample, null, 2)}\n\`\`\``,
    ...[...paths].map((path) =>
      describe(
        path,
        options.filter(({ within }) => within === path),
      ),
    ),
    ...options.flatMap(describeForms),
  );
};
