import { fail } from '../../core/error.ts';
import type { Site } from '../config/sites.ts';
import { keyOf, unknownToUs, type SitePerson } from './site-session.ts';
import type { Who } from '../people/people.ts';
import type { Account } from '../rules/account.ts';

/**
 * Who asks: the person behind a session, a server that proved to hold a secret of the site, a provider that tells
 * what happened there, whoever runs the backend, or anybody.
 */
export interface Caller {
  kind: 'session' | 'server' | 'provider' | 'operator' | 'anybody';
  site: Site;
  /** Whether the proof covers this one request, so that no page could have caused it. */
  isSigned: boolean;
  /** The user key that it proved, if it is one, and the secret that belongs to what it proved. */
  key?: { secret: string | undefined; userKey: string | undefined };
  /** The `UID` it names: a claim; it counts for servers, and must be the session's own otherwise. */
  uid: string | undefined;
  /** Found out by whoever looked: the session token or ticket that was shown opens nothing. */
  isStranger?: boolean;
  /** Whom the site's own session says it is; `nobody` when the site was asked and nobody is signed in. */
  sitePerson?: SitePerson | 'nobody';
  /** The account the caller may act on. */
  account(): Who;
}

/** The hash of the session token that a caller has shown, or of what the site's own session is known by, if it is one. */
export const sessionOf = (caller: Caller): Uint8Array | undefined => {
  if (caller.kind !== 'session') return undefined;
  if (caller.sitePerson) return keyOf(caller.sitePerson);
  const who = caller.account();
  return 'session' in who ? who.session : undefined;
};

/** Who asks for what nobody has to prove anything for. */
export const anybody = (site: Site): Caller => ({
  kind: 'anybody',
  site,
  isSigned: false,
  uid: undefined,
  account: () => fail('unauthorizedUser', 'session: expected one for what belongs to an account'),
});

/** The secret that the caller's UID signatures are made with: its own, where it has one, else the site's. */
export const uidSecretOf = ({ key, site }: Caller): string => key?.secret ?? site.secret[0]!;

/**
 * The account, or the refusal that every method gives when there is none, or when a session names another's UID.
 *
 * @throws unauthorizedUser
 */
export const requireAccount = (account: Account | undefined, caller: Caller): Account => {
  const { kind, uid } = caller;
  if (!account) {
    caller.isStranger = kind === 'session';
    const unknown = caller.sitePerson
      ? unknownToUs
      : 'login_token: expected the token of a live session';
    return fail(
      'unauthorizedUser',
      kind === 'server' ? 'UID: no user of this site has it' : unknown,
    );
  }
  if (kind === 'session' && uid !== undefined && uid !== account.uid)
    fail('unauthorizedUser', "UID: expected the session's own user, or none");
  return account;
};
