import { fail } from '../core/error.ts';
import type { ApiRequest } from './caller.ts';

// Bytes; the longest honest request is a tenth of it.
const bodySize = 64 * 1024;

const formType = 'application/x-www-form-urlencoded';

/**
 * Reads a request's parameters: the form body of a POST, the query of a GET; each name once.
 *
 * @throws invalidRequest, invalidParameter, requestTooLarge
 */
export const readRequest = async (request: Request): Promise<ApiRequest> => {
  const url = new URL(request.url);
  const pairs = [...(await readPairs(request, url))];
  const params = new Map<string, string>();
  const spelling = new Map<string, string>();
  for (const [name, value] of pairs) {
    // Names are read ignoring case, so two spellings would be two answers to one question.
    if (spelling.has(name.toLowerCase()))
      fail('invalidParameter', `${name.slice(0, 50)}: expected once, given twice`);
    spelling.set(name.toLowerCase(), name);
    params.set(name, value);
  }
  return {
    httpMethod: request.method,
    path: url.pathname,
    params,
    param: (name) => params.get(spelling.get(name.toLowerCase()) ?? ''),
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
  const body = consumed ? '' : await readBody(request);
  // A host's body parser that ate the body would turn "remove facebook" into "remove everything".
  if (body === '' && (consumed || announced))
    fail(
      'invalidRequest',
      'body: it was already read by the host application; mount outro before any body parser',
    );
  return new URLSearchParams(body);
};

// Counted as it arrives: an announced length may be missing, or a lie.
const readBody = async (request: Request): Promise<string> => {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bodySize) fail('requestTooLarge', `body: expected at most ${bodySize} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};
