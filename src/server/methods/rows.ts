import * as z from 'zod/mini';
import { define, methods, type CheckedParams, type MethodRow } from '../../core/methods.ts';
import * as field from '../../core/schema.ts';

const signInFailures = ['invalidParameterFormat', 'permissionDenied', 'requestExpired'] as const;

/**
 * TABLE of methods that servers call, or the client by itself; kept from the browser, where a page would pay for them.
 *
 * @see gigya-protocol sections 4.4, 10, 12 and 13.2
 */
export const serverMethods = {
  /**
   * Tells the backend that the site signed somebody in; creates account, identities and session. Signed REST only.
   *
   * @returns `UID`, `UIDSignature`, `signatureTimestamp`, `cookieName`, `cookieValue`, `cookieDomain`, `cookiePath`,
   *   `sessionInfo`
   * @throws missingParameter, invalidParameter, invalidParameterFormat, identityExists, loginIdExists,
   *   operationNotAllowed, permissionDenied, requestExpired
   * @see gigya-protocol section 13.2
   */
  notifyLogin: define({
    path: 'socialize.notifyLogin',
    aliases: ['accounts.notifyLogin'],
    params: field.lazy(() =>
      z.object({
        /** The site's own id of the user, at most 252 ASCII characters. */
        siteUID: z.optional(field.uidField()),
        /**
         * JSON object: provider → `{providerUID, subProvider, authToken, refreshToken, idToken, tokenExpiration, issuer,
         * sid, startedAt}`, or an array of these where a person has several at one provider; tokens that are not told
         * stay as they were. `subProvider`: the network behind an aggregator, lower case.
         * `startedAt`: Unix seconds (fractions count) when the sign-in began, which is when the person was sent to the
         * provider; else the ID token's `iat` counts. One that began before the identity was removed is refused
         * (requestExpired), and its tokens are taken back; nothing said, it is taken for new.
         */
        providerSessions: z.optional(z.string('JSON text')),
        /** JSON object: nickname, firstName, lastName, email, photoURL, thumbnailURL. */
        userInfo: z.optional(z.string('JSON text')),
        /**
         * Which of them opened the session: its provider, or JSON `{provider, subProvider, providerUID}`; `none`: the site's own
         * sign-in. Left out: the only one there is, and of several none.
         */
        openedBy: z.optional(field.textField(700, 1)),
        /**
         * JSON array of `{value, kind, wayIn, provider, verified}`: login ids and the way in that each provides;
         * `verified: false` of an address that nobody has seen to be the person's.
         */
        loginIDs: z.optional(z.string('JSON text')),
        /** The site's own session that this one goes with, as `identify` calls it: an id, rather than what opens it. */
        siteSession: z.optional(field.textField(2000, 1)),
        /** Seconds the session lives; 0, -1 and left out: the site's default; -2: ten years. */
        sessionExpiration: z.optional(field.lifetimeField()),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    changes: true,
    fails: [...signInFailures, 'identityExists', 'loginIdExists', 'operationNotAllowed'],
  }),

  /**
   * Ends the session that a leave ticket was made from, or all of the account's that were opened before that one ended,
   * once, and nothing else; says `already` of what has ended, and of the session of a ticket that nobody has. Whoever's
   * ticket ends a session is told which providers the browser should leave, as the logout would have been.
   *
   * @returns `receipt`; when a session ended: `departures`
   * @throws missingParameter, invalidParameter
   * @see design.md section 5
   */
  redeemLeaveTicket: define({
    path: 'socialize.redeemLeaveTicket',
    params: field.lazy(() =>
      z.object({
        /** Base64 of the SHA-256 of `outro leave ticket ` and the session token; or `leaveTicket` of an answer. */
        ticket: field.matching(
          /^([^\p{Cc}.]{1,100}|v1\.[\w.-]{1,4000})$/u,
          'a leave ticket: text of 1 to 100 characters, or leaveTicket of an answer',
        ),
        /** Which sessions end: `this` one, or `all` of the account, which works for a day after that one's end. */
        sessions: field.wordField(['this', 'all'], 'this'),
        /** Also end the sessions at the providers, as the logout asked that the backend had not heard of. */
        forceProvidersLogout: field.leavingField(),
        /** Whole seconds since the person logged out: with `all`, sessions opened after that stay. */
        age: z.optional(field.matching(/^\d{1,9}$/, 'whole seconds')),
      }),
    ),
    isPublic: true,
    changes: true,
    fails: [],
  }),

  /**
   * Gives the keys that the site's id tokens (`accounts.getJWT`) are signed with, as JWK: the one that signs, or, with
   * `V2`, all of them.
   *
   * @returns one key, or all; one as `kty`, `alg`, `use`, `kid`, `n`, `e`; with `V2`: `keys`
   * @throws notSupported when the site has none (`idTokens`)
   * @see beside.md section 7; RFC 7517
   */
  getJWTPublicKey: define({
    path: 'accounts.getJWTPublicKey',
    params: field.lazy(() =>
      z.object({
        /** All keys, as a set. */
        V2: field.booleanField(false),
      }),
    ),
    isPublic: true,
    changes: false,
    fails: ['notSupported'],
  }),

  /**
   * Gives an account the site's own id.
   *
   * @returns `UID`
   * @throws permissionDenied, missingParameter, invalidParameterFormat, uniqueIdentifierExists
   * @see gigya-protocol section 4.4
   */
  setUID: define({
    path: 'socialize.setUID',
    aliases: ['socialize.notifyRegistration', 'socialize.linkAccounts'],
    params: field.lazy(() =>
      z.object({
        /** The site's own id of the user, at most 252 ASCII characters. */
        siteUID: field.uidField(),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    changes: true,
    fails: ['permissionDenied', 'invalidParameterFormat', 'uniqueIdentifierExists'],
  }),

  /**
   * Trades a UID signature made with the site's secret for one made with the caller's user key.
   *
   * @returns `UID`, `UIDSignature`, `signatureTimestamp`
   * @throws permissionDenied, missingParameter, invalidParameter, requestExpired
   * @see gigya-protocol section 12
   */
  exchangeUIDSignature: define({
    path: 'socialize.exchangeUIDSignature',
    aliases: ['accounts.exchangeUIDSignature'],
    params: field.lazy(() =>
      z.object({
        /** The user that the signature is of. */
        UID: field.uidField(),
        /** Base64 of the HMAC-SHA1 of `<signatureTimestamp>_<UID>` with the site's secret. */
        UIDSignature: field.textField(100, 1),
        /** Unix seconds, at most 60 s old. */
        signatureTimestamp: field.matching(/^\d{1,12}$/, 'Unix seconds'),
      }),
    ),
    changes: false,
    fails: ['permissionDenied', 'requestExpired'],
  }),

  /**
   * Gives an OAuth2 token: for a user (`grant_type=none` with `x_siteUID`) or for the site (`client_credentials`).
   *
   * @returns `access_token`, `expires_in`
   * @throws permissionDenied, missingParameter, unsupportedGrantType, invalidGrant, unauthorizedUser
   * @see gigya-protocol section 10; RFC 6749 section 4.4
   */
  getToken: define({
    path: 'socialize.getToken',
    params: field.lazy(() =>
      z.object({
        /** `none` for a user, `client_credentials` for the site. */
        grant_type: field.textField(100, 1),
        /** Who asks, in the words of OAuth2: the site's key or a user key; with `none`, and no user, the token is its own. */
        client_id: z.optional(field.textField(100, 1)),
        /** The user that the token is for; not empty. */
        x_siteUID: z.optional(field.textField(300)),
        /** Seconds the token lives. */
        x_sessionExpiration: z.optional(field.lifetimeField()),
      }),
    ),
    changes: true,
    fails: ['permissionDenied', 'unsupportedGrantType', 'invalidGrant'],
  }),

  /**
   * Says whether a session still opens something, for the middleware of a site whose own sessions stand beside.
   *
   * @returns `isLive`
   * @throws permissionDenied, missingParameter, invalidParameter
   * @see design.md section 5 "A site session beside ours"
   */
  isLive: define({
    path: 'outro.isLive',
    params: field.lazy(() =>
      z.object({
        /** The token of a session, or the site's own id of one (`siteSession`). */
        token: field.textField(2000, 1),
      }),
    ),
    changes: false,
    fails: ['permissionDenied'],
  }),

  /**
   * Reads what has happened at the site, oldest first, since the journal's beginning, as webhooks are told it.
   *
   * @returns `changes`; `cursor`, to be asked with for what comes next
   * @throws permissionDenied, invalidParameter
   * @see design.md section 2 "The site hears of everything"
   */
  feed: define({
    path: 'outro.feed',
    params: field.lazy(() =>
      z.object({
        /** `cursor` of the last answer, or of the last change that was dealt with; left out: from the beginning. */
        after: z.optional(field.textField(50, 1)),
        /** How many changes at most, 1 to 100, a few more where one call changed several things; default 100. */
        limit: z.optional(field.matching(/^([1-9]\d?|100)$/, 'a number from 1 to 100')),
        /** Seconds to wait for something to happen, where nothing has; at most 20, default 0. */
        wait: z.optional(field.matching(/^(1?\d|20)$/, 'a number of seconds, at most 20')),
      }),
    ),
    changes: false,
    fails: ['permissionDenied'],
  }),
} as const satisfies Record<string, Omit<MethodRow, 'session'>>;

const { addEventHandlers: _local, ...clientMethods } = methods;

/** Every method that travels, the browser's and the servers'. */
export const remoteMethods = {
  ...clientMethods,
  // As the vendor's first version had it, and the other namespace; no page pays for names that servers alone still use.
  removeConnection: {
    ...clientMethods.removeConnection,
    aliases: ['socialize.disconnect', 'accounts.removeConnection'],
  },
  ...serverMethods,
} as const;

/** Name of a method that travels to the backend. */
export type RemoteMethodName = keyof typeof remoteMethods;

/** Parameters of a method after checking. */
export type RemoteParams<Name extends RemoteMethodName> = CheckedParams<
  (typeof remoteMethods)[Name]
>;
