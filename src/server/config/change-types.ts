/** TABLE of what a site can be told of. */
export const changeTypes = [
  'outro.connection.removed',
  'outro.session.ended',
  'outro.account.deleted',
  'outro.receipt.finished',
] as const;

/** A kind of thing that a site can be told of. */
export type ChangeType = (typeof changeTypes)[number];

/** A connection as a site is told of it. */
export interface ToldConnection {
  provider: string;
  /** Network behind an aggregator; absent elsewhere. */
  subProvider?: string;
  providerUID: string;
}

/** One thing that a site is told of a change. */
export interface Announcement {
  type: ChangeType;
  /** Connections that are no more, with `outro.connection.removed`. */
  connections?: ToldConnection[];
  /** The site's own sessions beside those of ours that have ended, as far as sign-ins told of them. */
  siteSessions?: string[];
}
