import type { codes } from '../core/codes.ts';
import type { OutroError } from '../core/error.ts';
import { mark } from '../core/mark.ts';

// The rows of the table of failures that a page may meet before it has loaded the rest of the client. The table itself is
// not brought along at load; the compiler holds these to it.
const startCodes = {
  operationCanceled: '200001 Operation canceled',
  missingParameter: '400002 Missing required parameter',
  invalidParameter: '400006 Invalid parameter value',
  invalidEventHandler: '400102 Invalid event handler',
  serverError: '500001 General Server Error',
  networkError: '500026 Network error',
  requestTimeout: '504002 Request Timeout',
} as const satisfies Partial<typeof codes>;

/**
 * A failure as an `OutroError` by its mark, made without the table of failures: for a page that has not loaded it yet.
 *
 * @param details names the parameter or condition, what was expected and what to do.
 */
export const refusal = (
  failure: keyof typeof startCodes,
  details: string,
  cause?: unknown,
): OutroError => {
  const row = startCodes[failure];
  return Object.assign(new Error(`${row.slice(7)}: ${details}`, { cause }), {
    name: 'OutroError' as const,
    failure,
    code: Number.parseInt(row, 10),
    details,
    callId: undefined,
    [mark]: true as const,
  });
};
