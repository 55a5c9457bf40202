import { safeParse } from 'zod/v4/core';
import type * as z from 'zod/v4/core';
import { fail } from '../../core/error.ts';
import { parseParams } from '../../core/schema.ts';
import { readBody } from './body.ts';
import { readJson, readXml } from './document.ts';
import { bytesAtMost, readAddress, readParameters, type Parameters } from './parameters.ts';

/** A request as it arrived, before anything in it is believed. */
export interface ApiRequest extends Parameters {
  httpMethod: string;
  /** Scheme and host as the client addressed them, as far as a trusted proxy or the socket knows. */
  origin: string;
  /** Path with its leading slash. */
  path: string;
  /** Of the address, as it was sent: for signatures over it. */
  query: string;
  /** The header `Authorization`, if there is one. */
  authorization: string | undefined;
  /** What a proxy says of the client's scheme, believed or not. */
  forwarded: string;
  /** All of them, for what is the site's own. */
  headers: Headers;
  /** As it was sent, for signatures over it; empty for GET. */
  body: string;
  /**
   * What a body in JSON or XML says, and of a form `undefined`; read when it is asked for, since whoever signs a body
   * signs it as it was sent.
   *
   * @throws invalidRequest, invalidParameter
   */
  document(): unknown;
}

/** The forms that a body may have; what is read of a `text` is its reader's own business. */
export type BodyFormat = 'form' | 'json' | 'xml' | 'text';

const formType = 'application/x-www-form-urlencoded';

const refuseOtherTypes = ({ method, headers }: Request): void => {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (method === 'POST' && type !== undefined && type !== formType)
    fail('invalidRequest', `content-type: expected ${formType}`);
};

/** Which form a body has, by the sign that it begins with where it may be a document: senders do not agree on types. */
const formatOf = (body: string, formats: readonly BodyFormat[]): BodyFormat => {
  const [only = 'form'] = formats;
  if (!formats.includes('json') && !formats.includes('xml')) return only;
  const start = body.trimStart()[0];
  return start === '{' ? 'json' : start === '<' ? 'xml' : 'form';
};

const readDocument = (body: string, formats: readonly BodyFormat[]): unknown => {
  const format = formatOf(body, formats);
  if (!formats.includes(format)) fail('invalidRequest', `body: expected ${formats.join(' or ')}`);
  if (format === 'json') return readJson(body);
  return format === 'xml' ? readXml(body) : undefined;
};

/**
 * Reads a request, whichever door it came to: its parameters, those of the address and, of a POST, those of a form alike,
 * each name once; or, beside those of the address, the document that its body is.
 *
 * @param url of the request, where it is at hand.
 * @param origin scheme and host as the client addressed them, where that matters.
 * @param formats that the body may have, whatever type it says; without them it is a form, and says so.
 * @throws invalidRequest, invalidParameter, requestTooLarge
 * @see design.md sections 4 and 6
 */
export const readRequest = async (
  request: Request,
  {
    url = new URL(request.url),
    origin,
    formats,
  }: { url?: URL; origin?: string; formats?: readonly BodyFormat[] } = {},
): Promise<ApiRequest> => {
  const { method, headers } = request;
  const address = readAddress(url);
  if (method !== 'GET' && method !== 'POST')
    fail('invalidRequest', `method: expected POST or GET, got ${method}`);
  if (!formats) refuseOtherTypes(request);
  const body = method === 'GET' ? '' : await readBody(request, bytesAtMost);
  const allowed = method === 'GET' || !formats ? (['form'] as const) : formats;
  const isForm = allowed.includes('form') && formatOf(body, allowed) === 'form';
  const query = url.search.slice(1);
  return {
    httpMethod: method,
    origin: origin ?? url.origin,
    path: url.pathname,
    query,
    authorization: headers.get('authorization') ?? undefined,
    forwarded: headers.get('x-forwarded-proto') ?? headers.get('forwarded') ?? '',
    headers,
    body,
    document: () => readDocument(body, allowed),
    ...(isForm && body !== '' ? readParameters(query, body) : address),
  };
};

// PHP has no other word for false, and forms send every field: an empty value says nothing where it cannot be meant.
const isNotGiven = (field: z.$ZodType): boolean =>
  !safeParse(field, '').success && safeParse(field, undefined).success;

/**
 * The parameters that a schema names, checked; all others are ignored.
 *
 * @param isStrict an empty value is judged like any other: where the sources say that it may not be left empty.
 * @throws missingParameter, invalidParameter
 */
export const readParams = <Schema extends z.$ZodObject>(
  schema: Schema,
  parameters: Parameters,
  isStrict = false,
): z.output<Schema> =>
  parseParams(
    schema,
    Object.fromEntries(
      Object.entries(schema._zod.def.shape).map(([name, field]) => {
        const value = parameters.param(name);
        const isLeft = value === '' && !isStrict && isNotGiven(field);
        return [name, isLeft ? undefined : value];
      }),
    ),
  );
