import type { Bringing, Progress } from '../../src/server/people/people.ts';
import type { Account } from '../../src/server/rules/account.ts';
import { judgeNewcomer } from '../../src/server/rules/judge-newcomer.ts';
import type {
  ConflictMode,
  Judged,
  Newcomer,
  NewcomerIdentity,
  NewcomerName,
} from '../../src/server/rules/newcomer.ts';
import { email, identity, type Scene, type StoreTests } from './scene.ts';

/** A scene on a store that people can be brought to. */
interface BringingScene extends Scene {
  bringing: Bringing;
}

/** Tests for stores that people can be brought to; a site's own people need not be. */
export const whereBrought = (
  tests: Record<string, (scene: BringingScene) => Promise<void>>,
): StoreTests => {
  const onlyThere =
    (run: (scene: BringingScene) => Promise<void>) =>
    async (scene: Scene): Promise<void> => {
      const { bringing } = scene.people;
      if (bringing) await run({ ...scene, bringing });
    };
  return Object.fromEntries(Object.entries(tests).map(([name, run]) => [name, onlyThere(run)]));
};

/** Somebody of whom nothing is told but the uid. */
export const newcomer = (uid: string, rest: Partial<Newcomer> = {}): Newcomer => ({
  uid,
  isSiteUid: true,
  createdAt: undefined,
  profile: {},
  identities: [],
  loginIds: [],
  ...rest,
});

/** A person at the provider `oidc-<name>`, of whose times nothing is told. */
export const identityThere = (
  name: string,
  rest: Partial<NewcomerIdentity> = {},
): NewcomerIdentity => ({
  ...identity(name),
  linkedAt: undefined,
  lastLoginAt: undefined,
  ...rest,
});

/** An e-mail that the site there knew the account by. */
const emailThere = (value: string, rest: Partial<NewcomerName> = {}): NewcomerName => ({
  ...email(value),
  wayIn: undefined,
  ...rest,
});

const began = new Date('2015-03-01T10:00:00Z');
/** When she signed in last. */
export const signedIn = new Date('2024-05-01T10:00:00Z');

/** A person with everything that can come along. */
export const ada = newcomer('ada', {
  createdAt: began,
  profile: { firstName: 'Ada' },
  identities: [
    identityThere('one', {
      sealedTokens: 'sealed tokens of one',
      profile: { firstName: 'Ada' },
      linkedAt: began,
      lastLoginAt: signedIn,
    }),
  ],
  loginIds: [
    emailThere('Ada@Shop.example', { from: [0] }),
    { ...emailThere('ada'), kind: 'username', wayIn: 'password' },
  ],
});

/** How people are brought. */
type How = { conflicts?: ConflictMode; progress?: Parameters<Bringing['bring']>[3] };

/** Brings people as the import does. */
export const bring = (
  { bringing, site }: Pick<BringingScene, 'bringing' | 'site'>,
  newcomers: Newcomer[],
  { conflicts = 'error', progress }: How = {},
): Promise<Judged[]> =>
  bringing.bring(
    site,
    newcomers,
    (seen) => newcomers.map((one) => judgeNewcomer(one, seen, conflicts)),
    progress,
  );

/** What became of each. */
export const outcomes = (judged: Judged[]): string[] => judged.map(({ outcome }) => outcome);

/** Kinds of what is the matter, in order. */
export const troublesOf = (judged: Judged[]): string[] =>
  judged.flatMap(({ troubles }) => troubles.map(({ kind }) => kind));

/** What is known of an account that came along. */
export const broughtOf = ({ createdAt, profile, identities, loginIds }: Account) => ({
  createdAt: createdAt ?? undefined,
  profile: { ...profile },
  identities: identities.map(({ provider, state, sealedTokens, lastLoginAt, generation }) => ({
    provider,
    state,
    sealedTokens,
    generation,
    lastLoginAt: lastLoginAt ?? undefined,
  })),
  loginIds: loginIds
    .map(({ kind, value, wayIn, identities: from }) => ({ kind, value, wayIn, from: from.length }))
    .toSorted((one, other) => one.kind.localeCompare(other.kind)),
});

/** What `broughtOf` says of her. */
export const adaAsBrought = {
  createdAt: began,
  profile: { firstName: 'Ada' },
  identities: [
    {
      provider: 'oidc-one',
      state: 'linked',
      sealedTokens: 'sealed tokens of one',
      generation: 1,
      lastLoginAt: signedIn,
    },
  ],
  loginIds: [
    { kind: 'email', value: 'Ada@Shop.example', wayIn: undefined, from: 1 },
    { kind: 'username', value: 'ada', wayIn: 'password', from: 0 },
  ],
};

/** Says how far an import has come. */
export const comesFrom = (before: number, progress: Progress): How => ({
  progress: { name: 'move', at: () => ({ ...progress, before }) },
});
