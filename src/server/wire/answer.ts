import { Buffer } from 'node:buffer';
import { httpStatus } from '../../core/codes.ts';
import type { Envelope } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import type { ApiRequest } from './request.ts';

/** How an answer is to be written. */
export interface Format {
  /** Name of the page's function for jsonp. */
  callback: string | undefined;
  /** The HTTP status tells the outcome, instead of always 200. */
  wantsStatus: boolean;
  /** The client's own `context`, handed back. */
  context: string | undefined;
}

// Identifier characters, dots and brackets: nothing that could be script of its own.
const callbackName = /^[\w$.[\]]{1,100}$/;

/**
 * Reads the name of the jsonp function.
 *
 * @throws missingParameter, invalidParameter
 * @see gigya-rest-removeConnection "callback"
 */
export const readCallback = (request: ApiRequest): string => {
  const callback = request.param('callback');
  if (!callback) return fail('missingParameter', 'callback: expected with format=jsonp');
  return callbackName.test(callback)
    ? callback
    : fail(
        'invalidParameter',
        'callback: expected a function name of letters, digits, _, $, dots and brackets',
      );
};

const reasons: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  504: 'Gateway Timeout',
};

const writeText = (body: object, callback: string | undefined): string => {
  const json = JSON.stringify(body);
  if (callback === undefined) return json;
  // No `<`, and no line separator that old engines take for one: the text stays data wherever it lands.
  const data = json.replace(
    /[<\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // The comment keeps a chosen name from standing at the very start of the file.
  return `/**/${callback}(${data});`;
};

/** Writes an answer in the vendor's wire form; fields without data are left out. */
export const writeAnswer = (answer: Envelope, callId: string, format: Format): Response => {
  const statusCode = httpStatus(answer.errorCode);
  const body = {
    callId,
    ...(format.context !== undefined && { context: format.context }),
    ...answer,
    apiVersion: 2,
    statusCode,
    statusReason: reasons[statusCode] ?? 'Error',
    time: new Date().toISOString(),
  };
  const text = writeText(body, format.callback);
  return new Response(text, {
    status: format.wantsStatus ? statusCode : 200,
    headers: {
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type':
        format.callback === undefined
          ? 'application/json; charset=utf-8'
          : 'text/javascript; charset=utf-8',
      // By which compression knows what is too short for it.
      'Content-Length': String(Buffer.byteLength(text)),
    },
  });
};
