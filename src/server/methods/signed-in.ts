import { fail } from '../../core/error.ts';
import { lazy, parseParams, textField, uidField } from '../../core/schema.ts';
import type { Caller } from '../caller/caller.ts';
import { createToken, hashToken } from '../config/token.ts';
import { planRevocation, takesBackTokens } from '../errands/plan-revocation.ts';
import { linkedIdentities, type Change, type NewIdentity } from '../rules/account.ts';
import { signInLasts, undoSignIn } from '../rules/sign-in-gone.ts';
import { peopleOf, refuseGone, type RefusedSignIn } from '../rules/stays-gone.ts';
import { journalOf, update, type MethodContext } from './context.ts';
import { mergeTokens, toProviderSessions, type ToldIdentity } from './sign-in.ts';

/** A sign-in, as the site's own library tells of it. */
export interface SignedIn {
  /** Key of the site; needed where there are several. */
  apiKey?: string | undefined;
  /** The site's own id of the person. */
  uid: string | number | bigint;
  /** Who the person is at which provider, as the site calls it; absent of a sign-in of the site's own. */
  provider?: string | undefined;
  subject?: string | undefined;
  /** The newest tokens that the provider gave. */
  tokens?: {
    access?: string | undefined;
    refresh?: string | undefined;
    id?: string | undefined;
    expiresAt?: Date | undefined;
  };
  /** The session that it opened, as `identify` names it. */
  session?: string | undefined;
  /**
   * When the sign-in began, which is before the person was sent to the provider. Left out, one within fifteen minutes of
   * a removal counts as older.
   */
  beganAt?: Date | undefined;
}

const known = <Value>(name: string, value: Value | undefined) =>
  value === undefined ? {} : { [name]: value };

const toTold = (context: MethodContext, given: SignedIn): ToldIdentity[] => {
  const { provider, subject, tokens = {} } = given;
  if (provider === undefined && subject === undefined) return [];
  if (!provider || !subject)
    return fail('missingParameter', 'subject: expected together with provider, or neither');
  const told = {
    providerUID: subject,
    subProvider: '',
    allowsLogin: true,
    ...known('authToken', tokens.access),
    ...known('refreshToken', tokens.refresh),
    ...known('idToken', tokens.id),
    ...known('tokenExpiration', tokens.expiresAt && tokens.expiresAt.getTime() / 1000),
  };
  const { authToken, refreshToken, idToken, tokenExpiration } = told as ToldIdentity['told'];
  return [
    {
      identity: {
        provider: context.store.people.nameProvider(provider),
        subProvider: '',
        providerUid: subject,
        allowsLogin: true,
        profile: {},
        sealedTokens: undefined,
      },
      parameter: 'provider',
      tokens: { authToken, refreshToken, idToken, tokenExpiration, tokenSecret: undefined },
      told,
    },
  ];
};

// As `identify` may name a session, and `notifyLogin` a person at a provider.
const fields = {
  uid: lazy(uidField),
  subject: lazy(uidField),
  session: lazy(() => textField(2000, 1)),
};

// What a database would refuse in words of its own.
const check = (given: { [Name in keyof typeof fields]: string | undefined }): void => {
  for (const name of ['uid', 'subject', 'session'] as const)
    if (given[name] !== undefined) parseParams(fields[name](), given[name], name);
};

const contextOf = (context: Omit<MethodContext, 'caller'>, site: Caller['site'], uid: string) => {
  const account = () => ({ site: site.apiKey, uid });
  return { ...context, caller: { kind: 'server', site, isSigned: true, uid, account } as Caller };
};

/**
 * Learns of a sign-in that the site's own library has carried out: the newest tokens, and which identity opened which
 * session. One that began before its identity was removed is undone: its link goes again, its session ends, and its
 * tokens are taken back.
 *
 * @throws requestExpired when it was undone, unauthorizedUser, missingParameter, invalidParameter
 * @see design.md section 5; tables.md 2 to 5
 */
export const signedIn = async (
  given: SignedIn,
  site: Caller['site'],
  around: Omit<MethodContext, 'caller'>,
): Promise<void> => {
  const uid = String(given.uid);
  const { subject, session } = given;
  const context = contextOf(around, site, uid);
  const [told] = toTold(context, given);
  check({ uid, subject, session });
  const linking = told ? peopleOf([told.identity]) : [];
  const who = { site: site.apiKey, uid, linking };
  const { answer } = await update<RefusedSignIn | undefined>(context, who, (account) => {
    if (!account)
      return fail(
        'unauthorizedUser',
        'uid: no user of this site has it; tell of a sign-in once its user is there',
      );
    const before = linkedIdentities(account).find(
      ({ provider, providerUid }) =>
        provider === told?.identity.provider && providerUid === told.identity.providerUid,
    );
    const merged = told && mergeTokens(told, before, site, context.keyring);
    const identity: NewIdentity | undefined = told && {
      ...told.identity,
      sealedTokens: merged?.sealedTokens,
    };
    const at = given.beganAt?.getTime() ?? account.readAt.getTime() - signInLasts;
    const beginnings = identity ? [{ identity, parameter: 'beganAt', at, isSites: true }] : [];
    const refused = refuseGone(account, beginnings, planRevocation(site));
    if (refused && identity) {
      const back = { person: identity, session: given.session };
      const { change, receipt } = undoSignIn(account, back, refused);
      const journal = journalOf('notifyLogin', context, { provider: identity.provider }, receipt);
      return { change: { ...change, journal }, answer: refused };
    }
    return {
      change: toChange(given, told, identity, merged?.replaced, context),
      answer: undefined,
    };
  });
  if (answer) throw answer.refusal;
};

const toChange = (
  { session }: SignedIn,
  told: ToldIdentity | undefined,
  identity: NewIdentity | undefined,
  replaced: ReturnType<typeof mergeTokens>['replaced'],
  { caller: { site }, keyring }: MethodContext,
): Change => ({
  ...(identity && { linkIdentities: [identity] }),
  ...(session !== undefined && {
    openSession: {
      // What opens it is the site's own.
      tokenHash: hashToken(createToken()),
      siteSession: session,
      expiresIn: site.sessionLifetime,
      openedBy: identity && 0,
      providerSessions: told ? toProviderSessions([told], site, keyring) : [],
    },
  }),
  // Where the permission itself goes with any of its tokens, the new one would go with the old.
  ...(replaced && takesBackTokens(site, replaced) && { revoke: { permissions: [replaced] } }),
});
