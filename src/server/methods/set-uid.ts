import { fail } from '../../core/error.ts';
import { journalOf, update, type ServerMethod } from './context.ts';
import { requireAccount } from '../caller/caller.ts';

/**
 * Checks an id that the site gives a user.
 *
 * @throws invalidParameterFormat
 */
export const checkSiteUid = (siteUID: string): string =>
  /^[\x20-\x7e]{1,252}$/.test(siteUID)
    ? siteUID
    : fail('invalidParameterFormat', 'siteUID: expected at most 252 ASCII characters');

/**
 * `socialize.setUID`, also `notifyRegistration`: gives an account the site's own id.
 *
 * @throws permissionDenied, unauthorizedUser, invalidParameterFormat, uniqueIdentifierExists
 * @see gigya-protocol section 4.4
 */
export const setUID: ServerMethod<'setUID'> = async (params, context) => {
  const { caller } = context;
  if (caller.kind !== 'server')
    fail('permissionDenied', 'setUID: expected a request with the secret of the site');
  const uid = checkSiteUid(params.siteUID);
  const { answer } = await update(context, caller.account(), (found) => {
    requireAccount(found, caller);
    const fields = { UID: uid };
    const journal = journalOf('setUID', context, params, [], fields);
    return { change: { uid, journal }, answer: fields };
  });
  return answer;
};
