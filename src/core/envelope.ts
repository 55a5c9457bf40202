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

/** What an error says of a failure; every `OutroError` does. */
interface Failed {
  message: string;
  code: number;
  details: string | undefined;
  callId: string | undefined;
}

/** Wraps a failure; its own text is what its message has before the details. */
export const failure = ({ message, code, details, callId }: Failed): Envelope => ({
  ...(callId && { callId }),
  errorCode: code,
  errorMessage: details ? message.slice(0, -details.length - 2) : message,
  ...(details && { errorDetails: details }),
});

/** Whether a decoded body is an answer of this protocol at all; a proxy's error page is not. */
export const isEnvelope = (body: unknown): body is Envelope => {
  const { errorCode, receipt, departures } = Object(body) as Partial<Envelope>;
  return Number.isInteger(errorCode) && [receipt ?? [], departures ?? []].every(Array.isArray);
};
