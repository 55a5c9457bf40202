import type { Announcement, ToldConnection } from '../config/change-types.ts';
import type { Account, Change, Identity } from './account.ts';

/** Places that a row of the journal has: more than any change needs. */
export const placesOfRow = 4;

/** Where a change stands in the order of everything that sites are told: its row, and which of its announcements. */
export const placeOf = (row: string, index: number): string =>
  String(BigInt(row) * BigInt(placesOfRow) + BigInt(index));

/** Row and number of an announcement. */
export const partsOf = (place: string): { row: string; index: number } => ({
  row: String(BigInt(place) / BigInt(placesOfRow)),
  index: Number(BigInt(place) % BigInt(placesOfRow)),
});

const toConnection = ({ provider, subProvider, providerUid }: Identity): ToldConnection => ({
  provider,
  ...(subProvider && { subProvider }),
  providerUID: providerUid,
});

/**
 * What a site is told of a change, whoever wanted it. Pure. A sign-in is the site's own, so it is told nothing of one.
 *
 * @see design.md section 2 "The site hears of everything"
 */
export const announce = (
  { identities, sessions, ofSite }: Account,
  { deleteAccount, removeIdentities = [], softenIdentities = [], endSessions }: Change,
): Announcement[] => {
  const gone = [...removeIdentities, ...softenIdentities];
  const removed = identities.filter(({ id, state }) => gone.includes(id) && state === 'linked');
  const ended = endSessions?.ids ?? [];
  // Of the site's own sessions the journal keeps no keys: outro ends them in the site's tables itself.
  const siteSessions = (ofSite ? [] : sessions)
    .filter(({ id }) => deleteAccount || ended.includes(id))
    .flatMap(({ siteSession }) => siteSession ?? []);
  if (deleteAccount) return [{ type: 'outro.account.deleted', siteSessions }];
  return [
    ...(removed.length > 0
      ? [{ type: 'outro.connection.removed', connections: removed.map(toConnection) } as const]
      : []),
    ...(ended.length > 0 ? [{ type: 'outro.session.ended', siteSessions } as const] : []),
  ];
};
