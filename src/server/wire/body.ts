import { Buffer } from 'node:buffer';
import { fail, OutroError } from '../../core/error.ts';

const refuseLarge = (size: number, atMost: number): void => {
  if (size > atMost) fail('requestTooLarge', `body: expected at most ${atMost} bytes`);
};

// Counted as it arrives where its length is not announced, else held to that.
const readText = async (request: Request, atMost: number): Promise<string> => {
  const announced = request.headers.get('content-length');
  if (announced !== null && !request.headers.has('transfer-encoding')) {
    refuseLarge(Number(announced), atMost);
    // No host hands on more than was announced; asked for whole, a body costs it no stream.
    const text = await request.text();
    refuseLarge(Buffer.byteLength(text), atMost);
    return text;
  }
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    refuseLarge(size, atMost);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

const withoutBody = (error: unknown): string => {
  // Of this very copy: the refusal is made above.
  if (error instanceof OutroError) throw error;
  return '';
};

/**
 * The body as text.
 *
 * @param atMost bytes that it may have.
 * @throws requestTooLarge; invalidRequest when the host application has consumed it
 * @see design.md section 7 "A POST whose body a host framework has already consumed"
 */
export const readBody = async (request: Request, atMost: number): Promise<string> => {
  const announced =
    Number(request.headers.get('content-length') ?? 0) > 0 ||
    request.headers.has('transfer-encoding');
  const consumed = request.bodyUsed;
  // A host that has read it does not always say so beforehand: then reading it fails.
  const body = consumed ? '' : await readText(request, atMost).catch(withoutBody);
  // A host's body parser that ate the body would turn "remove facebook" into "remove everything".
  if (body === '' && (consumed || announced))
    fail(
      'invalidRequest',
      'body: it was already read by the host application; mount outro before any body parser',
    );
  return body;
};
