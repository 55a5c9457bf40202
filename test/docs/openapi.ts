import { readFileSync } from 'node:fs';
import { codes, type FailureName, codeOf } from '../../src/core/codes.ts';
import { readSource, type DocumentedField } from './docstrings.ts';
import { listMethods, type Method, type Parameter } from './methods.ts';

interface Schema {
  type?: string | string[];
  [keyword: string]: unknown;
}

const receipt = readSource('core/receipt.ts');

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

// A form body is text throughout; what its fields are read as stands in the description.
const fieldOf = ({ expected, fallback, text }: Parameter): Schema => {
  const words = /^one of (.+)$/.exec(expected)?.[1]?.split(', ');
  return {
    type: 'string',
    description: [text, `Expected: ${expected}.`].join(' ').trim(),
    ...(words && { enum: words }),
    ...(fallback !== undefined && { default: fallback }),
  };
};

const text = (description: string, more: Schema = {}): Schema => ({
  type: 'string',
  description,
  ...more,
});

// Beside the table: who asks, and how the answer is to be written.
const common: Record<string, Schema> = {
  apiKey: text('The key of the site.'),
  format: text('How the answer is written.', { enum: ['json', 'jsonp'], default: 'json' }),
  callback: text('With jsonp, which the site has to switch on: the function to call.'),
  context: text('Handed back untouched.'),
  httpStatusCodes: text('Answer with the HTTP status of a failure, instead of 200.', {
    enum: ['true', 'false'],
    default: 'false',
  }),
};
const credentials: Record<string, Schema> = {
  login_token: text(
    'The token of a session; a browser sends the value of its cookie `glt_<apiKey>`.',
  ),
  UID: text('The user that a server means.'),
  userKey: text('The key of a server that has its own secret.'),
  timestamp: text('Unix seconds, at most 180 s off; with `sig`.'),
  nonce: text('Used once; with `sig`.'),
  sig: text('Signature of the request by the secret, base64 of HMAC-SHA1.'),
  secret: text('The secret itself, over TLS only.'),
};
const repeatable: Record<string, Schema> = {
  idempotencyKey: text('A repeated one is answered with the first result, for 24 hours.'),
};

const summaryOf = (description: string): string =>
  /^.*?[.:;](?= |$)/.exec(description)?.[0].slice(0, -1) ?? description;

const operationOf = ({ name, row, doc, parameters, who, fails }: Method, path: string) => ({
  operationId: path.replace('.', '_'),
  summary: summaryOf(doc.text),
  description: [
    doc.text,
    `Asked by ${who}.`,
    ...(doc.tags['returns'] ? [`Answers ${doc.tags['returns'].join(' ')}`] : []),
  ].join('\n\n'),
  tags: [path.split('.')[0]],
  ...(path !== row.path && { 'x-alias-of': row.path }),
  requestBody: {
    required: true,
    content: {
      'application/x-www-form-urlencoded': {
        schema: {
          type: 'object',
          required: [
            'apiKey',
            ...parameters.filter((one) => one.isRequired).map((one) => one.name),
          ],
          properties: {
            ...common,
            ...(row.isPublic ? {} : credentials),
            ...(row.changes ? repeatable : {}),
            ...Object.fromEntries(parameters.map((one) => [one.name, fieldOf(one)])),
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: `\`errorCode\` 0 is success; the others are failures${fails.length > 0 ? `, ${fails.map((one) => `${codeOf(one)} ${one}`).join(', ')} among them` : ''}.`,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Envelope' } } },
    },
  },
  ...(row.event && { 'x-event': row.event }),
  'x-name': name,
});

const propertiesOf = (fields: DocumentedField[], words: Record<string, string[]>): Schema =>
  Object.fromEntries(
    fields.map(({ name, doc, type }): [string, Schema] => {
      const enumeration = words[type];
      return [
        name.replace('?', ''),
        {
          type: 'string',
          ...(doc.text && { description: doc.text }),
          ...(enumeration && { enum: enumeration }),
        },
      ];
    }),
  );

const components = () => {
  const step = receipt.interface('Step').fields;
  const words = { StepName: receipt.union('StepName'), StepStatus: receipt.union('StepStatus') };
  return {
    schemas: {
      Step: {
        type: 'object',
        description: receipt.interface('Step').doc.text,
        required: step.filter(({ name }) => !name.endsWith('?')).map(({ name }) => name),
        properties: propertiesOf(step, words),
      },
      Envelope: {
        type: 'object',
        description: 'What every method answers; further fields are those of the method.',
        required: ['callId', 'errorCode', 'apiVersion', 'statusCode', 'statusReason', 'time'],
        properties: {
          callId: text('Names this call in the logs.'),
          errorCode: {
            type: 'integer',
            description: '0 is success.',
            enum: [0, ...(Object.keys(codes) as FailureName[]).map(codeOf)],
          },
          errorMessage: text('The short text of the failure.'),
          errorDetails: text(
            'The parameter or condition at fault, what was expected and what to do.',
          ),
          apiVersion: { type: 'integer' },
          statusCode: {
            type: 'integer',
            description: 'The first three digits of `errorCode`; 200 for success.',
          },
          statusReason: text('What HTTP calls that status.'),
          time: text('When it was answered.', { format: 'date-time' }),
          receipt: {
            type: 'array',
            description: 'What exactly is over now.',
            items: { $ref: '#/components/schemas/Step' },
          },
        },
      },
    },
  };
};

/** `src/docs/openapi.json`: the method table as an OpenAPI 3.1 document. */
export const makeOpenApi = (): string => {
  const paths = listMethods().flatMap((method) =>
    [method.row.path ?? '', ...(method.row.aliases ?? [])].map((path) => [
      `/${path}`,
      { post: operationOf(method, path) },
    ]),
  );
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'outro',
      version,
      description: 'Log out, disconnect, take permissions back: the methods of an outro backend.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'https://{host}', variables: { host: { default: 'outro.example.com' } } }],
    paths: Object.fromEntries(paths) as object,
    components: components(),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
