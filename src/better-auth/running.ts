import type { AuthContext, GenericEndpointContext } from '@better-auth/core';
import type { SitePerson } from '../server/caller/site-session.ts';
import type { Site } from '../server/config/sites.ts';
import type { MethodContext } from '../server/methods/context.ts';
import type { LeftSessions } from './left-sessions.ts';
import type { Rows } from './rows.ts';

/** What works behind better-auth's requests. */
interface Background {
  start(): void;
  close(): Promise<void>;
  work(): Promise<number>;
}

/** The plugin at work: a backend on better-auth's own database. */
export interface Running {
  handler: Background;
  context: Omit<MethodContext, 'caller' | 'callId' | 'origin'>;
  auth: AuthContext;
  rows: Rows;
  site: Site;
  left: LeftSessions;
  /** Lets the backend answer a request, whose person better-auth has recognised. */
  answer(ctx: GenericEndpointContext): Promise<Response>;
  /** What a method is called with for a person, who has shown this session. */
  contextFor(person: SitePerson, ctx: GenericEndpointContext): MethodContext;
}

/** Gives the plugin at work, from the first request on; throws what says what to set. */
export type Start = () => Promise<Running>;
