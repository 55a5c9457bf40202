import { isOutroError } from '../../core/is-outro-error.ts';
import type { Caller } from '../caller/caller.ts';
import type { ServerContext } from '../caller/context.ts';
import { verifySignature } from '../caller/proof.ts';
import type { Site } from '../config/sites.ts';
import type { ApiRequest } from '../wire/request.ts';

/** Parameters of a signed link, besides the action's own. */
export const linkParameters = ['timestamp', 'nonce', 'sig'];

// Seconds in which a person reads the application's page and answers it.
const answerTime = 600;

/**
 * Who asks by a link that the application has signed, since its own page has asked the person already. It works once; one
 * that is too old, and one that a browser follows before the person does, is asked about like any other.
 *
 * @returns nothing where it is no such link
 * @throws missingParameter, invalidParameter, invalidSignature, duplicateNonce
 * @see newspark-unlinkaccount; gigya-protocol section 11
 */
export const readSignedLink = async (
  request: ApiRequest,
  site: Site,
  uid: string,
  { store }: Pick<ServerContext, 'store'>,
): Promise<Caller | undefined> => {
  const isAhead = /prefetch|prerender/.test(request.headers.get('sec-purpose') ?? '');
  if (site.actions.asks !== 'application' || request.param('sig') === undefined || isAhead)
    return undefined;
  try {
    const key = { userKey: undefined, secrets: site.secret, publicKeys: [] };
    await verifySignature(request, site, key, store, answerTime);
  } catch (error) {
    if (isOutroError(error) && error.failure === 'requestExpired') return undefined;
    throw error;
  }
  const account = () => ({ site: site.apiKey, uid });
  return { kind: 'server', site, isSigned: true, uid, account };
};
