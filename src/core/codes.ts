/**
 * TABLE of failures: one row gives the failure's name, the Gigya number and the official short message.
 * The HTTP status is the first three digits of the number. Numbers occur here and nowhere else.
 *
 * @see gigya-protocol section 8, "Response Codes and Errors"
 */
export const codes = {
  invalidRequest: { code: 400001, message: 'Invalid request format' },
  missingParameter: { code: 400002, message: 'Missing required parameter' },
  uniqueIdentifierExists: { code: 400003, message: 'Unique identifier exists' },
  invalidParameterFormat: { code: 400004, message: 'Invalid parameter format' },
  invalidParameter: { code: 400006, message: 'Invalid parameter value' },
  invalidAuthenticationHeader: { code: 400008, message: 'Invalid authentication header' },
  unsupportedGrantType: { code: 400013, message: 'Unsupported grant type' },
  invalidGrant: { code: 400014, message: 'Invalid grant' },
  operationNotAllowed: { code: 400030, message: 'Operation not allowed' },
  invalidApiKey: { code: 400093, message: 'Invalid ApiKey parameter' },
  invalidEventHandler: { code: 400102, message: 'Invalid event handler' },
  notConnected: { code: 400106, message: 'Not connected' },
  invalidSiteDomain: { code: 400120, message: 'Invalid site domain' },
  requestExpired: { code: 403002, message: 'Request has expired' },
  invalidSignature: { code: 403003, message: 'Invalid request signature' },
  duplicateNonce: { code: 403004, message: 'Duplicate nonce' },
  unauthorizedUser: { code: 403005, message: 'Unauthorized user' },
  secretOverHttp: { code: 403006, message: 'Secret Sent Over Http' },
  permissionDenied: { code: 403007, message: 'Permission denied' },
  invalidSecret: { code: 403010, message: 'Invalid Secret' },
  invalidToken: { code: 403025, message: 'Invalid token' },
  loginIdExists: { code: 403043, message: 'Login identifier exists' },
  unknownMethod: { code: 405001, message: 'Invalid API method' },
  identityExists: { code: 409001, message: 'Identity exists' },
  requestTooLarge: { code: 413001, message: 'Request entity too large' },
  serverError: { code: 500001, message: 'General Server Error' },
  networkError: { code: 500026, message: 'Network error' },
  requestTimeout: { code: 504002, message: 'Request Timeout' },
} as const;

/** Name of a failure, as `OutroError.failure` carries it. */
export type FailureName = keyof typeof codes;

/** The HTTP status that belongs to an `errorCode`: its first three digits, 200 for success. */
export const httpStatus = (errorCode: number): number => Math.floor(errorCode / 1000) || 200;
