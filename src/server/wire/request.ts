import { Buffer } from 'node:buffer';
import { safeParse } from 'zod/v4/core';
import type * as z from 'zod/v4/core';
import { fail } from '../../core/error.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import { parseParams } from '../../core/schema.ts';

/** A request as it arrived, before anything in it is believed. */
export interface ApiRequest {
  httpMethod: string;
  /** Scheme and host as the client addressed them, as far as a trusted proxy or the socket knows. */
  origin: string;
  /** Path with its leading slash. */
  path: string;
  /** The header `Authorization`, if there is one. */
  authorization: string | undefined;
  /** What a proxy says of the client's scheme, believed or not. */
  forwarded: string;
  /** All of them, for what is the site's own. */
  headers: Headers;
  /** Names and values as sent; each name once, wherever it stood. */
  params: Map<string, string>;
  /** Value of a parameter, its name in any case. */
  param(name: string): string | undefined;
  /** Whether a parameter stood in the address, which ends up in logs and histories. */
  isInAddress(name: string): boolean;
}

// Bytes; the longest honest request is a tenth of it.
const bodySize = 64 * 1024;

// Parameters of address and body together; the most that a known client sends is thirty.
const parametersAtMost = 200;

const formType = 'application/x-www-form-urlencoded';

/**
 * Refuses an address that says more than a body may; hosts that have no limit of their own hand it on whole.
 *
 * @throws requestTooLarge
 */
export const refuseLongAddress = ({ href }: URL): void => {
  if (href.length > bodySize)
    fail('requestTooLarge', `address: expected at most ${bodySize} bytes`);
};

// Counted before anything is decoded: a flood of parameters costs the one who sends it.
const readPairs = (text: string): URLSearchParams => {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count += 1;
  if (count > parametersAtMost)
    fail('invalidRequest', `parameters: expected at most ${parametersAtMost}`);
  return new URLSearchParams(text);
};

/**
 * Reads a request's parameters: those of the address and, of a POST, those of the form body alike; each name once.
 *
 * @param origin scheme and host as the client addressed them, where that matters.
 * @throws invalidRequest, invalidParameter, requestTooLarge
 */
export const readRequest = async (
  request: Request,
  origin = new URL(request.url).origin,
): Promise<ApiRequest> => {
  const url = new URL(request.url);
  refuseLongAddress(url);
  const body = await readForm(request);
  const params = new Map<string, string>();
  const spelling = new Map<string, string>();
  const inAddress = readPairs(url.search.slice(1));
  const take = (pairs: URLSearchParams): void => {
    for (const [name, value] of pairs) {
      // Names are read ignoring case, so two spellings would be two answers to one question.
      if (spelling.has(name.toLowerCase()))
        fail('invalidParameter', `${name.slice(0, 50)}: expected once, given twice`);
      spelling.set(name.toLowerCase(), name);
      params.set(name, value);
    }
  };
  take(inAddress);
  if (body !== '') take(readPairs(body));
  if (params.size > parametersAtMost)
    fail('invalidRequest', `parameters: expected at most ${parametersAtMost}`);
  return {
    httpMethod: request.method,
    origin,
    path: url.pathname,
    authorization: request.headers.get('authorization') ?? undefined,
    forwarded: request.headers.get('x-forwarded-proto') ?? request.headers.get('forwarded') ?? '',
    headers: request.headers,
    params,
    param: (name) => {
      const sent = spelling.get(name.toLowerCase());
      return sent === undefined ? undefined : params.get(sent);
    },
    isInAddress: (name) => {
      const sent = spelling.get(name.toLowerCase());
      return sent !== undefined && inAddress.has(sent);
    },
  };
};

const readForm = async (request: Request): Promise<string> => {
  if (request.method === 'GET') return '';
  if (request.method !== 'POST')
    fail('invalidRequest', `method: expected POST or GET, got ${request.method}`);
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== formType)
    fail('invalidRequest', `content-type: expected ${formType}`);
  const announced =
    Number(request.headers.get('content-length') ?? 0) > 0 ||
    request.headers.has('transfer-encoding');
  const consumed = request.bodyUsed;
  // A host that has read it does not always say so beforehand: then reading it fails.
  const body = consumed ? '' : await readBody(request).catch(withoutBody);
  // A host's body parser that ate the body would turn "remove facebook" into "remove everything".
  if (body === '' && (consumed || announced))
    fail(
      'invalidRequest',
      'body: it was already read by the host application; mount outro before any body parser',
    );
  return body;
};

const withoutBody = (error: unknown): string => {
  if (isOutroError(error)) throw error;
  return '';
};

const refuseLarge = (size: number): void => {
  if (size > bodySize) fail('requestTooLarge', `body: expected at most ${bodySize} bytes`);
};

/**
 * The body as text, at most 64 KiB: counted as it arrives where its length is not announced, else held to that.
 *
 * @throws requestTooLarge
 */
export const readBody = async (request: Request): Promise<string> => {
  const announced = request.headers.get('content-length');
  if (announced !== null && !request.headers.has('transfer-encoding')) {
    refuseLarge(Number(announced));
    // No host hands on more than was announced; asked for whole, a body costs it no stream.
    const text = await request.text();
    refuseLarge(Buffer.byteLength(text));
    return text;
  }
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    refuseLarge(size);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
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
  request: ApiRequest,
  isStrict = false,
): z.output<Schema> =>
  parseParams(
    schema,
    Object.fromEntries(
      Object.entries(schema._zod.def.shape).map(([name, field]) => {
        const value = request.param(name);
        const isLeft = value === '' && !isStrict && isNotGiven(field);
        return [name, isLeft ? undefined : value];
      }),
    ),
  );
