import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuthContext, BetterAuthPlugin, GenericEndpointContext } from '@better-auth/core';
import { getIP } from '@better-auth/core/utils/ip';
import { createAuthEndpoint, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { sealTicket, whoIs } from '../server/caller/site-session.ts';
import type { SiteSession } from '../server/config/site-functions.ts';
import { createBackend, type Backend } from '../server/handler.ts';
import {
  deleteUserCallbackEndpoint,
  deleteUserEndpoint,
  revokeOtherSessionsEndpoint,
  revokeSessionEndpoint,
  revokeSessionsEndpoint,
  signOutEndpoint,
  unlinkEndpoint,
} from './endpoints.ts';
import { explainEndpoint, receiptEndpoint, redeemEndpoint } from './further-endpoints.ts';
import { leftSessionsOf } from './left-sessions.ts';
import { configurationOf, type OutroOptions } from './options.ts';
import { probe } from './probe.ts';
import { siteKey } from './removals.ts';
import { rowsOf } from './rows.ts';
import type { Running, Start } from './running.ts';
import { hearSignIns } from './sign-ins.ts';
import { storeOn } from './store.ts';
import { schema } from './tables.ts';

// Of its database, never of a cookie's copy.
const personOf = async (ctx: GenericEndpointContext): Promise<SiteSession | undefined> => {
  const found = await getSessionFromCtx(ctx, { disableCookieCache: true, disableRefresh: true });
  return found ? { uid: found.user.id, session: found.session.token } : undefined;
};

const createRunning = (auth: AuthContext, { onChange, ...given }: OutroOptions): Running => {
  const asking = new AsyncLocalStorage<SiteSession | undefined>();
  const identify = () => asking.getStore();
  const rows = rowsOf(auth.adapter);
  const left = leftSessionsOf(rows, auth, () => backend.context.keyring);
  const backend: Backend = createBackend({
    ...configurationOf(auth, given, identify),
    store: storeOn(rows, auth, left, onChange),
  });
  const site = backend.context.sites.get(siteKey)!;
  return {
    ...backend,
    auth,
    rows,
    site,
    left,
    async answer(ctx) {
      const request = ctx.request as Request;
      const address = getIP(request, auth.options) ?? undefined;
      const person = await personOf(ctx);
      return asking.run(person, () => backend.handler(request, { address }));
    },
    contextFor: (person, ctx) => ({
      ...backend.context,
      caller: {
        kind: 'session',
        site,
        isSigned: false,
        uid: undefined,
        sitePerson: person,
        account: () => whoIs(site, person),
      },
      callId: crypto.randomUUID().replaceAll('-', ''),
      origin: ctx.headers?.get('origin') ?? undefined,
    }),
  };
};

/** Starts the plugin, and has it at work from the first request on. */
interface Starter {
  /** Refuses a database or a configuration that it cannot stand on. */
  begin: (auth: AuthContext) => Promise<void>;
  /** Waits until better-auth has begun. */
  begun: () => Promise<void>;
  /** @throws Error that says what to set */
  running: Start;
}

// Milliseconds in which better-auth makes its context; it may ask providers for their discovery documents.
const beginLimit = 30_000;

const createStarter = (options: OutroOptions): Starter => {
  let begun: AuthContext | undefined;
  const beginning = Promise.withResolvers<void>();
  // Whoever waits for it is told; nobody has to.
  beginning.promise.catch(() => {});
  let isProven = false;
  let found: Running | undefined;
  const prove = async (auth: AuthContext): Promise<void> => {
    isProven ||= await probe(auth.adapter);
  };
  return {
    async begin(auth) {
      begun = auth;
      try {
        await prove(auth);
        createRunning(auth, options);
        beginning.resolve();
      } catch (error) {
        beginning.reject(error);
        throw error;
      }
    },
    begun: () => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, beginLimit).unref();
      });
      return Promise.race([beginning.promise, late]);
    },
    async running() {
      if (!begun)
        throw new Error(
          'outro: expected in `plugins` of betterAuth, whose context is there by now',
        );
      // The tables may have been made since then.
      if (!isProven) await prove(begun);
      return (found ??= createRunning(begun, options));
    },
  };
};

/** The header in which a page is given the ticket that it can leave by when it cannot reach the backend. */
const ticketHeader = 'x-outro-ticket';

// Pages of the backend: what providers tell it, trips to them, and everything that a client of outro asks.
const isBackends = (path: string): boolean => path.startsWith('/outro/');

const leavingPaths = /^\/(sign-out|unlink-account|delete-user|revoke-|redeem-leave-ticket)/;

/**
 * The way out for a site on better-auth: its own `unlinkAccount`, `signOut`, `deleteUser`, `revokeSession`,
 * `revokeSessions` and `revokeOtherSessions` answer as before, with a `receipt` beside; permissions are taken back at
 * providers, gone stays gone, and nobody is locked out.
 *
 * @throws Error at the start of better-auth when its adapter has no real transactions, or the configuration is wrong
 * @see design.md section 1
 */
export const outro = (options: OutroOptions = {}) => {
  const { begin, begun, running } = createStarter(options);
  const signIns = hearSignIns(running);
  const work = async (): Promise<number> => {
    const { handler, left } = await running();
    await signIns.settle();
    await left.sweep();
    return handler.work();
  };
  const answer = createAuthEndpoint(
    '/outro/**',
    {
      method: ['GET', 'POST', 'HEAD'],
      disableBody: true,
      metadata: { scope: 'server' as const, isAction: false },
    },
    async (ctx) => (await running()).answer(ctx),
  );
  return {
    id: 'outro',
    schema,
    async init(auth) {
      await begin(auth);
      return { options: { databaseHooks: signIns.hooks } };
    },
    endpoints: {
      unlinkAccount: unlinkEndpoint(running),
      signOut: signOutEndpoint(running),
      deleteUser: deleteUserEndpoint(running),
      deleteUserCallback: deleteUserCallbackEndpoint(running),
      revokeSession: revokeSessionEndpoint(running),
      revokeSessions: revokeSessionsEndpoint(running),
      revokeOtherSessions: revokeOtherSessionsEndpoint(running),
      explainRemoval: explainEndpoint(running),
      redeemLeaveTicket: redeemEndpoint(running),
      getReceipt: receiptEndpoint(running),
      outroAnswer: answer,
      /** Works off what is due once, for hosts that have a schedule and no processes. */
      outroWork: createAuthEndpoint(
        { method: 'POST', metadata: { SERVER_ONLY: true } },
        async () => ({
          attempted: await work(),
        }),
      ),
    },
    hooks: {
      after: [
        {
          matcher: ({ path = '' }) => !isBackends(path) && !leavingPaths.test(path),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, session } = ctx.context;
            const found = newSession ?? session;
            if (!found || !ctx.request) return;
            const { context, site } = await running();
            const person = { uid: found.user.id, session: found.session.token };
            ctx.setHeader(ticketHeader, sealTicket(site, person, context.keyring));
            ctx.setHeader('Access-Control-Expose-Headers', ticketHeader);
          }),
        },
      ],
    },
    async onResponse() {
      await signIns.settle();
    },
    // It limits by itself, and never who proves to be somebody that leaves.
    rateLimit: [{ pathMatcher: isBackends, window: 60, max: 1_000_000 }],
    /** Works by itself from now on, in a process that stays; waits until better-auth has begun. */
    async start(): Promise<void> {
      await begun();
      (await running()).handler.start();
    },
    /** Ends that, and waits for what is under way. */
    async stop(): Promise<void> {
      await (await running()).handler.close();
    },
  } satisfies BetterAuthPlugin & { start(): Promise<void>; stop(): Promise<void> };
};
