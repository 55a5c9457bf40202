import type { GenericEndpointContext } from '@better-auth/core';
import { getOAuthState } from 'better-auth/api';
import { planRevocation } from '../server/errands/plan-revocation.ts';
import { tokenPlace } from '../server/exits/exits.ts';
import { toProviderSessions, type ToldIdentity } from '../server/methods/sign-in.ts';
import { providerOf } from '../server/people/mapped/spelling.ts';
import { sessionId } from '../server/people/session-id.ts';
import type { Account, NewIdentity } from '../server/rules/account.ts';
import { signInLasts } from '../server/rules/sign-in-gone.ts';
import { refuseGone, type RefusedSignIn } from '../server/rules/stays-gone.ts';
import { openTokens } from './person.ts';
import { readRemovals, siteKey } from './removals.ts';
import type { Running } from './running.ts';
import type { Tables } from './tables.ts';

type Row = Tables['account'];

/** The request in which something is written, if there is one. */
export type Call = GenericEndpointContext | null | undefined;

// Milliseconds that better-auth keeps the state of a sign-in that has begun.
const stateLasts = 600_000;

const nobody = (readAt: Date, removals: Account['removals']): Account => ({
  id: '',
  rev: '',
  isNew: false,
  readAt,
  removals,
  uid: '',
  isSiteUid: true,
  profile: {},
  identities: [],
  loginIds: [],
  session: undefined,
  sessions: [],
});

/** Whether somebody comes back from a provider; elsewhere better-auth refreshes tokens. */
export const isSignIn = (call: Call): boolean =>
  /^\/(callback|oauth2\/callback|sign-in\/(social|oauth2)|one-tap|link-social)/.test(
    call?.path ?? '',
  );

/** Milliseconds since the epoch at which the sign-in of this request began. */
const beganAt = async (): Promise<number> => {
  const state = await getOAuthState().catch(() => null);
  const expiresAt = state?.expiresAt;
  return typeof expiresAt === 'number' ? expiresAt - stateLasts : Date.now() - signInLasts;
};

const toIdentity = async (row: Row, { auth, context }: Running): Promise<NewIdentity> => {
  const { tokens } = await openTokens(row, auth);
  const person = {
    provider: providerOf({}, row.providerId),
    subProvider: '',
    providerUid: row.accountId,
  };
  return {
    ...person,
    allowsLogin: true,
    profile: {},
    sealedTokens:
      tokens &&
      context.keyring.seal(JSON.stringify(tokens), tokenPlace({ site: siteKey, ...person })),
  };
};

/** What is left of a sign-in that began before its person was removed; `undefined` of any other. */
export const findRefusal = async (
  row: Row,
  running: Running,
): Promise<RefusedSignIn | undefined> => {
  const identity = await toIdentity(row, running);
  const removals = await readRemovals([identity], running.rows);
  if (removals.length === 0) return undefined;
  const began = { identity, parameter: 'state', at: await beganAt(), isSites: true };
  return refuseGone(nobody(new Date(), removals), [began], planRevocation(running.site));
};

/** Takes the tokens of an account away again. */
export const forgetTokens = async ({ id }: Row, { rows }: Running): Promise<void> => {
  const none = { accessToken: null, refreshToken: null, idToken: null };
  await rows.change('account', { id }, none);
};

/** Remembers the session at the provider that a session of the site came with. */
export const noteProviderSession = async (
  session: { userId: string; token: string },
  row: Row,
  running: Running,
) => {
  const { rows, site, context, auth } = running;
  const identity = await toIdentity(row, running);
  const idToken = row.idToken ?? undefined;
  const told = {
    identity,
    parameter: '',
    tokens: {},
    told: { idToken },
  } as unknown as ToldIdentity;
  const [one] = toProviderSessions([told], site, context.keyring);
  await rows.insert('outroProviderSession', {
    account: session.userId,
    session: sessionId(session.userId, session.token),
    provider: identity.provider,
    providerUid: identity.providerUid,
    issuer: one?.issuer ?? null,
    sid: one?.sid ?? null,
    sealedIdToken: one?.sealedIdToken ?? null,
    createdAt: new Date(),
    sessionEndsAt: new Date(Date.now() + auth.sessionConfig.expiresIn * 1000),
    endedAt: null,
  });
};

/** Who came back, where the library wrote no row: the only account there is of the provider. */
export const guessAccount = async (
  userId: string,
  call: Call,
  { rows }: Running,
): Promise<Row | undefined> => {
  const named: unknown =
    call?.params?.['id'] ?? call?.params?.['providerId'] ?? call?.body?.provider;
  if (typeof named !== 'string') return undefined;
  const [row, other] = await rows.many('account', { userId, providerId: named }, 2);
  return other ? undefined : row;
};
