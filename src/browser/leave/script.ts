import type { Outcome, Way } from '../../core/receipt.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/**
 * Calls the provider's own script, if the page has loaded it: bounded by `limit` milliseconds, because a script that
 * is refused its frame never calls back.
 *
 * @see providers.md section 4
 */
export const leaveByScript = (
  { call, answers, status, reason }: Extract<Way, { by: 'script' }>,
  window: Window,
  limit: number,
): Promise<Outcome> | Outcome => {
  const path = call.split('.');
  const name = path.pop() ?? '';
  let owner: unknown = window;
  for (const part of path) owner = isObject(owner) ? owner[part] : undefined;
  const run = isObject(owner) ? owner[name] : undefined;
  if (typeof run !== 'function')
    return { status: 'unsupported', reason: `${call} is not on this page` };
  if (!answers) {
    run.call(owner);
    return { status, reason };
  }
  return new Promise((resolve) => {
    setTimeout(resolve, limit, { status: 'asked', reason: `${call} did not answer in time` });
    run.call(owner, () => resolve({ status, reason }));
  });
};
