import { startCodes, type FailureName } from '../core/codes.ts';
import type { OutroError } from '../core/error.ts';
import { mark } from '../core/mark.ts';

/**
 * A failure as an `OutroError` by its mark, made without the table of failures: for a page that has not loaded it yet.
 *
 * @param details names the parameter or condition, what was expected and what to do.
 * @see core/codes.ts `startCodes`
 */
export const refusal = (
  failure: keyof typeof startCodes & FailureName,
  details: string,
  cause?: unknown,
): OutroError => {
  const [code = '', text = ''] = startCodes[failure].split(/ (.*)/);
  const error = new Error(`${text}: ${details}`, { cause });
  return Object.assign(error, {
    name: 'OutroError' as const,
    failure,
    code: Number(code),
    details,
    callId: undefined,
    [mark]: true as const,
  });
};
