import type { Departure, ForetoldDeparture, Way } from '../../core/receipt.ts';
import type { Leaving, LeavingContext } from './draft-ways.ts';
import type { Force } from './force.ts';
import { draftDepartures, settle } from './plan.ts';

// A trip is opened with the change, and not before.
const unopened: Way[] = [{ by: 'popup', url: '', trip: '' }];

// Which pages have the provider's own script, only they know: what comes after it is what can be promised.
const foretellWays = ({ provider, ways }: Departure): ForetoldDeparture => {
  const first = ways.find(({ by }) => by !== 'script' && by !== 'none');
  const before = first ? ways.slice(0, ways.indexOf(first)) : ways;
  const script = before.find((way) => way.by === 'script' && way.status !== 'unsupported');
  const called = script?.by === 'script' && { script: script.call };
  if (first?.by === 'frame' || first?.by === 'popup')
    return { provider, status: 'asked', by: first.by, ...called };
  if (first?.by === 'link')
    return {
      provider,
      status: 'needs-user',
      by: 'link',
      url: first.url,
      reason: first.reason,
      ...called,
    };
  const none = ways.find((way) => way.by === 'none');
  const reason = none?.by === 'none' ? none.reason : 'only a page that has its script can';
  return { provider, status: 'unsupported', reason, ...called };
};

/** Says which providers a change would leave, and how, as planning would find them now; changes nothing. */
export const foretellDepartures = async (
  leaving: Leaving,
  force: Force,
  context: LeavingContext,
): Promise<ForetoldDeparture[]> => {
  const drafted = await draftDepartures(leaving, force, context);
  return drafted.map((one) => {
    const settled = 'stop' in one ? settle(one, unopened) : one;
    if ('ways' in settled) return foretellWays(settled);
    const { provider = '', status, reason } = settled;
    return {
      provider,
      status: status === 'kept' ? status : 'unsupported',
      ...(reason !== undefined && { reason }),
    };
  });
};
