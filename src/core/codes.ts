/**
 * TABLE of failures: one row gives the failure's name, the Gigya number (six digits) and the
 * official short message.
 * The HTTP status is the first three digits of the number. Numbers occur here and nowhere else.
 *
 * @see gigya-protocol section 8, "Response Codes and Errors"
 */
export const codes = {
  invalidDataCenter: '301001 Invalid data center',
  invalidRequest: '400001 Invalid request format',
  missingParameter: '400002 Missing required parameter',
  uniqueIdentifierExists: '400003 Unique identifier exists',
  invalidParameterFormat: '400004 Invalid parameter format',
  invalidParameter: '400006 Invalid parameter value',
  invalidAuthenticationHeader: '400008 Invalid authentication header',
  unsupportedGrantType: '400013 Unsupported grant type',
  invalidGrant: '400014 Invalid grant',
  operationNotAllowed: '400030 Operation not allowed',
  invalidApiKey: '400093 Invalid ApiKey parameter',
  notSupported: '400096 Not supported',
  invalidEventHandler: '400102 Invalid event handler',
  notConnected: '400106 Not connected',
  invalidSiteDomain: '400120 Invalid site domain',
  requestExpired: '403002 Request has expired',
  invalidSignature: '403003 Invalid request signature',
  duplicateNonce: '403004 Duplicate nonce',
  unauthorizedUser: '403005 Unauthorized user',
  secretOverHttp: '403006 Secret Sent Over Http',
  permissionDenied: '403007 Permission denied',
  invalidSecret: '403010 Invalid Secret',
  invalidToken: '403025 Invalid token',
  loginIdExists: '403043 Login identifier exists',
  rateLimitExceeded: '403048 Api rate limit exceeded',
  pendingRecentLogin: '403110 Pending recent login',
  unknownMethod: '405001 Invalid API method',
  identityExists: '409001 Identity exists',
  requestTooLarge: '413001 Request entity too large',
  serverError: '500001 General Server Error',
  networkError: '500026 Network error',
  requestTimeout: '504002 Request Timeout',
} as const;

/** Name of a failure, as `OutroError.failure` carries it. */
export type FailureName = keyof typeof codes;

/** The Gigya number of a failure. */
export const codeOf = (failure: FailureName): number => Number.parseInt(codes[failure], 10);

/** The official short message of a failure. */
export const messageOf = (failure: FailureName): string => codes[failure].slice(7);

/** The HTTP status that belongs to an `errorCode`: its first three digits, 200 for success. */
export const httpStatus = (errorCode: number): number => Math.floor(errorCode / 1000) || 200;
