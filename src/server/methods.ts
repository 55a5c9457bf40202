import * as z from 'zod/mini';
import { define, methods, type CheckedParams, type MethodRow } from '../core/methods.ts';
import * as field from '../core/schema.ts';

/**
 * TABLE of methods that only servers call; kept from the browser, where a page would pay for them.
 *
 * @see gigya-protocol sections 4.4, 10, 12 and 13.2
 */
export const serverMethods = {
  /**
   * Tells the backend that the site signed somebody in; creates account, identities and session. Signed REST only.
   *
   * @throws missingParameter, invalidParameter, invalidParameterFormat, identityExists, loginIdExists, permissionDenied
   * @see gigya-protocol section 13.2
   */
  notifyLogin: define({
    path: 'socialize.notifyLogin',
    params: field.lazy(() =>
      z.object({
        /** The site's own id of the user, at most 252 ASCII characters. */
        siteUID: z.optional(field.uidField()),
        /** JSON object: provider → `{providerUID, authToken, refreshToken, idToken, tokenExpiration}`. */
        providerSessions: z.optional(z.string('JSON text')),
        /** JSON object: nickname, firstName, lastName, email, photoURL, thumbnailURL. */
        userInfo: z.optional(z.string('JSON text')),
        /** JSON array of `{value, kind, wayIn, provider}`: login ids and the way in that each provides. */
        loginIDs: z.optional(z.string('JSON text')),
        /** Seconds the session lives; 0, -1 and left out: the site's default; -2: ten years. */
        sessionExpiration: z.optional(field.lifetimeField()),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    changes: true,
    fails: ['invalidParameterFormat', 'identityExists', 'loginIdExists', 'permissionDenied'],
  }),

  /**
   * Deletes the account: identities, login ids and sessions.
   *
   * @throws permissionDenied, unauthorizedUser, missingParameter
   * @see gigya-js-removeConnection "lastIdentityHandling"; gigya-protocol section 4.4
   */
  deleteAccount: define({
    path: 'socialize.deleteAccount',
    aliases: ['accounts.deleteAccount'],
    params: field.lazy(() =>
      z.object({
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    changes: true,
    fails: ['permissionDenied'],
  }),

  /**
   * Gives an account the site's own id.
   *
   * @throws permissionDenied, missingParameter, invalidParameterFormat, uniqueIdentifierExists
   * @see gigya-protocol section 4.4
   */
  setUID: define({
    path: 'socialize.setUID',
    aliases: ['socialize.notifyRegistration'],
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
   * @throws permissionDenied, missingParameter, invalidParameter, requestExpired
   * @see gigya-protocol section 12
   */
  exchangeUIDSignature: define({
    path: 'socialize.exchangeUIDSignature',
    aliases: ['accounts.exchangeUIDSignature'],
    params: field.lazy(() =>
      z.object({
        UID: field.uidField(),
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
   * @throws permissionDenied, missingParameter, unsupportedGrantType, invalidGrant, unauthorizedUser
   * @see gigya-protocol section 10; RFC 6749 section 4.4
   */
  getToken: define({
    path: 'socialize.getToken',
    params: field.lazy(() =>
      z.object({
        grant_type: field.textField(100, 1),
        x_siteUID: z.optional(field.uidField()),
        /** Seconds the token lives. */
        x_sessionExpiration: z.optional(field.lifetimeField()),
      }),
    ),
    changes: true,
    fails: ['permissionDenied', 'unsupportedGrantType', 'invalidGrant'],
  }),

  /**
   * Says what the site knows of an account: profile, and which login ids are ways in.
   *
   * @throws permissionDenied, missingParameter, invalidParameter, loginIdExists
   * @see design.md section 4 "what counts as a way in"
   */
  setAccountInfo: define({
    path: 'accounts.setAccountInfo',
    params: field.lazy(() =>
      z.object({
        /** JSON object, as `userInfo` of notifyLogin. */
        profile: z.optional(z.string('JSON text')),
        /** JSON array of `{value, kind, wayIn}`; `wayIn: "none"` says that it lets nobody in any more. */
        loginIDs: z.optional(z.string('JSON text')),
        /** Comma list of e-mail login ids to forget. */
        removeLoginEmails: z.optional(field.textField(3000)),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    changes: true,
    fails: ['permissionDenied', 'loginIdExists'],
  }),
} as const satisfies Record<string, Omit<MethodRow, 'session'>>;

const { addEventHandlers: _local, ...clientMethods } = methods;

/** Every method that travels, the browser's and the servers'. */
export const remoteMethods = { ...clientMethods, ...serverMethods };

/** Name of a method that travels to the backend. */
export type RemoteMethodName = keyof typeof remoteMethods;

/** Parameters of a method after checking. */
export type RemoteParams<Name extends RemoteMethodName> = CheckedParams<
  (typeof remoteMethods)[Name]
>;
