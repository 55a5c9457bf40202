import type { Announcement } from '../server/config/change-types.ts';
import { deliveriesOf } from '../server/exits/deliveries.ts';
import { pseudonymOfPerson } from '../server/exits/forget.ts';
import type { Change, Subscription } from '../server/rules/account.ts';
import { placesOfRow } from '../server/rules/announcements.ts';
import { siteKey } from './removals.ts';
import type { Rows } from './rows.ts';

/** A time so many milliseconds from now. */
export const inMilliseconds = (time: number): Date => new Date(Date.now() + time);

const blank = {
  account: null,
  entry: null,
  place: null,
  provider: null,
  subProvider: null,
  providerUid: null,
  generation: null,
  forgets: false,
  sealedPayload: null,
  state: 'pending' as const,
  attempts: 0,
  lease: null,
  reason: null,
  endedAt: null,
};

/** What a change owes providers; with a lease, the call that made it tries first. */
export const oweRevocations = async (
  account: string,
  entry: number | undefined,
  { revoke, deleteAccount }: Change,
  rows: Rows,
): Promise<void> => {
  const { permissions = [], lease } = revoke ?? {};
  for (const one of permissions)
    await rows.insert('outroErrand', {
      ...blank,
      kind: 'revocation',
      destination: one.provider,
      account,
      entry: entry ?? null,
      provider: one.provider,
      subProvider: one.subProvider,
      providerUid: one.providerUid,
      generation: one.generation,
      forgets: deleteAccount ?? false,
      sealedPayload: one.sealedTokens ?? null,
      createdAt: new Date(),
      // Nobody else's while its lease holds.
      nextAt: inMilliseconds(lease?.time ?? 0),
      ...(lease && { lease: lease.id, attempts: 1 }),
    });
};

/** What an entry owes those who want to be told. */
export const oweDeliveries = async (
  account: string | null,
  entry: number,
  announced: Announcement[],
  subscriptions: Subscription[],
  rows: Rows,
): Promise<void> => {
  if (account === null) return;
  for (const { destination, nth } of deliveriesOf(announced, subscriptions))
    await rows.insert('outroErrand', {
      ...blank,
      kind: 'webhook',
      destination,
      account,
      entry,
      place: entry * placesOfRow + nth,
      createdAt: new Date(),
      nextAt: new Date(),
    });
};

/** Errands of an account that goes: what has ended forgets whom it was about, the rest will. */
export const forgetInErrands = async (account: string, rows: Rows): Promise<void> => {
  const theirs = await rows.many('outroErrand', { account, kind: 'revocation' }, 10_000);
  for (const { id, state, provider, subProvider, providerUid } of theirs)
    await rows.change(
      'outroErrand',
      { id },
      {
        forgets: true,
        ...(state !== 'pending' && {
          providerUid: pseudonymOfPerson(siteKey, {
            provider: provider ?? '',
            subProvider: subProvider ?? '',
            providerUid: providerUid ?? '',
          }),
        }),
      },
    );
};
