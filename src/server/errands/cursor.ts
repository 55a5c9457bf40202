import { hash } from 'node:crypto';
import { fail } from '../../core/error.ts';

// Not a secret: it tells one site's cursor from another's, so that none goes astray.
const markOf = (apiKey: string): string => hash('sha256', `outro cursor ${apiKey}`).slice(0, 10);

/** Where a reader of a site's changes stands, as it is handed out. */
export const cursorAt = (apiKey: string, place: string): string => `${place}-${markOf(apiKey)}`;

/**
 * The place that a cursor stands for.
 *
 * @throws invalidParameter when it is none, or another site's
 */
export const readCursor = (apiKey: string, cursor: string): string => {
  const [, place, mark] = /^(\d{1,18})-([0-9a-f]{10})$/.exec(cursor) ?? [];
  if (place === undefined)
    return fail('invalidParameter', 'after: expected a cursor that an earlier answer has given');
  return mark === markOf(apiKey)
    ? place
    : fail('invalidParameter', 'after: expected a cursor of this site; this one is of another');
};
