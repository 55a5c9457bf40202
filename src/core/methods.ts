import * as z from 'zod/mini';
import type { FailureName } from './codes.ts';
import type { ProviderName } from './providers.ts';
import * as field from './schema.ts';

/** One row of the method table. */
export interface MethodRow {
  /** Path of the request, the vendor's `namespace.method`; absent when nothing is sent. */
  path?: string;
  /** The schema of its parameters, made on first use; unknown parameters are dropped. */
  params: () => z.ZodMiniObject;
  /**
   * What it asks of the browser's session: `required` is refused here without one, `optional` is
   * answered here without one, `ends` takes it away before the network is asked.
   */
  session: 'required' | 'optional' | 'ends' | 'none';
  /** Whether it changes anything at the backend. */
  changes: boolean;
  /** Event that a success fires. */
  event?: EventName;
  /** Failures it may give beyond those every request may give. */
  fails: readonly FailureName[];
}

/** Name of an event, as `outro.on(name, …)` takes it; `addEventHandlers` takes `onLogout` and so on. */
export type EventName = 'connectionRemoved' | 'logout';

const define = <const Row extends MethodRow>(row: Row): Row => row;

/**
 * TABLE of methods: a row gives the client method, its types, the façade method, the route, the checks on
 * both sides, the event and the failures. A new method is a row here and one function in `server/routes.ts`.
 */
export const methods = {
  /**
   * Disconnects the current user from one provider or from all of them.
   *
   * @throws notConnected, operationNotAllowed, unauthorizedUser, missingParameter, invalidParameter
   * @see gigya-js-removeConnection, gigya-rest-removeConnection
   */
  removeConnection: define({
    path: 'socialize.removeConnection',
    params: field.lazy(() =>
      z.object({
        /** The provider to disconnect from; left out, all providers. */
        provider: z.optional(field.providerField()),
        /** Only the identity with this id at the provider. */
        providerUID: z.optional(field.textField(300)),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
        /** Also remove the login id that came with the identity; refused unless another way in remains. */
        removeLoginID: z._default(field.booleanField(), false),
        /**
         * When the last way in would go: `soft` (default) forgets all but the mapping that lets the person
         * come back, `fail` refuses, `remove` removes all the same.
         */
        lastIdentityHandling: z._default(field.wordField('soft', 'fail', 'remove'), 'soft'),
        /** Also end the sessions at the providers, where a way exists. */
        forceProvidersLogout: z._default(field.booleanField(), true),
      }),
    ),
    session: 'required',
    changes: true,
    event: 'connectionRemoved',
    fails: ['notConnected', 'operationNotAllowed'],
  }),

  /**
   * Logs the current user out: this browser at once, then the backend, then the providers.
   *
   * @throws invalidParameter
   * @see gigya-js-logout
   */
  logout: define({
    path: 'socialize.logout',
    params: field.lazy(() =>
      z.object({
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
        /** Also end the sessions at the providers, where a way exists. */
        forceProvidersLogout: z._default(field.booleanField(), true),
      }),
    ),
    session: 'ends',
    changes: true,
    event: 'logout',
    fails: [],
  }),

  /**
   * Gives the current user and the connected identities; without a session an empty user whose UID is ''.
   *
   * @throws unauthorizedUser, invalidParameter
   * @see gigya-protocol section 13.3
   */
  getUserInfo: define({
    path: 'socialize.getUserInfo',
    params: field.lazy(() =>
      z.object({
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    session: 'optional',
    changes: false,
    fails: [],
  }),

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
        sessionExpiration: z.optional(
          field.matching(/^(-[12]|\d{1,9})$/, 'whole seconds, or -1, or -2'),
        ),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    session: 'none',
    changes: true,
    fails: ['invalidParameterFormat', 'identityExists', 'loginIdExists', 'permissionDenied'],
  }),

  /**
   * Unlinks by e-mail, or by the name of an external login provider; soft on the last way in.
   *
   * @throws notConnected, missingParameter, invalidParameter, unauthorizedUser
   * @see shopsocially-unlink; newspark-unlinkaccount
   */
  unlink: define({
    path: 'socialize.unlink',
    params: field.lazy(() =>
      z.object({
        /** The user's e-mail address; must be the session's own. Alone: the network signed in with. */
        email: z.optional(field.textField(300)),
        /** External login provider, lower case, at most 50 characters; with none of the three, all. */
        externalIdProviderName: z.optional(field.externalNameField()),
        /** Network behind janrain, `all` of them, or `none` for any other provider. */
        subProviderName: z.optional(field.externalNameField()),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
        /** Also end the sessions at the providers, where a way exists. */
        forceProvidersLogout: z._default(field.booleanField(), true),
      }),
    ),
    session: 'required',
    changes: true,
    event: 'connectionRemoved',
    fails: ['notConnected'],
  }),

  /**
   * Registers `onLogout`, `onConnectionRemoved` and other `on…` functions; additive, effective at once.
   *
   * @throws invalidEventHandler, invalidParameter
   * @see gigya-protocol section 5.1
   */
  addEventHandlers: define({
    params: field.lazy(() =>
      z.object({
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    session: 'none',
    changes: false,
    fails: ['invalidEventHandler'],
  }),
} as const satisfies Record<string, MethodRow>;

/** Name of a method of the table. */
export type MethodName = keyof typeof methods;

/** Name of a method that travels to the backend. */
export type RemoteMethodName = Exclude<MethodName, 'addEventHandlers'>;

/** Name of a method that a browser client sends. */
export type ClientMethodName = Exclude<RemoteMethodName, 'notifyLogin'>;

/** Parameters of a method as a caller writes them. */
export type Params<Name extends MethodName> = Omit<
  z.input<ReturnType<(typeof methods)[Name]['params']>>,
  'provider'
> &
  ('provider' extends keyof z.input<ReturnType<(typeof methods)[Name]['params']>>
    ? { provider?: ProviderName | (string & {}) | undefined }
    : unknown);

/** Parameters of a method after checking, defaults filled in. */
export type CheckedParams<Name extends MethodName> = z.output<
  ReturnType<(typeof methods)[Name]['params']>
>;
