import type * as z from 'zod/v4/core';
import type { FailureName } from './codes.ts';
import type { EventName } from './event-name.ts';
import type { ProviderName } from '../providers/providers.ts';
import * as field from './schema.ts';

/** One row of the method table. */
export interface MethodRow {
  /** Path of the request, the vendor's `namespace.method`; absent when nothing is sent. */
  path?: string;
  /** Other paths that lead to the same method. */
  aliases?: readonly string[];
  /** The schema of its parameters, made on first use; unknown parameters are dropped. */
  params: () => z.$ZodObject;
  /**
   * What it asks of the browser's session: `required` is refused here without one, `optional` is
   * answered here without one, `ends` takes it away before the network is asked; absent: nothing.
   */
  session?: 'required' | 'optional' | 'ends';
  /** Whoever has its parameters may ask: they are the proof. */
  isPublic?: true;
  /** It says who is signed in: from then on the page's calls are about this person. */
  isReading?: true;
  /** Whether it changes anything at the backend. */
  changes?: boolean;
  /** An empty value is no value left out: left out, it would mean more. */
  isStrict?: true;
  /** The answer has the user, as it is after the call. */
  givesUser?: true;
  /** Event that a success fires. */
  event?: EventName;
  /** Failures it may give beyond those every request may give. */
  fails?: readonly FailureName[];
}

/** Keeps a row's own type while checking its shape. */
export const define = <const Row extends MethodRow>(row: Row): Row => row;

const removalParams = field.lazy(() =>
  field.object({
    /** The provider to disconnect from; left out, all providers. */
    provider: field.optional(field.providerField<ProviderName | (string & {})>()),
    /** Only identities of this network behind an aggregator such as Janrain, as `identities` name it. */
    subProvider: field.optional(field.textField(300)),
    /** Only the identity with this id at the provider. */
    providerUID: field.optional(field.textField(300, 1)),
    /** Context id for reports, at most 100 characters. */
    cid: field.optional(field.cidField()),
    /** Also remove the login id that came with the identity; refused unless another way in remains. */
    removeLoginID: field.booleanField(false),
    /**
     * When the last way in would go: `soft` (default) forgets all but the mapping that lets the person
     * come back, `fail` refuses, `remove` removes all the same.
     */
    lastIdentityHandling: field.wordField(['soft', 'fail', 'remove'], 'soft'),
    /** Also end the sessions at the providers, where a way exists; or only at those named, `facebook,yahoo`. */
    forceProvidersLogout: field.leavingField(),
  }),
);

/**
 * TABLE of methods: a row gives the client method, its types, the façade method, the route, the checks on
 * both sides, the event and the failures. A new method is a row here and one function in `server/methods/`.
 */
export const methods = {
  /**
   * Disconnects the current user from one provider or from all of them.
   *
   * @returns `receipt`, `user`, `departures`
   * @throws notConnected, operationNotAllowed, pendingRecentLogin, unauthorizedUser, invalidParameter
   * @see gigya-js-removeConnection, gigya-rest-removeConnection
   */
  removeConnection: {
    path: 'socialize.removeConnection',
    params: removalParams,
    session: 'required',
    changes: true,
    givesUser: true,
    event: 'connectionRemoved',
    fails: ['notConnected', 'operationNotAllowed', 'pendingRecentLogin'],
  },

  /**
   * Says what `removeConnection` would do with the same parameters, and does nothing: whether it is `allowed`, else
   * how it `wouldFail` and what to `addFirst` (`password`, `passkey`, `code`, `another-identity`, `recent-login`); the
   * `receipt` that it would begin with, without the steps at providers; `providerSessions`, one for each provider whose own
   * session it would try to end, or not: `provider`, `status` (`asked`, `needs-user`, `unsupported`, `kept`), and `by`
   * (`frame`, `popup`, `link`), `script`, `url`, `reason` where there is one; `waysInLeft`; whether it `keepsMapping`; the
   * display `names` and `marks` of the connected providers by id, the site's own first.
   *
   * @returns `allowed`, `receipt`, `providerSessions`, `waysInLeft`, `keepsMapping`, `names`, `marks`; when not allowed:
   *   `wouldFail`, `addFirst`
   * @throws unauthorizedUser, invalidParameter
   * @see design.md section 4
   */
  explainRemoval: {
    path: 'socialize.explainRemoval',
    params: removalParams,
    session: 'required',
  },

  /**
   * Logs the current user out: this browser at once, then the backend, then the providers.
   *
   * @returns `receipt`; of a session that had not ended before: `connectedProviders`, `departures`
   * @throws invalidParameter; unauthorizedUser for `others` when the session has ended
   * @see gigya-js-logout
   */
  logout: {
    path: 'socialize.logout',
    aliases: ['accounts.logout'],
    params: field.lazy(() =>
      field.object({
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
        /** Also end the sessions at the providers, where a way exists; or only at those named, `facebook,yahoo`. */
        forceProvidersLogout: field.leavingField(),
        /** Which sessions end: `this` one, all `others` of the account, or `all`. */
        sessions: field.wordField(['this', 'others', 'all'], 'this'),
      }),
    ),
    session: 'ends',
    changes: true,
    event: 'logout',
  },

  /**
   * Gives the current user and the connected identities; without a session an empty user whose UID is ''.
   *
   * @returns `UID`, `isSiteUID`, `isSiteUser`, `isLoggedIn`, `isConnected`, `loginProvider`; where known:
   *   `loginProviderUID`, `nickname`, `firstName`, `lastName`, `email`, `photoURL`, `thumbnailURL`, `providers`,
   *   `identities`; with `signIDs`, and to servers: `UIDSignature`, `signatureTimestamp`, `providerUIDSig`
   * @throws unauthorizedUser, invalidParameter
   * @see gigya-protocol section 13.3
   */
  getUserInfo: {
    path: 'socialize.getUserInfo',
    params: field.lazy(() =>
      field.object({
        /** Also identities without a live session at the provider; `identities` is then an array. */
        includeAllIdentities: field.booleanField(false),
        /** Also sign the UID with the site's secret, for the site's own server. */
        signIDs: field.booleanField(false),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    session: 'optional',
    isReading: true,
    givesUser: true,
  },

  /**
   * Gives the account: profile, login ids, the way of the present sign-in.
   *
   * @returns `UID`, `UIDSignature`, `signatureTimestamp`, `isActive`, `isRegistered`, `created` and `createdTimestamp` where they
   *   are known, `loginProvider`, `socialProviders`; as asked for: `profile`, `loginIDs`, `identities`, `id_token`
   * @throws unauthorizedUser, invalidParameter
   * @see gigya-protocol section 1.5; design.md section 9
   */
  getAccountInfo: {
    path: 'accounts.getAccountInfo',
    params: field.lazy(() =>
      field.object({
        /** Comma list of what to give besides the profile: `loginIDs`, `identities-active`, `id_token`. */
        include: field.optional(field.listField()),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    session: 'required',
    isReading: true,
  },

  /**
   * Unlinks by e-mail, or by the name of an external login provider; soft on the last way in.
   *
   * @returns `receipt`; by e-mail: `is_unlinked`, `is_permissions_revoked`; when anybody was found: `user`, `departures`
   * @throws notConnected, pendingRecentLogin, missingParameter, invalidParameter, unauthorizedUser
   * @see shopsocially-unlink; newspark-unlinkaccount
   */
  unlink: {
    path: 'socialize.unlink',
    params: field.lazy(() =>
      field.object({
        /** The user's e-mail address; must be the session's own. Alone: the network signed in with. */
        email: field.optional(field.textField(300)),
        /** External login provider, lower case, at most 50 characters; with none of the three, all. */
        externalIdProviderName: field.optional(field.externalNameField()),
        /** Network behind janrain, `all` of them, or `none` for any other provider. */
        subProviderName: field.optional(field.externalNameField()),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
        /** Also end the sessions at the providers, where a way exists; or only at those named, `facebook,yahoo`. */
        forceProvidersLogout: field.leavingField(),
      }),
    ),
    session: 'required',
    changes: true,
    isStrict: true,
    givesUser: true,
    event: 'connectionRemoved',
    fails: ['notConnected', 'pendingRecentLogin'],
  },

  /**
   * Deletes the account: identities, login ids and sessions. By a session only where the site allows it
   * (`allowAccountDeletion`); this browser is then logged out.
   *
   * @returns `receipt`, `departures`
   * @throws permissionDenied, unauthorizedUser, missingParameter, pendingRecentLogin
   * @see gigya-js-removeConnection "lastIdentityHandling"; gigya-protocol section 4.4
   */
  deleteAccount: {
    path: 'socialize.deleteAccount',
    aliases: ['accounts.deleteAccount'],
    params: field.lazy(() =>
      field.object({
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    session: 'required',
    changes: true,
    event: 'logout',
    fails: ['permissionDenied', 'pendingRecentLogin'],
  },

  /**
   * Says what is known of an account: the profile, and which login ids are ways in. A session may say of its own person
   * all of the profile but the e-mail, which is not theirs to claim.
   *
   * @returns `UID`
   * @throws permissionDenied, operationNotAllowed, missingParameter, invalidParameter, loginIdExists
   * @see design.md section 4 "what counts as a way in"
   */
  setAccountInfo: {
    path: 'accounts.setAccountInfo',
    params: field.lazy(() =>
      field.object({
        /** JSON object, as `userInfo` of notifyLogin. */
        profile: field.optional(field.jsonField()),
        /** JSON array of `{value, kind, wayIn}`; `wayIn: "none"` says that it lets nobody in any more. */
        loginIDs: field.optional(field.jsonField()),
        /** Comma list of e-mail login ids to forget. */
        removeLoginEmails: field.optional(field.listField()),
        /** When the last way in would go: `fail` (default) refuses, `remove` takes it all the same. */
        lastIdentityHandling: field.wordField(['fail', 'remove'], 'fail'),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    session: 'required',
    changes: true,
    fails: ['permissionDenied', 'operationNotAllowed', 'loginIdExists'],
  },

  /**
   * Gives a JWT (RS256) that says who is signed in, for the site's own servers: `iss`, `sub` (the UID), `aud`, `iat`, `exp`,
   * `jti`, `apiKey`. Its keys are at `accounts.getJWTPublicKey`.
   *
   * @returns `id_token`; `ignoredFields`, of those asked for that are not known
   * @throws unauthorizedUser, invalidParameter; notSupported when the site has no keys to sign with (`idTokens`)
   * @see beside.md section 7; RFC 7519
   */
  getJWT: {
    path: 'accounts.getJWT',
    params: field.lazy(() =>
      field.object({
        /** Comma list of the profile's fields to put in: `firstName`, or `profile.firstName`. */
        fields: field.optional(field.listField()),
        /** Seconds until it expires; 3600 at most, whatever is asked for. */
        expiration: field.secondsField(3600, 300),
        /** `aud`. Left out, the key of the site. */
        audience: field.optional(field.textField(300, 1)),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    session: 'required',
    fails: ['notSupported'],
  },

  /**
   * Trades a session at the vendor for one here, once: whoever shows the `id_token` that the vendor's `accounts.getJWT` gave
   * is signed in, without being asked. In a page, its session cookie is set.
   *
   * @returns `UID`, `UIDSignature`, `signatureTimestamp`, `cookieName`, `cookieValue`, `cookieDomain`, `cookiePath`,
   *   `sessionInfo`
   * @throws missingParameter, invalidToken, duplicateNonce; notSupported where no source of the site has `tradesSessions`;
   *   unauthorizedUser when nobody of this site has the UID; networkError when the vendor's keys cannot be read
   * @see beside.md section 7
   */
  exchangeIdToken: {
    path: 'socialize.exchangeIdToken',
    params: field.lazy(() =>
      field.object({
        /** `id_token` of the vendor's `accounts.getJWT`. */
        id_token: field.matching(
          /^[\w-]{1,2000}\.[\w-]{1,10000}\.[\w-]{1,2000}$/,
          'a signed JWT in compact form',
        ),
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    isPublic: true,
    changes: true,
    fails: ['notSupported', 'invalidToken', 'duplicateNonce', 'unauthorizedUser', 'networkError'],
  },

  /**
   * Says how the receipt of an earlier call stands now: what was `pending` has an end at last. A session asks about its own
   * person's calls, a server about any.
   *
   * @returns `receipt`, without the steps in the browser; `isComplete`, when nothing is pending any more
   * @throws missingParameter, unauthorizedUser; invalidParameter when no call of the last 13 months has changed anything
   *   under this id
   * @see design.md section 2 "A receipt can be finished"
   */
  getReceipt: {
    path: 'socialize.getReceipt',
    params: field.lazy(() =>
      field.object({
        /** `callId` of the answer, or of the event. */
        callId: field.matching(/^[0-9a-f]{32}$/, 'the callId of an answer, 32 hexadecimal digits'),
      }),
    ),
    session: 'required',
  },

  /**
   * Says how a trip through the logout pages of providers stands: a `provider-session` step for each, and whether the
   * browser has come back from all (`isComplete`).
   *
   * @returns `receipt`, `isComplete`
   * @throws missingParameter, invalidParameter when the trip is unknown or older than 15 minutes
   * @see browser-logout.md "What can be known"
   */
  getDeparture: {
    path: 'socialize.getDeparture',
    params: field.lazy(() =>
      field.object({
        /** `trip` of a departure's way, or `outro_departure` of the address that the trip ended at. */
        departure: field.textField(100, 1),
      }),
    ),
    isPublic: true,
  },

  /**
   * Registers `onLogout`, `onConnectionRemoved` and other `on…` functions; additive, effective at once.
   *
   * @throws invalidEventHandler, invalidParameter
   * @see gigya-protocol section 5.1
   */
  addEventHandlers: {
    params: field.lazy(() =>
      field.object({
        /** Context id for reports, at most 100 characters. */
        cid: field.optional(field.cidField()),
      }),
    ),
    fails: ['invalidEventHandler'],
  },
} as const satisfies Record<string, MethodRow>;

/** Name of a method that a browser client sends. */
export type ClientMethodName = Exclude<keyof typeof methods, 'addEventHandlers'>;

/** Parameters of a row as a caller writes them. */
export type GivenParams<Row extends MethodRow> = Partial<z.input<ReturnType<Row['params']>>>;

/** Parameters of a row after checking, defaults filled in. */
export type CheckedParams<Row extends MethodRow> = z.output<ReturnType<Row['params']>>;

/** Parameters of a client method; `provider` is completed by editors, and open to other spellings. */
export type Params<Name extends ClientMethodName> = GivenParams<(typeof methods)[Name]>;
