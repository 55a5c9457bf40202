import { liveSession } from './rows.ts';
import type { StepOf } from './steps.ts';
import { tokenIn, type Tab } from './tabs.ts';
import type { World } from './world.ts';

// What a step's numbers stand for, in the world as it is.

export const tabAt = ({ tabs, site, rows }: World, index: number): Tab => {
  const isSignedIn = (tab: Tab): unknown => {
    const token = tokenIn(tab, site);
    return token && rows && liveSession(rows, token);
  };
  const signedIn = index < 4 ? [] : tabs.filter(isSignedIn);
  const from = signedIn.length > 0 ? signedIn : tabs;
  const tab = from[index % from.length];
  if (!tab) throw new Error('a world has tabs');
  return tab;
};

export const uidAt = ({ rows }: World, index: number): string => {
  const accounts = rows?.accounts ?? [];
  const uid = accounts[index % accounts.length]?.['uid'];
  return index < 8 && typeof uid === 'string' ? uid : 'nobody';
};

/** Parameters of a removal, with a provider that the account is connected to where one is asked for. */
export const removalOf = (
  { which, ...params }: StepOf<'removeConnection'>['params'],
  account: unknown,
  { rows }: World,
): object => {
  const linked = (rows?.identities ?? []).filter(
    (row) => row['state'] === 'linked' && row['account_id'] === account,
  );
  const own = linked[which % linked.length]?.['provider'] ?? 'facebook';
  return { ...params, ...(params.provider === 'LINKED' && { provider: own }) };
};

export const accountOf = ({ rows }: World, uid: string): unknown =>
  rows?.accounts.find((row) => row['uid'] === uid)?.['id'];

export const loginIdsOf = (uid = 'ada', loginId: StepOf<'signIn'>['loginId']): string | undefined =>
  loginId && JSON.stringify([{ ...loginId, value: loginId.value ?? `${uid}@shop.example` }]);

export const tokenAt = (world: World, index: number): string =>
  world.tokens[index % Math.max(1, world.tokens.length)] ?? 'a token that nobody has';
