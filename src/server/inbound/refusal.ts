import { messageOf, type FailureName } from '../../core/codes.ts';
import { isOutroError } from '../../core/is-outro-error.ts';
import type { Hears } from '../../providers/row.ts';
import { jsonAnswer } from './message.ts';

const statuses: Partial<Record<FailureName, [status: number, error: string]>> = {
  invalidApiKey: [404, 'not_found'],
  notSupported: [404, 'not_found'],
  notConnected: [404, 'user_not_found'],
  invalidSignature: [401, 'invalid_signature'],
  requestTooLarge: [413, 'request_too_large'],
  apiRateLimitExceeded: [429, 'too_many_requests'],
  networkError: [503, 'temporarily_unavailable'],
  serverError: [500, 'server_error'],
};

/** What security event tokens are refused with, by the claim or header at fault. */
const causes: Record<string, string> = {
  iss: 'invalid_issuer',
  aud: 'invalid_audience',
  kid: 'invalid_key',
  alg: 'invalid_key',
  signature: 'invalid_key',
  state: 'invalid_state',
  Authorization: 'authentication_failed',
};

/**
 * What a refused security event token is told its transmitter with, pushed or fetched.
 *
 * @see RFC 8935 section 2.4; OpenID Shared Signals Framework 1.0 section 8.1.4.1
 */
export const refusalOfToken = (
  details: string,
  error = 'invalid_request',
): { err: string; description: string } => ({
  err: causes[/^\w+(?=: )/.exec(details)?.[0] ?? ''] ?? error,
  description: details,
});

// The specifications of tokens know 400 only; webhooks are expected to answer 401, as is whoever asks for a revocation.
const statusFor = (row: Hears | undefined, failure: FailureName, status: number): number => {
  if (row?.kind === 'global-token-revocation')
    return failure === 'invalidToken' || failure === 'duplicateNonce' ? 401 : status;
  return status === 401 && row?.kind !== 'webhook' ? 400 : status;
};

/**
 * What a provider is answered whose message was refused: what was expected, in the words of its kind.
 *
 * @param retryAfter seconds, where it came too often.
 */
export const refusalOf = (
  error: unknown,
  callId: string,
  row: Hears | undefined,
  retryAfter: () => number,
): Response => {
  const { failure, details } = isOutroError(error)
    ? error
    : { failure: 'serverError' as const, details: `quote callId ${callId} when you report this` };
  const [status, name] = statuses[failure] ?? [400, 'invalid_request'];
  const description = details ?? messageOf(failure);
  const answer = jsonAnswer(
    row?.kind === 'security-event'
      ? refusalOfToken(description, name)
      : { error: name, error_description: description },
    statusFor(row, failure, status),
  );
  if (row?.kind === 'security-event') answer.headers.set('Content-Language', 'en');
  if (row?.kind === 'global-token-revocation' && answer.status === 401)
    answer.headers.set('WWW-Authenticate', 'Bearer');
  if (failure === 'networkError') answer.headers.set('Retry-After', '30');
  if (failure === 'apiRateLimitExceeded') answer.headers.set('Retry-After', String(retryAfter()));
  return answer;
};
