import { fail } from '../../core/error.ts';
import type { Conditions, Webhook } from '../../providers/hears.ts';
import type { InboundMessage } from './message.ts';

/** Looks up what a place such as `header.x-signature` holds in a message. */
export type Read = (place: string) => unknown;

/** The value at a dotted path, own members only. */
export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      value,
    );

// The flat XML of message pushes: elements that hold text. No entities, no attributes, nothing inside anything.
const element =
  /<(?<name>\w{1,50})>(?:<!\[CDATA\[(?<raw>[^\]]*)\]\]>|(?<plain>[^<>&]*))<\/\k<name>>\s*/gy;

const parseXml = (body: string): Record<string, string> => {
  const inner = /^\s*<xml>\s*(.*)<\/xml>\s*$/s.exec(body)?.[1] ?? '';
  const elements = [...inner.matchAll(element)];
  const read = elements.reduce((length, [whole]) => length + whole.length, 0);
  if (inner === '' || read !== inner.length)
    fail('invalidRequest', 'body: expected <xml> with elements that hold text only');
  return Object.fromEntries(
    elements.map(({ groups }) => [
      groups?.['name'] ?? '',
      groups?.['raw'] ?? groups?.['plain'] ?? '',
    ]),
  );
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return fail('invalidRequest', 'body: expected JSON');
  }
};

/** What was sent, by name: the query of a GET, the body of a POST in a form that the provider uses. */
const parseFields = ({ method, url, body, row }: InboundMessage<Webhook>): unknown => {
  if (method === 'GET') return Object.fromEntries(url.searchParams);
  const start = body.trimStart()[0];
  const format = start === '{' ? 'json' : start === '<' ? 'xml' : 'form';
  if (!row.formats.includes(format))
    return fail('invalidRequest', `body: expected ${row.formats.join(' or ')}`);
  if (format === 'json') return parseJson(body);
  return format === 'xml' ? parseXml(body) : Object.fromEntries(new URLSearchParams(body));
};

const partOf = (header: string, key: string): string | undefined =>
  new Map(
    header.split(',').map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    }),
  ).get(key);

/** Makes the function that reads a webhook message; its body is parsed when first asked for. */
export const readerOf = (message: InboundMessage<Webhook>): Read => {
  const { url, headers, settings } = message;
  const configured = { ...settings, ...settings.inbound };
  let fields: { value: unknown } | undefined;
  const sources: Record<string, (rest: string) => unknown> = {
    body: () => message.body,
    path: () => message.key,
    query: (name) => url.searchParams.get(name) ?? undefined,
    setting: (name) => valueAt(configured, name),
    field: (path) => valueAt((fields ??= { value: parseFields(message) }).value, path),
    header: (rest) => {
      const [name = '', key] = rest.split('.');
      const header = headers.get(name) ?? undefined;
      return header !== undefined && key !== undefined ? partOf(header, key) : header;
    },
  };
  return (place) => {
    const [source = '', ...rest] = place.split('.');
    return sources[source]?.(rest.join('.'));
  };
};

const write = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

/** Fills the places of a text; what is not there is empty, and what was filled in is not looked at again. */
export const fill = (text: string, read: Read): string =>
  text.replace(/\{([^{}]+)\}/g, (_, place: string) => write(read(place)));

/** Whether every text, filled, is as it must be. */
export const matches = (conditions: Conditions, read: Read): boolean =>
  Object.entries(conditions).every(([text, pattern]) =>
    new RegExp(`^(?:${pattern})$`, 's').test(fill(text, read)),
  );

/** Names of the settings that a row's texts need. */
export const settingsIn = (row: object): string[] => [
  ...new Set([...JSON.stringify(row).matchAll(/\{setting\.(\w+)\}/g)].map(([, name = '']) => name)),
];
