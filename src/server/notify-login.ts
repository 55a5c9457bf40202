import * as z from 'zod/mini';
import { fail } from '../core/error.ts';
import { providerId } from '../core/providers.ts';
import {
  booleanField,
  lazy,
  parseParams,
  providerField,
  textField,
  wordField,
} from '../core/schema.ts';
import type { NewIdentity, NewLoginId } from './account.ts';
import { auditOf, type ServerMethod } from './method.ts';
import { createToken, hashToken, type Keyring } from './secrets.ts';
import type { Site } from './sites.ts';
import type { Who } from './store.ts';

const profileFields = () => ({
  nickname: z.optional(textField(300)),
  firstName: z.optional(textField(300)),
  lastName: z.optional(textField(300)),
  email: z.optional(textField(300)),
  photoURL: z.optional(textField(1000)),
  thumbnailURL: z.optional(textField(1000)),
});

const details = lazy(() =>
  z.object({
    userInfo: z.object(profileFields(), 'a JSON object'),
    providerSessions: z.record(
      providerField(),
      z.object(
        {
          providerUID: textField(300, 1),
          subProvider: z._default(textField(50), ''),
          allowsLogin: z._default(booleanField(), true),
          authToken: z.optional(z.string('text')),
          tokenSecret: z.optional(z.string('text')),
          refreshToken: z.optional(z.string('text')),
          idToken: z.optional(z.string('text')),
          tokenExpiration: z.optional(z.number('Unix seconds')),
          ...profileFields(),
        },
        'an object with providerUID',
      ),
      'a JSON object: provider → session',
    ),
    loginIDs: z.array(
      z.object(
        {
          value: textField(300, 1),
          kind: z._default(wordField('email', 'username', 'phone'), 'email'),
          wayIn: z.optional(wordField('password', 'passkey', 'code')),
          provider: z.optional(providerField()),
        },
        'an object with value',
      ),
      'a JSON array',
    ),
  }),
);

type Details = z.output<ReturnType<typeof details>>;

const decode = (parameter: string, text: string | undefined, absent: string): unknown => {
  try {
    return JSON.parse(text ?? absent);
  } catch {
    return fail('invalidParameter', `${parameter}: expected JSON text`);
  }
};

const toIdentities = (
  sessions: Details['providerSessions'],
  site: Site,
  keyring: Keyring,
): Promise<NewIdentity[]> =>
  Promise.all(
    Object.entries(sessions).map(async ([spelling, session]) => {
      const provider = providerId(spelling);
      const { providerUID, subProvider, allowsLogin, ...rest } = session;
      const { authToken, tokenSecret, refreshToken, idToken, tokenExpiration, ...profile } = rest;
      const tokens = { authToken, tokenSecret, refreshToken, idToken, tokenExpiration };
      // Bound to the identity, so that a row's tokens open for no other row.
      const place = `identities.tokens:${site.apiKey} ${provider} ${subProvider} ${providerUID}`;
      const hasTokens = Object.values(tokens).some((token) => token !== undefined);
      const sealedTokens = hasTokens
        ? await keyring.seal(JSON.stringify(tokens), place)
        : undefined;
      return {
        provider,
        subProvider,
        providerUid: providerUID,
        allowsLogin,
        profile,
        sealedTokens,
      };
    }),
  );

const toLoginIds = (loginIDs: Details['loginIDs'], identities: NewIdentity[]): NewLoginId[] =>
  loginIDs.map(({ value, kind, wayIn, provider: spelling }) => {
    const provider = spelling && providerId(spelling);
    const from =
      provider === undefined
        ? []
        : identities.flatMap((one, index) => (one.provider === provider ? [index] : []));
    if (provider !== undefined && from.length === 0)
      fail('invalidParameter', 'loginIDs.provider: expected a provider of providerSessions');
    return { kind, value: value.trim(), wayIn, isSites: provider === undefined, from };
  });

const findAccount = (site: Site, siteUID: string | undefined, identities: NewIdentity[]): Who => {
  if (siteUID !== undefined) {
    if (!/^[\x20-\x7e]{1,252}$/.test(siteUID))
      fail('invalidParameterFormat', 'siteUID: expected at most 252 ASCII characters');
    return { site: site.apiKey, uid: siteUID, create: { isSiteUid: true } };
  }
  const [identity] = identities;
  if (!identity)
    return fail('missingParameter', 'siteUID: expected it, or providerSessions, or both');
  return { site: site.apiKey, identity, create: { uid: `_guid_${createToken()}` } };
};

const lifetime = (sessionExpiration: string | undefined, site: Site): number => {
  const seconds = Number(sessionExpiration ?? 0);
  return seconds === -2 ? 315_360_000 : seconds > 0 ? seconds : site.sessionLifetime;
};

/**
 * `socialize.notifyLogin`: learns of a person the site signed in; creates account, identities, login ids and
 * a session, whose token the site puts into the cookie that the answer names.
 *
 * @throws permissionDenied, missingParameter, invalidParameter, invalidParameterFormat, identityExists, loginIdExists
 * @see gigya-protocol section 13.2
 */
export const notifyLogin: ServerMethod<'notifyLogin'> = async (params, context) => {
  const { caller, store, keyring } = context;
  const { site } = caller;
  if (caller.kind !== 'server')
    fail('permissionDenied', 'notifyLogin: expected a request signed with the site secret');
  const given = parseParams(details(), {
    userInfo: decode('userInfo', params.userInfo, '{}'),
    providerSessions: decode('providerSessions', params.providerSessions, '{}'),
    loginIDs: decode('loginIDs', params.loginIDs, '[]'),
  });
  const identities = await toIdentities(given.providerSessions, site, keyring);
  const loginIds = toLoginIds(given.loginIDs, identities);
  const who = findAccount(site, params.siteUID, identities);
  const token = createToken();
  const tokenHash = await hashToken(token);
  const expiresAt = new Date(Date.now() + lifetime(params.sessionExpiration, site) * 1000);

  return store.update(who, (account) => {
    const cookie = { cookieName: `glt_${site.apiKey}`, cookieValue: token, cookiePath: '/' };
    return {
      change: {
        profile: given.userInfo,
        linkIdentities: identities,
        addLoginIds: loginIds,
        openSession: { tokenHash, expiresAt, openedBy: identities.length > 0 ? 0 : undefined },
        audit: { ...auditOf('notifyLogin', context, params), receipt: [] },
      },
      answer: { UID: account?.uid, ...cookie, sessionInfo: cookie },
    };
  });
};
