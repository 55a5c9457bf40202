import { isDeepStrictEqual } from 'node:util';
import type {
  IdentityRow,
  KnownAccount,
  LoginIdRow,
  Newcomer,
  NewcomerIdentity,
  RemovalSeen,
  Seen,
  Trouble,
} from './newcomer.ts';
import { keyOfName, keyOfPerson, namesOf } from './newcomer-keys.ts';

/** What becomes of one identity or login id: a row where there is something to write, and whether it lets somebody in. */
export interface Judgement<Row> {
  row?: Row;
  opens: boolean;
  trouble?: Trouble;
}

type KnownIdentity = KnownAccount['identities'][number];

/** Fields that somebody has told. */
export const told = <Value extends object>(value: Value): Partial<Value> =>
  Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as Partial<Value>;

/** Whether any field of `after` is not as it was. */
export const differs = (before: object, after: object): boolean =>
  Object.entries(after).some(
    ([name, value]) => !isDeepStrictEqual((before as Record<string, unknown>)[name], value),
  );

const removalOf = (one: NewcomerIdentity, { removals }: Seen): RemovalSeen | undefined => {
  const names = new Set(namesOf(one).map(keyOfPerson));
  return removals
    .filter((removal) => names.has(keyOfPerson(removal)))
    .toSorted((a, b) => b.removedAt.getTime() - a.removedAt.getTime())[0];
};

const isLater = (one: Date | undefined, other: string | null): boolean =>
  one !== undefined && (other === null || one.getTime() > Date.parse(other));

const toRow = (uid: string, one: NewcomerIdentity): IdentityRow => ({
  id: null,
  uid,
  provider: one.provider,
  sub_provider: one.subProvider,
  provider_uid: one.providerUid,
  allows_login: one.allowsLogin,
  profile: told(one.profile),
  sealed_tokens: one.sealedTokens ?? null,
  linked_at: one.linkedAt ?? null,
  last_login_at: one.lastLoginAt ?? null,
  generation: 1,
});

// What comes along takes nothing away, and tokens that are here may be newer than those of a file.
const judgeLinked = (
  row: IdentityRow,
  one: NewcomerIdentity,
  mine: KnownIdentity,
): Judgement<IdentityRow> => {
  const profile = { ...mine.profile, ...row.profile };
  const opens = mine.allowsLogin || one.allowsLogin;
  const hasSignedIn = isLater(one.lastLoginAt, mine.lastLoginAt);
  const isNews =
    differs(mine.profile ?? {}, profile) ||
    opens !== mine.allowsLogin ||
    (one.sealedTokens !== undefined && !mine.hasTokens) ||
    hasSignedIn;
  if (!isNews) return { opens };
  return {
    opens,
    row: {
      ...row,
      id: mine.id,
      profile,
      allows_login: opens,
      sealed_tokens: mine.hasTokens ? null : row.sealed_tokens,
      last_login_at: hasSignedIn ? row.last_login_at : mine.lastLoginAt,
      generation: mine.generation,
    },
  };
};

/** Decides what becomes of an identity of a newcomer. */
export const judgeIdentity = (
  { uid, identities }: Newcomer,
  index: number,
  known: KnownAccount | undefined,
  seen: Seen,
): Judgement<IdentityRow> => {
  const one = identities[index]!;
  const row = toRow(uid, one);
  const mine = known?.identities.find((there) => keyOfPerson(there) === keyOfPerson(one));
  if (mine?.state === 'linked') return judgeLinked(row, one, mine);
  const leave = (kind: Trouble['kind'], text: string): Judgement<IdentityRow> => ({
    opens: false,
    trouble: { kind, path: `identities.${index}`, text },
  });
  const removal = removalOf(one, seen);
  // Gone stays gone: only a sign-in that came after the removal brings an identity back.
  if (removal && !(one.lastLoginAt && one.lastLoginAt > removal.removedAt))
    return leave(
      'removedHere',
      'was disconnected here, and no sign-in since then is told of; it stays gone',
    );
  const owner = seen.owners.get(keyOfPerson(one));
  if (owner !== undefined && owner !== uid)
    return leave('identityExists', `belongs to the account ${owner}`);
  const generation = 1 + (mine?.generation ?? removal?.generation ?? 0);
  return { opens: one.allowsLogin, row: { ...row, id: mine?.id ?? null, generation } };
};

const isSameNameId = (mine: KnownAccount['loginIds'][number], row: LoginIdRow): boolean =>
  row.way_in === mine.wayIn &&
  row.is_sites === mine.isSites &&
  row.is_verified === mine.isVerified &&
  row.came_with_ids.length === row.came_with.length &&
  row.came_with_ids.every((id) => mine.identities.includes(id));

/**
 * Decides what becomes of a login id of a newcomer.
 *
 * @param isLeft whether an identity, by its position, does not come along.
 */
export const judgeLoginId = (
  { uid, identities, loginIds }: Newcomer,
  index: number,
  isLeft: (position: number) => boolean,
  known: KnownAccount | undefined,
  seen: Seen,
): Judgement<LoginIdRow> => {
  const one = loginIds[index]!;
  const key = keyOfName(one);
  const name = key.slice(key.indexOf('\n') + 1);
  const mine = known?.loginIds.find((there) => there.kind === one.kind && there.name === name);
  const people = one.from.filter((at) => !isLeft(at)).map((at) => keyOfPerson(identities[at]!));
  // It came with what is gone here, and with nothing else.
  if (!mine && !one.isSites && people.length === 0) return { opens: false };
  const there = (known?.identities ?? []).filter((each) => people.includes(keyOfPerson(each)));
  const row: LoginIdRow = {
    id: mine?.id ?? null,
    uid,
    kind: one.kind,
    value: one.value,
    value_norm: name,
    way_in: one.wayIn ?? mine?.wayIn ?? null,
    is_sites: one.isSites || (mine?.isSites ?? false),
    is_verified: one.isVerified || (mine?.isVerified ?? false),
    came_with: people,
    came_with_ids: there.map(({ id }) => id),
  };
  const opens = row.way_in !== null;
  if (mine) return isSameNameId(mine, row) ? { opens } : { opens, row };
  const owner = seen.owners.get(key);
  if (owner === undefined || owner === uid) return { opens, row };
  const [path, text] = [`loginIDs.${index}`, `belongs to the account ${owner}`];
  return { opens: false, trouble: { kind: 'loginIdExists', path, text } };
};
