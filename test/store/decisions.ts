import type { People, Updated, Who } from '../../src/server/people/people.ts';
import { parseConfiguration } from '../../src/server/config/configuration.ts';
import type { Site } from '../../src/server/config/sites.ts';
import {
  type Account,
  type Change,
  type Identity,
  type Lease,
  type NewIdentity,
  type Permission,
  tellLogout,
} from '../../src/server/rules/account.ts';
import { decideLogout, type SessionScope } from '../../src/server/rules/logout.ts';
import { decideRemoval, tellRemoval, type RemovalRules } from '../../src/server/rules/removal.ts';
import { peopleOf, refuseGone } from '../../src/server/rules/stays-gone.ts';
import type { PlanRevocation } from '../../src/server/rules/what-is-left.ts';
import { entry, identitiesAt, type Place } from './scene.ts';

// What the server decides, as its methods put it together: a store is proved with the decisions that it will be given.

const secret = Buffer.alloc(32, 1).toString('base64');

/** A site as it is configured. */
export const siteOf = (apiKey: string, rest: { sessionsPerAccount?: number } = {}): Site => {
  const { sites } = parseConfiguration({
    sites: [{ apiKey, secret, publicUrl: 'https://outro.example', ...rest }],
    encryptionKeys: [{ id: 'one', key: secret }],
  });
  return sites[0] as Site;
};

/** Every permission has somebody to be asked. */
const plan: PlanRevocation = () => ({
  isErrand: true,
  steps: [{ step: 'grant', status: 'pending' }],
});

/** The permissions that go with identities. */
export const permissionsOf = (identities: Identity[]): Permission[] =>
  identities.map(({ provider, subProvider, providerUid, sealedTokens, generation }) => ({
    provider,
    subProvider,
    providerUid,
    sealedTokens,
    generation,
  }));

/** How a test wants a removal done. */
export interface Removing extends Partial<RemovalRules> {
  /** Takes the permissions back, too: for this call first, or for whoever comes. */
  revoke?: Lease | 'anybody';
  /** What is written besides. */
  more?: Change;
}

/** The change that takes the identities at some providers away, as far as they are there. */
export const removalOf = (
  account: Account,
  site: string,
  names: string[],
  { revoke, more, ...rules }: Removing = {},
): Change => {
  const selected = names.flatMap((name) => identitiesAt(account, name));
  const { change, receipt } = decideRemoval(
    account,
    selected,
    { removeLoginID: false, lastIdentityHandling: 'remove', ...rules },
    siteOf(site),
    plan,
  );
  return {
    ...change,
    ...(revoke && {
      revoke: {
        permissions: permissionsOf(selected),
        ...(revoke !== 'anybody' && { lease: revoke }),
      },
    }),
    tell: tellRemoval(account, selected, change, undefined),
    journal: entry({ receipt }),
    ...more,
  };
};

/** Takes the identities at some providers away. @returns whether anybody was there. */
export const remove = (
  people: People,
  who: Who,
  names: string[],
  removing: Removing = {},
): Promise<Updated<boolean>> =>
  people.update(who, (account) =>
    account
      ? { change: removalOf(account, who.site, names, removing), answer: true }
      : { answer: false },
  );

/** The change that deletes an account, with all its permissions. */
export const deletionOf = (account: Account, revoke?: Lease): Change => ({
  deleteAccount: true,
  ...(revoke && { revoke: { permissions: permissionsOf(account.identities), lease: revoke } }),
  tell: [{ name: 'logout', exceptSession: account.session?.id }],
  journal: entry(),
});

/** Deletes the account that is there. */
export const deleteAccount = (people: People, who: Who, revoke?: Lease): Promise<unknown> =>
  people.update(who, (account) => ({
    ...(account && { change: deletionOf(account, revoke) }),
    answer: undefined,
  }));

/** Logs out. @returns the sessions that it ended. */
export const logOut = async (
  people: People,
  who: Who,
  scope: SessionScope = 'this',
): Promise<string[]> => {
  const { answer } = await people.update<string[]>(who, (account) => {
    if (!account) return { answer: [] };
    const { change, receipt } = decideLogout(account, scope, { site: siteOf(who.site) });
    const ids = change.endSessions?.ids ?? [];
    return ids.length > 0
      ? { change: { ...change, journal: entry({ receipt }) }, answer: ids }
      : { answer: ids };
  });
  return answer;
};

/** Finishes a logout by a leave ticket. @returns the sessions that it ended. */
export const redeem = async (
  people: People,
  ticket: { site: string; ticket: Uint8Array },
  scope: 'this' | 'all' = 'this',
): Promise<string[]> => {
  const who = { ...ticket, evenEnded: scope === 'all' };
  const { answer } = await people.update<string[]>(who, (account) => {
    if (!account?.session) return { answer: [] };
    const { session, readAt } = account;
    const before = session.endedAt ?? readAt;
    const { change, receipt } = decideLogout(account, scope, {
      site: siteOf(ticket.site),
      isMeant: ({ createdAt }) => (createdAt?.getTime() ?? 0) <= before.getTime(),
    });
    const ids = change.endSessions?.ids ?? [];
    if (ids.length === 0) return { answer: [] };
    const tell = tellLogout(ids);
    const journal = entry({ receipt });
    return { change: { ...change, spendTicket: session.id, tell, journal }, answer: ids };
  });
  return answer;
};

/** Signs somebody in who began at some time, as the site says. @returns whether that was too early. */
export const signIn = async (
  { people, site }: Place,
  uid: string,
  linked: NewIdentity,
  began: number,
): Promise<'linked' | 'refused'> => {
  const who = { site, uid, create: { isSiteUid: true }, linking: peopleOf([linked]) };
  const { answer } = await people.update<'linked' | 'refused'>(who, (account) => {
    const beginning = { identity: linked, parameter: 'startedAt', at: began, isSites: true };
    const refused = account && refuseGone(account, [beginning], plan);
    return refused
      ? {
          change: { ...refused.change, journal: entry({ receipt: refused.receipt }) },
          answer: 'refused',
        }
      : { change: { linkIdentities: [linked], journal: entry() }, answer: 'linked' };
  });
  return answer;
};
