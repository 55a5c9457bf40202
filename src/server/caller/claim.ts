import type { ApiRequest } from '../wire/request.ts';
import { readToken } from './access-token.ts';
import { hasBearer } from './bearer.ts';
import type { Caller } from './caller.ts';
import type { Claim } from './gate.ts';
import { readSecret } from './keys.ts';

/** What a request claims to come with, before anything is proved. */
export const claimOf = (request: ApiRequest): Claim => {
  if (request.param('sig') !== undefined || hasBearer(request)) return 'signature';
  if (readSecret(request) !== undefined) return 'secret';
  if (readToken(request) !== undefined || request.param('id_token')) return 'token';
  if (request.param('login_token')) return 'session';
  if (request.param('ticket')) return 'ticket';
  return request.param('departure') ? 'trip' : 'nothing';
};

/** Whether a caller has shown what it asks with to be true, as far as anybody has looked. */
export const isProved = (caller: Caller | undefined): boolean =>
  caller !== undefined && caller.kind !== 'anybody' && caller.isStranger !== true;
