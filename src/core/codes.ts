/**
 * TABLE of failures: one row gives the failure's name, the Gigya number (six digits) and, where it is not the name in
 * words, the official short message.
 * The HTTP status is the first three digits of the number. Numbers occur in this file and nowhere else.
 *
 * @see gigya-protocol section 8, "Response Codes and Errors"
 */
export const codes = {
  operationCanceled: '200001 Operation canceled',
  invalidDataCenter: 301001,
  invalidRequest: '400001 Invalid request format',
  missingParameter: '400002 Missing required parameter',
  uniqueIdentifierExists: 400003,
  invalidParameterFormat: 400004,
  invalidParameter: '400006 Invalid parameter value',
  invalidAuthenticationHeader: 400008,
  unsupportedGrantType: 400013,
  invalidGrant: 400014,
  operationNotAllowed: 400030,
  invalidApiKey: '400093 Invalid ApiKey parameter',
  notSupported: '400096 Not supported',
  invalidEventHandler: '400102 Invalid event handler',
  notConnected: 400106,
  invalidSiteDomain: 400120,
  requestExpired: '403002 Request has expired',
  invalidSignature: '403003 Invalid request signature',
  duplicateNonce: 403004,
  unauthorizedUser: '403005 Unauthorized user',
  secretOverHttp: '403006 Secret Sent Over Http',
  permissionDenied: 403007,
  invalidSecret: '403010 Invalid Secret',
  invalidToken: 403025,
  loginIdExists: '403043 Login identifier exists',
  apiRateLimitExceeded: 403048,
  pendingRecentLogin: 403110,
  unknownMethod: '405001 Invalid API method',
  identityExists: 409001,
  requestTooLarge: '413001 Request entity too large',
  serverError: '500001 General Server Error',
  networkError: '500026 Network error',
  requestTimeout: '504002 Request Timeout',
} as const;

/** Name of a failure, as `OutroError.failure` carries it. */
export type FailureName = keyof typeof codes;

/** The Gigya number of a failure. */
export const codeOf = (failure: FailureName): number => Number.parseInt(`${codes[failure]}`, 10);

/** The official short message of a failure. */
export const messageOf = (failure: FailureName): string =>
  `${codes[failure]}`.slice(7) ||
  failure.replace(/^.|[A-Z]/g, (letter, index) =>
    index ? ` ${letter.toLowerCase()}` : letter.toUpperCase(),
  );

/** The failure an `errorCode` stands for; a number outside the table counts as a server error. */
export const failureName = (errorCode: number): FailureName =>
  (Object.keys(codes) as FailureName[]).find((name) => codeOf(name) === errorCode) ?? 'serverError';

/** The HTTP status that belongs to an `errorCode`: its first three digits, 200 for success. */
export const httpStatus = (errorCode: number): number => Math.floor(errorCode / 1000) || 200;
