// Whatever an account is like and whatever is asked, explainRemoval and removeConnection never disagree.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';
import { departuresOf, foretoldOf } from '../support/removal.ts';
import { ageSessions } from '../support/sessions.ts';

// `OUTRO_RUNS=1000` looks longer.
const runs = Number(process.env['OUTRO_RUNS'] ?? 100);

const names = ['facebook', 'github', 'google', 'janrain'] as const;
// Stands for the provider, or the id there, of one that the person is connected to.
const connected = 'CONNECTED';
// Only one of them is wrong; given often enough that a hundred removals have some.
const wrong = Array<string>(3).fill('friendster');
const spellings = ['googleplus', 'FACEBOOK', 'linkedin', ...wrong, ''];

const identity = fc.record({
  provider: fc.constantFrom(...names),
  allowsLogin: fc.boolean(),
  // A person may sign in with it once more, on another device.
  sessions: fc.integer({ min: 0, max: 2 }),
  soften: fc.constantFrom(true, false, false),
  brings: fc.option(fc.constantFrom('ada@shop.example', 'other@shop.example')),
});

const loginId = fc.record({
  value: fc.constantFrom('ada@shop.example', 'other@shop.example', 'third@shop.example'),
  wayIn: fc.constantFrom(undefined, 'password', 'passkey', 'code'),
});

const removal = fc.record(
  {
    provider: fc.constantFrom(...Array<string>(12).fill(connected), ...spellings),
    providerUID: fc.constantFrom(connected, connected, connected, 'nobody'),
    removeLoginID: fc.constantFrom('true', 'false'),
    lastIdentityHandling: fc.constantFrom('soft', 'fail', 'remove'),
    forceProvidersLogout: fc.constantFrom('true', 'false', 'facebook,google'),
  },
  { requiredKeys: [] },
);

const scene = fc.record({
  identities: fc.uniqueArray(identity, {
    minLength: 1,
    maxLength: 3,
    selector: ({ provider }) => provider,
  }),
  loginIds: fc.uniqueArray(loginId, { maxLength: 2, selector: ({ value }) => value }),
  params: removal,
  which: fc.nat({ max: 2 }),
  asks: fc.constantFrom('server', 'server', 'new session', 'new session', 'old session'),
});

type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

const prepare = async (house: House, { identities, loginIds }: Scene): Promise<string> => {
  await house.signIn({ siteUID: 'u', loginIDs: loginIds, elsewhere: true });
  let token = '';
  for (const [index, one] of identities.entries()) {
    const { provider, allowsLogin, sessions, soften, brings } = one;
    const subProvider = provider === 'janrain' ? 'yahoo' : '';
    const providers = { [provider]: { providerUID: `p ${index}`, allowsLogin, subProvider } };
    const loginIDs = brings ? [{ value: brings, provider }] : [];
    const signIn = () => house.signIn({ siteUID: 'u', providers, loginIDs, elsewhere: true });
    for (let time = 0; time <= sessions; time += 1) {
      const { cookieValue } = await signIn();
      // A removal ends the sessions that its identity had opened.
      if (!soften) token = String(cookieValue);
    }
    // Refused where it is not the last way in; then it stays linked, which is as good.
    if (soften)
      await house.signed('socialize.removeConnection', {
        UID: 'u',
        provider,
        providerUID: `p ${index}`,
      });
  }
  return token || String((await house.signIn({ siteUID: 'u', elsewhere: true }))['cookieValue']);
};

const askers: Record<
  Scene['asks'],
  (
    house: House,
    token: string,
  ) => (method: string, params: Record<string, string>) => Promise<Answer>
> = {
  server: (house) => (method, params) => house.signed(method, { UID: 'u', ...params }),
  'old session': (house, login_token) => (method, params) =>
    house.post(method, { login_token, ...params }),
  'new session': (house, login_token) => (method, params) =>
    house.post(method, { login_token, ...params }),
};

const paramsOf = ({ identities, params, which }: Scene): Record<string, string> => {
  const index = which % identities.length;
  const own = { provider: identities[index]?.provider, providerUID: `p ${index}` };
  return {
    ...params,
    ...(params.provider === connected && { provider: own.provider }),
    ...(params.providerUID === connected && { providerUID: own.providerUID }),
  } as Record<string, string>;
};

const check = async (given: Scene): Promise<'done' | 'refused' | 'wrong'> => {
  const house = await startHouse({ freshLogin: 300 });
  const token = await prepare(house, given);
  if (given.asks === 'old session') await ageSessions(house, 301);
  const ask = askers[given.asks](house, token);
  const before = await house.rows();
  const params = paramsOf(given);
  const told = await ask('socialize.explainRemoval', params);
  expect(await house.rows()).toEqual(before);
  const real = await ask('socialize.removeConnection', params);
  const { errorCode, errorMessage, errorDetails } = real;
  if (told.errorCode !== 0) {
    // The request itself is wrong: both say so in the same words.
    expect({ errorCode, errorDetails }).toEqual({
      errorCode: told.errorCode,
      errorDetails: told.errorDetails,
    });
    return 'wrong';
  }
  expect(told['allowed']).toBe(errorCode === 0);
  // The same ways in are left as were foretold; of a refused call, those that there were.
  expect(waysOf(told)).toEqual(await waysNow(house));
  if (errorCode === 0) {
    expect(told['receipt']).toEqual(withoutProviders(real));
    expect(told['keepsMapping']).toBe(isMapped(real));
    expect(foretoldOf(told)).toEqual(departuresOf(real));
    return 'done';
  }
  expect(told['wouldFail']).toEqual({ errorCode, errorMessage, errorDetails });
  expect(await house.rows()).toEqual(before);
  return 'refused';
};

const stepsOf = (answer: Answer) => answer['receipt'] as { step: string; status: string }[];
const withoutProviders = (answer: Answer) =>
  stepsOf(answer).filter(({ step }) => step !== 'provider-session');
const isMapped = (answer: Answer): boolean =>
  stepsOf(answer).some(({ step, status }) => step === 'identity' && status === 'kept');

const waysOf = (told: Answer): string[] =>
  (told['waysInLeft'] as { kind: string; provider?: string; loginIdKind?: string }[])
    .map(({ kind, provider, loginIdKind }) => `${kind} ${provider ?? loginIdKind}`)
    .toSorted();

// As the rows have it, and not by outro's own rule.
const waysNow = async (house: House): Promise<string[]> => {
  const found = await house.database.query(
    `select 'identity ' || provider || case sub_provider when '' then '' else '/' || sub_provider end as way
       from outro.identities where site = $1 and state = 'linked' and allows_login
     union all
     select way_in || ' ' || kind from outro.login_ids where site = $1 and way_in is not null`,
    [house.apiKey],
  );
  return found.map(({ way }) => String(way)).toSorted();
};

it('explainRemoval and removeConnection never disagree', { timeout: 240_000 }, async () => {
  const seen = { done: 0, refused: 0, wrong: 0 };
  await fc.assert(
    fc.asyncProperty(scene, async (given) => {
      seen[await check(given)] += 1;
    }),
    { numRuns: runs },
  );
  // All three outcomes were met, or nothing was shown.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  console.log(`explained and done: ${JSON.stringify(seen)}`);
});
