import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import type { RevocationJob, Store } from '../people/people.ts';
import type { Database } from '../people/load.ts';
import type { Tables } from './tables.ts';

const toJob = (row: Selectable<Tables['revocations']>): RevocationJob => ({
  id: row.id,
  lease: row.lease ?? '',
  site: row.site,
  provider: row.provider,
  subProvider: row.sub_provider,
  providerUid: row.provider_uid,
  sealedTokens: row.sealed_tokens ?? undefined,
  attempts: row.attempts,
});

// Linked now, by a later link than the one that the job is about.
const linkedAgain = (build: ExpressionBuilder<Tables, 'revocations'>) =>
  build.exists(
    build
      .selectFrom('identities')
      .select('identities.id')
      .whereRef('identities.site', '=', 'revocations.site')
      .whereRef('identities.provider', '=', 'revocations.provider')
      .whereRef('identities.sub_provider', '=', 'revocations.sub_provider')
      .whereRef('identities.provider_uid', '=', 'revocations.provider_uid')
      .whereRef('identities.generation', '>', 'revocations.generation')
      .where('identities.state', '=', 'linked'),
  );

/** The part of a store that keeps revocations until they have ended. */
export const outboxOf = (
  db: Database,
): Pick<
  Store,
  'leasedRevocations' | 'claimRevocations' | 'checkRevocation' | 'finishRevocation'
> => ({
  async leasedRevocations(lease) {
    const rows = await db
      .selectFrom('revocations')
      .selectAll()
      .where('lease', '=', lease)
      .execute();
    return rows.map(toJob);
  },

  async claimRevocations(sites, limit, leaseTime) {
    // The database's clock: instances need not agree on theirs.
    const now = sql<Date>`now()`;
    // Whoever was connected again since then must keep what the new connection was given.
    await db
      .updateTable('revocations')
      .set({ state: 'skipped', ended_at: now, sealed_tokens: null, lease: null, lease_until: null })
      .where('state', '=', 'pending')
      .where('site', 'in', sites)
      .where('next_at', '<=', now)
      .where((build) => linkedAgain(build))
      .execute();
    const rows = await db
      .with('due', (build) =>
        build
          .selectFrom('revocations')
          .select('id')
          .where('state', '=', 'pending')
          .where('site', 'in', sites)
          .where('next_at', '<=', now)
          .where((where) =>
            where.or([where('lease_until', 'is', null), where('lease_until', '<', now)]),
          )
          .orderBy('next_at')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('revocations')
      .from('due')
      .set({
        lease: sql<string>`gen_random_uuid()`,
        lease_until: sql<Date>`now() + ${leaseTime}::int * interval '1 millisecond'`,
        attempts: sql<number>`attempts + 1`,
      })
      .whereRef('revocations.id', '=', 'due.id')
      .returningAll('revocations')
      .execute();
    return rows.map(toJob);
  },

  async checkRevocation({ id, lease }) {
    const row = await db
      .selectFrom('revocations')
      .select((build) => linkedAgain(build).as('isLinkedAgain'))
      .where('id', '=', id)
      .where('lease', '=', lease)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    if (!row) return 'lost';
    return row.isLinkedAgain ? 'linked-again' : 'go';
  },

  async finishRevocation({ id, lease }, { state, reason = null, retryAt }) {
    const isFinal = state !== 'pending';
    await db
      .updateTable('revocations')
      .set({
        state,
        reason,
        lease: null,
        lease_until: null,
        ...(retryAt && { next_at: retryAt }),
        ...(isFinal && { ended_at: new Date(), sealed_tokens: null }),
      })
      .where('id', '=', id)
      // Fenced: an attempt that outlived its lease has nothing to say any more.
      .where('lease', '=', lease)
      .where('state', '=', 'pending')
      .execute();
  },
});
