import type { Conditions } from '../../providers/row.ts';
import type { Site } from '../config/sites.ts';
import type { ApiRequest } from '../wire/request.ts';

/** What of a message its places are found in. */
interface Arrived {
  request: ApiRequest;
  settings: Site['providers'][string];
  key: string;
}

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

const partOf = (header: string, key: string): string | undefined =>
  new Map(
    header.split(',').map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    }),
  ).get(key);

// What a body says is proved by its signature, what its address says is not: rows name the two apart.
const fieldsOf = (request: ApiRequest): unknown => {
  const value = request.document();
  if (value !== undefined) return value;
  const isGet = request.httpMethod === 'GET';
  return Object.fromEntries(
    [...request.params].filter(([name]) => request.isInAddress(name) === isGet),
  );
};

/** Makes the function that reads a webhook message; its body is parsed when first asked for. */
export const readerOf = (message: Arrived): Read => {
  const { request, settings } = message;
  const configured = { ...settings, ...settings.inbound };
  let fields: { value: unknown } | undefined;
  const sources: Record<string, (rest: string) => unknown> = {
    body: () => request.body,
    path: () => message.key,
    query: (name) => (request.isInAddress(name) ? request.param(name) : undefined),
    setting: (name) => valueAt(configured, name),
    field: (path) => valueAt((fields ??= { value: fieldsOf(request) }).value, path),
    header: (rest) => {
      const [name = '', key] = rest.split('.');
      const header = request.headers.get(name) ?? undefined;
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
