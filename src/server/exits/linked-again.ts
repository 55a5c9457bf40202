import type { People } from '../people/people.ts';
import type { Revocation } from './exits.ts';

/** Says of a revocation whether its person is linked again, by a later link than the one it is about. */
export const linkedAgainIn =
  (people: Pick<People, 'read'>) =>
  async ({
    site,
    provider,
    subProvider,
    providerUid,
    generation,
  }: Revocation): Promise<boolean> => {
    const account = await people.read({ site, identity: { provider, subProvider, providerUid } });
    return (account?.identities ?? []).some(
      (one) =>
        one.provider === provider &&
        one.subProvider === subProvider &&
        one.providerUid === providerUid &&
        one.state === 'linked' &&
        one.generation > generation,
    );
  };
