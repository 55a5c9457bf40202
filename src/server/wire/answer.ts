import { Buffer } from 'node:buffer';
import { httpStatus } from '../../core/codes.ts';
import type { Envelope } from '../../core/envelope.ts';
import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';
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

// An identifier, then more of them after dots, or numbers in brackets: nothing that could be script of its own.
const identifier = String.raw`[A-Za-z_$][\w$]*`;
const callbackName = new RegExp(String.raw`^(?=.{1,100}$)${identifier}(\.${identifier}|\[\d+\])*$`);

// What the script defines, reads and calls in a page. As a callback, a function of it would be called with what somebody
// else chose, and `gigya.socialize.removeConnection` removes everything when it is called with nothing that it knows.
const ours =
  'outro gigya ss_mi __gigyaConf onGigyaServiceReady ssmi_user_unlink_success ssmi_user_unlink_failure'.split(
    ' ',
  );

/**
 * Reads the name of the jsonp function.
 *
 * @param site that has to have switched jsonp on: any function of a page can be the callback of whoever may put a script
 *   tag of this host into it.
 * @throws missingParameter, invalidParameter
 * @see gigya-rest-removeConnection "callback"; design.md section 4 "REST default `format`"
 */
export const readCallback = (request: ApiRequest, { jsonp }: Pick<Site, 'jsonp'>): string => {
  if (!jsonp)
    fail(
      'invalidParameter',
      'format: expected json; jsonp is off for this site until its configuration says `jsonp: true`',
    );
  const callback = request.param('callback');
  if (!callback) return fail('missingParameter', 'callback: expected with format=jsonp');
  if (!callbackName.test(callback))
    fail(
      'invalidParameter',
      'callback: expected a function name of identifiers, dots and numbers in brackets',
    );
  // Wherever it stands: `window.gigya` is `gigya`.
  const found = callback.split(/[.[\]]/).find((part) => ours.includes(part));
  if (found !== undefined)
    fail(
      'invalidParameter',
      `callback: expected a function of the page's own, not one of ${found}`,
    );
  return callback;
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

/** An answer, and how many bytes of text it is; 0 of what is no text, or has no end. */
export interface SizedAnswer {
  response: Response;
  bytes: number;
}

/**
 * Writes an answer in the vendor's wire form; fields without data are left out.
 *
 * @param besides headers that it has besides: set afterwards, they would take as long as the rest of it.
 */
export const writeAnswer = (
  answer: Envelope,
  callId: string,
  format: Format,
  besides: Record<string, string>,
): SizedAnswer => {
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
  const bytes = Buffer.byteLength(text);
  const response = new Response(text, {
    status: format.wantsStatus ? statusCode : 200,
    headers: {
      ...besides,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type':
        format.callback === undefined
          ? 'application/json; charset=utf-8'
          : 'text/javascript; charset=utf-8',
      'Content-Length': String(bytes),
    },
  });
  return { response, bytes };
};
