import { codeOf, codes, messageOf, type FailureName } from './codes.ts';
import { OutroError } from './error.ts';
import type { Departure, Receipt } from './receipt.ts';
import type { WireUser } from './user.ts';

/**
 * The wire answer of every method; fields without data are left out.
 *
 * @see gigya-rest-removeConnection "Response Data"
 */
export interface Envelope {
  callId?: string;
  errorCode: number;
  errorMessage?: string;
  errorDetails?: string;
  apiVersion?: number;
  statusCode?: number;
  statusReason?: string;
  time?: string;
  receipt?: Receipt;
  departures?: Departure[];
  /** Where a site key lives at the vendor's cloud, with invalidDataCenter. */
  apiDomain?: string;
  user?: WireUser;
  [field: string]: unknown;
}

/** Wraps the fields of a method that succeeded. */
export const success = (fields: object = {}): Envelope => ({
  errorCode: 0,
  ...fields,
});

/** Wraps a failure; the message comes from the failure table. */
export const failure = ({ failure: name, code, details, callId }: OutroError): Envelope => ({
  ...(callId && { callId }),
  errorCode: code,
  errorMessage: messageOf(name),
  ...(details && { errorDetails: details }),
});

/** The failure an `errorCode` stands for; a number outside the table counts as a server error. */
export const failureName = (errorCode: number): FailureName =>
  (Object.keys(codes) as FailureName[]).find((name) => codeOf(name) === errorCode) ?? 'serverError';

/** Turns a failed answer back into an error, keeping the number and texts as they were sent. */
export const toError = (answer: Envelope): OutroError =>
  new OutroError(failureName(answer.errorCode), answer.errorDetails ?? answer.errorMessage, {
    code: answer.errorCode,
    callId: answer.callId,
  });

/** Whether a decoded body is an answer of this protocol at all; a proxy's error page is not. */
export const isEnvelope = (body: unknown): body is Envelope => {
  const { errorCode, receipt, departures } = Object(body) as Partial<Envelope>;
  return Number.isInteger(errorCode) && [receipt ?? [], departures ?? []].every(Array.isArray);
};
