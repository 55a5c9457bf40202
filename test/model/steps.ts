import fc from 'fast-check';
import { emails, uids } from './people.ts';

// Every method and every kind of parameter, as data: fast-check makes programs of it and shrinks them.

/** `LINKED` stands for one that the person is connected to. */
const provider = fc.constantFrom(
  ...Array<'LINKED'>(12).fill('LINKED'),
  'facebook',
  'FACEBOOK',
  'github',
  'janrain',
  'twitter',
);
/** Of the four; from 4 on, of those where somebody is signed in. */
const tab = fc.nat({ max: 11 });
const server = fc.nat({ max: 1 });
/** Of the accounts that there are; from 8 on, of one that there is not. */
const uid = fc.nat({ max: 8 });
const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined });
const trouble = fc.constantFrom(
  ...Array<undefined>(40).fill(undefined),
  ...(['offline', 'lost'] as const),
);
/** The same request, at the same time, at both servers. */
const twice = fc.constantFrom(...Array<false>(9).fill(false), true);
/** Which of the tokens that there ever were. */
const token = fc.nat({ max: 40 });

/** By their places in `people`. */
const signsIn = (siteUID: string | undefined, own: number[]) =>
  fc.record({
    uid: fc.constant(siteUID),
    people: fc.subarray(own, { minLength: Math.min(own.length, 1) }),
  });

const removal = fc.record({
  /** Which of those. */
  which: fc.nat({ max: 3 }),
  provider: fc.option(provider, { nil: undefined, freq: 8 }),
  providerUID: fc.constantFrom(...Array<undefined>(8).fill(undefined), 'f-1', 'f-2', 'nobody'),
  lastIdentityHandling: fc.constantFrom('fail', 'fail', 'fail', 'soft', 'remove', undefined),
  removeLoginID: fc.constantFrom(undefined, undefined, true),
  forceProvidersLogout: fc.constantFrom(false, undefined, 'github'),
});

const loginId = fc.record({
  /** The account's own, or somebody's. */
  value: fc.constantFrom(...Array<undefined>(9).fill(undefined), ...emails),
  wayIn: fc.constantFrom('password', 'code', 'none', undefined),
});

const unlinking = fc.constantFrom(
  {},
  { email: emails[0] },
  { externalIdProviderName: 'facebook', subProviderName: 'none' },
  { externalIdProviderName: 'github', subProviderName: 'none' },
  { email: emails[0] },
  { email: emails[1] },
  { externalIdProviderName: 'facebook', subProviderName: 'none' },
  { externalIdProviderName: 'janrain', subProviderName: 'all' },
  { externalIdProviderName: 'janrain', subProviderName: 'yahoo' },
  { externalIdProviderName: 'github' },
  { subProviderName: 'yahoo' },
);

// Mostly one's own; now and then somebody else's, which is refused.
const who = fc.oneof(
  { weight: 4, arbitrary: signsIn('ada', [0, 1, 2]) },
  { weight: 2, arbitrary: signsIn('bob', [3, 5]) },
  { weight: 1, arbitrary: signsIn('cyd', [4]) },
  { weight: 1, arbitrary: signsIn(undefined, [0, 1, 2, 3, 4, 5]) },
  { weight: 1, arbitrary: signsIn('cyd', [0, 1, 2, 3, 4, 5]) },
);

const atTab = { tab, server, trouble };

const kinds = {
  signIn: fc.record({
    who,
    tab,
    server,
    loginId: maybe(loginId),
    /** So many moments ago; unknown where nobody says. */
    began: fc.constantFrom(0, 0, 0, 1, 3, undefined),
    /** Where several identities come along, the site's own sign-in unless it says otherwise. */
    openedBy: fc.constantFrom('first', 'first', 'none', undefined),
    allowsLogin: fc.constantFrom(true, true, true, false),
    /** On another device, which no step of this program uses. */
    elsewhere: fc.constantFrom(false, false, false, true),
  }),
  load: fc.record({ tab }),
  online: fc.record({ tab, server }),
  removeConnection: fc.record({ ...atTab, params: removal }),
  explainRemoval: fc.record({ ...atTab, params: removal }),
  unlink: fc.record({ ...atTab, params: unlinking }),
  logout: fc.record({
    ...atTab,
    params: fc.record({
      sessions: fc.constantFrom('this', 'this', 'others', 'all', undefined),
      forceProvidersLogout: fc.constantFrom(false, true, 'github'),
    }),
  }),
  getUserInfo: fc.record({ ...atTab, params: fc.constant({}) }),
  getAccountInfo: fc.record({ ...atTab, params: fc.constant({}) }),
  getDeparture: fc.record({ ...atTab, params: fc.constant({}) }),
  getReceipt: fc.record({ ...atTab, params: fc.constant({}) }),
  serverRemoval: fc.record({ server, twice, uid, params: removal }),
  serverUnlink: fc.record({ server, twice, uid, params: unlinking }),
  serverLogout: fc.record({ server, twice, uid }),
  setAccountInfo: fc.record({
    server,
    twice,
    uid,
    loginId: maybe(loginId),
    removeLoginEmails: fc.constantFrom(undefined, ...emails),
    lastIdentityHandling: fc.constantFrom(undefined, 'fail', 'remove'),
  }),
  setUID: fc.record({ server, twice, uid, siteUID: fc.constantFrom(...uids) }),
  deleteAccount: fc.record({ server, twice, uid, token: maybe(token) }),
  redeemLeaveTicket: fc.record({
    server,
    twice,
    token,
    sessions: fc.constantFrom('this', 'all'),
  }),
  getToken: fc.record({ server, uid }),
  exchangeUIDSignature: fc.record({ server, uid }),
  feed: fc.record({ server }),
  /** A request that was sent before, byte for byte. */
  again: fc.record({ server, which: fc.nat({ max: 20 }) }),
  /** A token does a ticket's work, a ticket a token's: neither must. */
  misuse: fc.record({ server, token }),
  inboundRemoval: fc.record({ server, person: fc.nat({ max: 1 }), isDeletion: fc.boolean() }),
  inboundLogout: fc.record({ server, sid: fc.nat({ max: 8 }) }),
  /** Errands: time passes, a worker comes by. */
  work: fc.record({ server, isDue: fc.boolean() }),
  /** How the provider's endpoint is disposed from now on. */
  provider: fc.record({ mood: fc.constantFrom('accepts', 'accepts', 'refuses', 'down', 'gone') }),
} as const;

export type StepKind = keyof typeof kinds;

/** One call, or one thing that happens. */
export type Step = {
  [Kind in StepKind]: { do: Kind } & ((typeof kinds)[Kind] extends fc.Arbitrary<infer Value>
    ? Value
    : never);
}[StepKind];

export type StepOf<Kind extends StepKind> = Extract<Step, { do: Kind }>;

const weights: Partial<Record<StepKind, number>> = {
  signIn: 16,
  removeConnection: 7,
  serverRemoval: 6,
  logout: 4,
  setAccountInfo: 4,
  unlink: 3,
  load: 2,
  redeemLeaveTicket: 2,
  again: 2,
  inboundRemoval: 2,
  work: 2,
};

const stepOf = (names: StepKind[]): fc.Arbitrary<Step> =>
  fc.oneof(
    ...names.map((kind) => ({
      weight: weights[kind] ?? 1,
      arbitrary: (kinds[kind] as fc.Arbitrary<object>).map(
        (value) => ({ do: kind, ...value }) as Step,
      ),
    })),
  );

const anything = stepOf(Object.keys(kinds) as StepKind[]);
// What is in each other's way.
const contest = stepOf([
  'removeConnection',
  'serverRemoval',
  'setAccountInfo',
  'inboundRemoval',
  'unlink',
  'logout',
]);

/** Steps that go on at the same time. */
export type Moment = Step[];

// One account, and everybody takes ways in from it that are not to be the last.
const duel: fc.Arbitrary<Moment> = uid.chain((one) => {
  const which = fc.nat({ max: 3 });
  const params = { provider: 'LINKED', lastIdentityHandling: 'fail' } as const;
  const atOnce = { server, twice: fc.constant(false), uid: fc.constant(one) };
  const takesIdentity = fc.record({ ...atOnce, which });
  const takesPassword = fc.record({ ...atOnce, loginId: fc.constant({ wayIn: 'none' }) });
  return fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: takesIdentity.map(
          ({ which: index, ...rest }) =>
            ({ do: 'serverRemoval', ...rest, params: { ...params, which: index } }) as Step,
        ),
      },
      {
        weight: 1,
        arbitrary: takesPassword.map((rest) => ({ do: 'setAccountInfo', ...rest }) as Step),
      },
    ),
    { minLength: 2, maxLength: 3, size: 'max' },
  );
});

const moment: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 4, arbitrary: fc.array(anything, { minLength: 1, maxLength: 3, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(contest, { minLength: 2, maxLength: 3, size: 'max' }) },
  { weight: 1, arbitrary: duel },
);

/** Moments one after the other. */
export const program: fc.Arbitrary<Moment[]> = fc.noBias(
  fc.array(moment, { minLength: 1, maxLength: 30, size: 'max' }),
);

const inWords = ({ do: kind, ...rest }: Step): string => `${kind} ${JSON.stringify(rest)}`;

/** A program as a person reads it. */
export const describeProgram = (moments: Moment[]): string =>
  moments
    .map((steps, index) => `  ${index + 1}. ${steps.map(inWords).join('\n     at once: ')}`)
    .join('\n');
