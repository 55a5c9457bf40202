import type { ErrorEntry, LogEntry, MendEntry } from '../caller/context.ts';
import { adviceOf } from '../people/advice.ts';

// Databases quote the values at fault behind a colon; addresses may stand anywhere.
const withoutValues = (text: string): string =>
  text
    .replace(/: "[^]*$/, ': (value left out)')
    .replace(/[^\s@"'(<]+@[^\s@"')>]+/g, '(e-mail)')
    .replace(/[\w+/=-]{40,}/g, '(token)');

// Drivers hang the statement's parameters and the row at fault on their errors, so those fields are not written.
const describe = (error: unknown, depth = 0): object => {
  if (!(error instanceof Error)) return { message: withoutValues(String(error)) };
  const { name, message, stack, cause } = error;
  const { code, constraint, table } = error as Error & Record<string, unknown>;
  return {
    name,
    message: withoutValues(message),
    ...Object.fromEntries(
      Object.entries({ code, constraint, table }).filter(([, value]) => typeof value === 'string'),
    ),
    stack: stack?.split('\n').filter((line) => /^\s+at /.test(line)),
    ...(cause !== undefined && depth < 3 && { cause: describe(cause, depth + 1) }),
  };
};

/** Writes what went wrong, and what to do, as one line of JSON on standard error, without the data that it was about. */
export const logError = ({ callId, path, error }: ErrorEntry): void => {
  const time = new Date().toISOString();
  const advice = adviceOf(error);
  console.error(
    JSON.stringify({ time, level: 'error', callId, path, advice, error: describe(error) }),
  );
};

/** Writes what a site has to put right as one line of JSON on standard error. */
export const logMend = ({ site, provider, reason, about }: MendEntry): void => {
  const time = new Date().toISOString();
  const message = `${about ?? 'a permission cannot be taken back'}: ${withoutValues(reason)}`;
  console.error(JSON.stringify({ time, level: 'warning', site, provider, message }));
};

/** Writes an answered request as one line of JSON. */
export const logRequest = ({ milliseconds, ...entry }: LogEntry): void => {
  const time = new Date().toISOString();
  const rounded = Math.round(milliseconds * 10) / 10;
  console.log(JSON.stringify({ time, level: 'info', ...entry, milliseconds: rounded }));
};
