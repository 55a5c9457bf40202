import type { Identity, PlainTokens } from '../../rules/account.ts';
import type { IdentityPlan } from './plan.ts';
import { providerOf } from './spelling.ts';

/** An identity, and where it stands. */
export interface MappedIdentity {
  plan: IdentityPlan;
  /** As the table has it. */
  spelling: string;
  identity: Identity;
}

/** As the site's table has it. */
export interface IdentityRow {
  provider: string;
  subject: string;
  tokens: Partial<Record<'access' | 'refresh' | 'id', string | null>>;
}

/** As outro has noted it. */
export interface NotedIdentity {
  provider: string;
  providerUid: string;
  sealedTokens: string | null;
  lastLoginAt: string | null;
  isSoft: boolean;
}

const otherKey = 'they were sealed by another key than the one that was given';

/** Tokens as the row has them, opened; or why they cannot be. */
const openTokens = async (
  { rows }: IdentityPlan,
  { tokens }: IdentityRow,
): Promise<{ tokens?: PlainTokens; lockedTokens?: string }> => {
  const { open = (sealed: string) => sealed } = rows;
  const there = Object.entries(tokens).filter(([, value]) => value);
  if (there.length === 0) return {};
  try {
    const opened = await Promise.all(
      there.map(async ([kind, sealed]) => [kind, await open(String(sealed))] as const),
    );
    const of = Object.fromEntries(opened) as Partial<Record<string, string>>;
    if (opened.some(([, text]) => !text)) return { lockedTokens: otherKey };
    return {
      tokens: {
        ...(of['access'] && { authToken: of['access'] }),
        ...(of['refresh'] && { refreshToken: of['refresh'] }),
        ...(of['id'] && { idToken: of['id'] }),
      },
    };
  } catch {
    return { lockedTokens: otherKey };
  }
};

/** An identity, of what the site's table has and what was noted of it. */
export const toIdentity = async (
  plan: IdentityPlan,
  row: IdentityRow,
  noted: NotedIdentity[],
): Promise<MappedIdentity> => {
  const provider = providerOf(plan.rows, row.provider);
  const note = noted.find((one) => one.provider === provider && one.providerUid === row.subject);
  const isOurs = note?.sealedTokens != null && plan.rows.newest === 'handed';
  const opened = isOurs ? {} : await openTokens(plan, row);
  // Tokens that came back tell of a sign-in that nobody told of.
  const isMapping = note?.isSoft === true && !opened.tokens && !opened.lockedTokens;
  return {
    plan,
    spelling: row.provider,
    identity: {
      id: JSON.stringify([row.provider, row.subject]),
      provider,
      subProvider: '',
      providerUid: row.subject,
      state: isMapping ? 'mapping' : 'linked',
      allowsLogin: plan.rows.signsIn ?? true,
      profile: {},
      sealedTokens: isOurs ? (note.sealedTokens ?? undefined) : undefined,
      ...opened,
      lastLoginAt: note?.lastLoginAt == null ? undefined : new Date(note.lastLoginAt),
      generation: 1,
    },
  };
};
