import type { Response } from '../browser/response.ts';
import type { User } from '../browser/user.ts';
import type { OutroError } from '../core/error.ts';

/** What `<outro-connections>` tells, by name of the event. */
export interface ConnectionsEvents extends Omit<HTMLElementEventMap, 'load' | 'error'> {
  /** The list is drawn for the first time. */
  load: Event;
  /** A connection was removed, or all: what the backend answered. */
  removed: CustomEvent<Response & { user: User }>;
  /** The list could not be read, or nothing was removed. */
  error: CustomEvent<OutroError>;
}
