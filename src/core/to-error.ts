import { failureName } from './codes.ts';
import type { Envelope } from './envelope.ts';
import { OutroError } from './error.ts';

/** Turns a failed answer back into an error, keeping the number and texts as they were sent. */
export const toError = (answer: Envelope): OutroError =>
  new OutroError(failureName(answer.errorCode), answer.errorDetails ?? answer.errorMessage, {
    code: answer.errorCode,
    callId: answer.callId,
  });
