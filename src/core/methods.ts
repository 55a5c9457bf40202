import * as z from 'zod/mini';
import type { FailureName } from './codes.ts';
import type { ProviderName } from './providers.ts';
import * as field from './schema.ts';

/** One row of the method table. */
export interface MethodRow {
  /** Path of the request, the vendor's `namespace.method`; absent when nothing is sent. */
  path?: string;
  /** Other paths that lead to the same method. */
  aliases?: readonly string[];
  /** The schema of its parameters, made on first use; unknown parameters are dropped. */
  params: () => z.ZodMiniObject;
  /**
   * What it asks of the browser's session: `required` is refused here without one, `optional` is
   * answered here without one, `ends` takes it away before the network is asked; absent: nothing.
   */
  session?: 'required' | 'optional' | 'ends';
  /** Whether it changes anything at the backend. */
  changes: boolean;
  /** The answer has the user, as it is after the call. */
  givesUser?: true;
  /** Event that a success fires. */
  event?: EventName;
  /** Failures it may give beyond those every request may give. */
  fails: readonly FailureName[];
}

/** Name of an event, as `outro.on(name, …)` takes it; `addEventHandlers` takes `onLogout` and so on. */
export type EventName = 'connectionRemoved' | 'logout';

/** Keeps a row's own type while checking its shape. */
export const define = <const Row extends MethodRow>(row: Row): Row => row;

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
        providerUID: z.optional(field.textField(300, 1)),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
        /** Also remove the login id that came with the identity; refused unless another way in remains. */
        removeLoginID: field.booleanField(false),
        /**
         * When the last way in would go: `soft` (default) forgets all but the mapping that lets the person
         * come back, `fail` refuses, `remove` removes all the same.
         */
        lastIdentityHandling: field.wordField(['soft', 'fail', 'remove'], 'soft'),
        /** Also end the sessions at the providers, where a way exists. */
        forceProvidersLogout: field.booleanField(true),
      }),
    ),
    session: 'required',
    changes: true,
    givesUser: true,
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
    aliases: ['accounts.logout'],
    params: field.lazy(() =>
      z.object({
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
        /** Also end the sessions at the providers, where a way exists. */
        forceProvidersLogout: field.booleanField(true),
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
        /** Also identities without a live session at the provider; `identities` is then an array. */
        includeAllIdentities: field.booleanField(false),
        /** Also sign the UID with the site's secret, for the site's own server. */
        signIDs: field.booleanField(false),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    session: 'optional',
    givesUser: true,
    changes: false,
    fails: [],
  }),

  /**
   * Gives the account: profile, login ids, the way of the present sign-in.
   *
   * @throws unauthorizedUser, invalidParameter
   * @see gigya-protocol section 1.5; design.md section 9
   */
  getAccountInfo: define({
    path: 'accounts.getAccountInfo',
    params: field.lazy(() =>
      z.object({
        /** Comma list of what to give besides the profile: `loginIDs`, `identities-active`. */
        include: z.optional(field.textField(300)),
        /** Context id for reports, at most 100 characters. */
        cid: z.optional(field.cidField()),
      }),
    ),
    session: 'required',
    changes: false,
    fails: [],
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
        forceProvidersLogout: field.booleanField(true),
      }),
    ),
    session: 'required',
    changes: true,
    givesUser: true,
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
    changes: false,
    fails: ['invalidEventHandler'],
  }),
} as const satisfies Record<string, MethodRow>;

/** Name of a method that a browser client sends. */
export type ClientMethodName = Exclude<keyof typeof methods, 'addEventHandlers'>;

/** Parameters of a row as a caller writes them. */
export type GivenParams<Row extends MethodRow> = Partial<z.input<ReturnType<Row['params']>>>;

/** Parameters of a row after checking, defaults filled in. */
export type CheckedParams<Row extends MethodRow> = z.output<ReturnType<Row['params']>>;

/** Parameters of a client method; `provider` is completed by editors, and open to other spellings. */
export type Params<Name extends ClientMethodName> = Omit<
  GivenParams<(typeof methods)[Name]>,
  'provider'
> &
  ('provider' extends keyof GivenParams<(typeof methods)[Name]>
    ? { provider?: ProviderName | (string & {}) | undefined }
    : unknown);
