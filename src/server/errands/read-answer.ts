import { standardAnswers } from '../../providers/answers.ts';
import type { RevokeAnswer, RevokeRequest } from '../../providers/row.ts';
import type { ErrandOutcome } from '../exits/exits.ts';
import type { OutboundAnswer } from '../outbound/guarded-fetch.ts';
import { placeholdersOf } from './plan-revocation.ts';

type Read = Pick<RevokeAnswer, 'means' | 'reason'>;

const find = (answers: readonly RevokeAnswer[], seen: string): RevokeAnswer | undefined =>
  answers.find(({ when }) => new RegExp(when, 'is').test(seen));

// What the standards say, held against what is asked for here and what this provider is known to answer.
const readStandard = (request: RevokeRequest, status: number, seen: string): Read => {
  const { means, reason } = find(standardAnswers, seen) ?? { means: 'never' };
  if (means === 'already' && request.removes === 'grant')
    return {
      means: 'never',
      reason:
        'the provider does not know the token any more; whether the permission stands is not known',
    };
  if (means === 'done' && request.answers?.some((one) => one.means === 'done'))
    return {
      means: 'again',
      reason: 'something came back that is not its word that the permission is taken back',
    };
  // Whoever is shown nothing of the site's means the token, unless it says the client.
  const isSites =
    placeholdersOf(request).some((name) => name.startsWith('client')) || seen.includes('_client"');
  if (means === 'mend' && (status === 401 || status === 403) && !isSites)
    return {
      means: 'never',
      reason: 'the provider does not accept the token of this person, which may only have run out',
    };
  return { means, reason };
};

/** What a provider's answer to a revocation means: as its row says, else as the standards do. */
export const readAnswer = (
  request: RevokeRequest,
  { status, body, retryAfter }: OutboundAnswer,
): ErrandOutcome => {
  const seen = `${status} ${body}`;
  const { means, reason } =
    find(request.answers ?? [], seen) ?? readStandard(request, status, seen);
  if (means === 'done' || means === 'already') return { state: means, isDown: false };
  const said = `the provider answered ${status}${reason === undefined ? '' : `: ${reason}`}`;
  if (means === 'never') return { state: 'failed', reason: said, isDown: false };
  if (means === 'mend') return { state: 'pending', reason: said, isDown: false, isSites: true };
  return {
    state: 'pending',
    reason: said,
    isDown: true,
    ...(retryAfter !== undefined && { retryAfter }),
  };
};
