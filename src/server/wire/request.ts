import { Buffer } from 'node:buffer';
import type * as z from 'zod/v4/core';
import { fail, isOutroError } from '../../core/error.ts';
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
  /** Names and values as sent; each name once. */
  params: Map<string, string>;
  /** Value of a parameter, its name in any case. */
  param(name: string): string | undefined;
}

// Bytes; the longest honest request is a tenth of it.
const bodySize = 64 * 1024;

const formType = 'application/x-www-form-urlencoded';

// Behind a proxy that ends TLS, only its headers know how the client asked.
const originOf = (request: Request, url: URL, trustProxy: boolean): string => {
  if (!trustProxy) return url.origin;
  const first = (name: string): string | undefined =>
    request.headers.get(name)?.split(',')[0]?.trim().toLowerCase();
  return `${first('x-forwarded-proto') ?? url.protocol.slice(0, -1)}://${first('x-forwarded-host') ?? url.host}`;
};

/**
 * Reads a request's parameters: the form body of a POST, the query of a GET; each name once.
 *
 * @param trustProxy believe `X-Forwarded-Proto` and `-Host`.
 * @throws invalidRequest, invalidParameter, requestTooLarge
 */
export const readRequest = async (request: Request, trustProxy = false): Promise<ApiRequest> => {
  const url = new URL(request.url);
  const params = new Map<string, string>();
  const spelling = new Map<string, string>();
  for (const [name, value] of await readPairs(request, url)) {
    // Names are read ignoring case, so two spellings would be two answers to one question.
    if (spelling.has(name.toLowerCase()))
      fail('invalidParameter', `${name.slice(0, 50)}: expected once, given twice`);
    spelling.set(name.toLowerCase(), name);
    params.set(name, value);
  }
  return {
    httpMethod: request.method,
    origin: originOf(request, url, trustProxy),
    path: url.pathname,
    authorization: request.headers.get('authorization') ?? undefined,
    params,
    param: (name) => {
      const sent = spelling.get(name.toLowerCase());
      return sent === undefined ? undefined : params.get(sent);
    },
  };
};

const readPairs = async (request: Request, url: URL): Promise<URLSearchParams> => {
  if (request.method === 'GET') return url.searchParams;
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
  return new URLSearchParams(body);
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

/**
 * The parameters that a schema names, checked; all others are ignored.
 *
 * @throws missingParameter, invalidParameter
 */
export const readParams = <Schema extends z.$ZodObject>(
  schema: Schema,
  request: ApiRequest,
): z.output<Schema> =>
  parseParams(
    schema,
    Object.fromEntries(
      Object.keys(schema._zod.def.shape).map((name) => [name, request.param(name)]),
    ),
  );
