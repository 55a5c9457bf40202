import { fail } from '../../core/error.ts';
import { linkedIdentities, type Account, type Change } from './account.ts';
import type { LoginId, WayIn } from './account.ts';
import { normalLoginId } from './login-name.ts';

/** A way into an account, told without saying whose it is. */
export type WayLeft =
  | { kind: 'identity'; provider: string }
  | { kind: WayIn; loginIdKind: LoginId['kind'] };

/** The part of a change that opens or closes ways in. */
type WaysChange = Pick<
  Change,
  'removeIdentities' | 'softenIdentities' | 'removeLoginIds' | 'linkIdentities' | 'addLoginIds'
>;

const identityKey = (of: { provider: string; subProvider: string; providerUid: string }): string =>
  JSON.stringify([of.provider, of.subProvider, of.providerUid]);

const loginIdKey = ({ kind, value }: Pick<LoginId, 'kind' | 'value'>): string =>
  `${kind} ${normalLoginId(kind, value) ?? value}`;

const identitiesIn = (
  account: Account,
  gone: Set<string>,
  { linkIdentities = [] }: WaysChange,
): WayLeft[] => {
  const present = linkedIdentities(account).filter(({ id }) => !gone.has(id));
  // Linked again, it is as it is now said to be.
  const byKey = new Map([...present, ...linkIdentities].map((one) => [identityKey(one), one]));
  return [...byKey.values()]
    .filter(({ allowsLogin }) => allowsLogin)
    .map(({ provider, subProvider }) => ({
      kind: 'identity',
      provider: subProvider ? `${provider}/${subProvider}` : provider,
    }));
};

const loginIdsIn = (
  { loginIds }: Account,
  gone: Set<string>,
  { addLoginIds = [] }: WaysChange,
): WayLeft[] => {
  const present = loginIds.filter(({ id }) => !gone.has(id));
  // Only what is added may be there already.
  const keyOf = (one: LoginId): string => (addLoginIds.length > 0 ? loginIdKey(one) : one.id);
  const byKey = new Map(present.map((one) => [keyOf(one), [one.kind, one.wayIn] as const]));
  for (const one of addLoginIds) {
    const before = byKey.get(loginIdKey(one))?.[1];
    const after = one.wayIn === 'none' ? undefined : (one.wayIn ?? before);
    byKey.set(loginIdKey(one), [one.kind, after]);
  }
  return [...byKey.values()].flatMap(([loginIdKind, wayIn]) =>
    wayIn ? { kind: wayIn, loginIdKind } : [],
  );
};

/**
 * The ways into the account that a change leaves; without a change, those that there are. A mapping does not count:
 * the person asked for that one to go.
 *
 * @see design.md section 4 "what counts as a way in"
 */
export const waysIn = (account: Account, change: WaysChange = {}): WayLeft[] => {
  const { removeIdentities = [], softenIdentities = [], removeLoginIds = [] } = change;
  const gone = new Set([...removeIdentities, ...softenIdentities, ...removeLoginIds]);
  return [...identitiesIn(account, gone, change), ...loginIdsIn(account, gone, change)];
};

/**
 * Refuses a change by the site that would take the account's last way in, whatever else it does.
 *
 * @throws operationNotAllowed, which names the parameter at fault
 * @see design.md section 2, promise 1
 */
export const requireWayIn = (account: Account, change: WaysChange, parameter: string): void => {
  if (waysIn(account).length > 0 && waysIn(account, change).length === 0)
    fail(
      'operationNotAllowed',
      `${parameter}: the last way to sign in would go; add a password, a passkey, a code sign-in or another identity first. Nothing was changed`,
    );
};
