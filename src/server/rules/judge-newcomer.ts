import type {
  ConflictMode,
  Judged,
  KnownAccount,
  Newcomer,
  Seen,
  Trouble,
  Writing,
} from './newcomer.ts';
import { keyOfPerson } from './newcomer-keys.ts';
import { differs, judgeIdentity, judgeLoginId, told, type Judgement } from './newcomer-rows.ts';

const isConflict = ({ kind }: Trouble): boolean =>
  kind === 'identityExists' || kind === 'loginIdExists';

const rowsOf = <Row>(parts: Judgement<Row>[]): Row[] => parts.flatMap(({ row }) => row ?? []);

// An account began once: the earlier word of it counts.
const beginningOf = (
  { createdAt }: Newcomer,
  known: KnownAccount | undefined,
): Date | string | null => {
  const before = known?.createdAt ?? null;
  if (!createdAt) return before;
  return before !== null && Date.parse(before) <= createdAt.getTime() ? before : createdAt;
};

const refuse = (troubles: Trouble[]): Judged => ({ outcome: 'refused', troubles, hasWayIn: false });

const hasWayIn = ({ identities, loginIds }: KnownAccount): boolean =>
  identities.some(({ state, allowsLogin }) => state === 'linked' && allowsLogin) ||
  loginIds.some(({ wayIn }) => wayIn !== null);

const claim = ({ uid, identities, loginIds }: Writing, { owners }: Seen): void => {
  for (const { provider, sub_provider: subProvider, provider_uid: providerUid } of identities)
    owners.set(keyOfPerson({ provider, subProvider, providerUid }), uid);
  for (const { kind, value_norm } of loginIds) owners.set(`${kind}\n${value_norm}`, uid);
};

/**
 * Decides what becomes of a newcomer, and notes in `seen` what is theirs from now on. Pure but for that. Accounts are
 * never merged: what is another's is reported, and nothing that is here is taken away or made older. What was removed
 * or deleted here stays gone.
 *
 * @see design.md section 2 "Gone stays gone"; beside.md section 7 "Conflicts"
 */
export const judgeNewcomer = (newcomer: Newcomer, seen: Seen, mode: ConflictMode): Judged => {
  const { uid } = newcomer;
  const known = seen.accounts.get(uid);
  if (!known && seen.deleted.has(uid))
    return refuse([{ kind: 'deletedHere', path: 'UID', text: 'was deleted here; it stays gone' }]);
  const identities = newcomer.identities.map((_, at) => judgeIdentity(newcomer, at, known, seen));
  const isLeft = (at: number): boolean => identities[at]?.trouble !== undefined;
  const loginIds = newcomer.loginIds.map((_, at) =>
    judgeLoginId(newcomer, at, isLeft, known, seen),
  );
  const troubles = [...identities, ...loginIds].flatMap(({ trouble }) => trouble ?? []);
  if (mode === 'error' && troubles.some(isConflict)) return refuse(troubles.filter(isConflict));
  const writing: Writing = {
    uid,
    known: known && { id: known.id, rev: known.rev },
    isSiteUid: newcomer.isSiteUid,
    profile: { ...known?.profile, ...told(newcomer.profile) },
    createdAt: beginningOf(newcomer, known),
    identities: rowsOf(identities),
    loginIds: rowsOf(loginIds),
  };
  claim(writing, seen);
  const isChanged =
    !known ||
    differs(known.profile, writing.profile) ||
    writing.createdAt !== known.createdAt ||
    writing.identities.length + writing.loginIds.length > 0;
  return {
    outcome: known ? (isChanged ? 'changed' : 'same') : 'new',
    troubles,
    ...(isChanged && { writing }),
    hasWayIn:
      [...identities, ...loginIds].some(({ opens }) => opens) ||
      (known !== undefined && hasWayIn(known)),
  };
};
