// What a site rehearses is what the backend does: the same fields, steps, reasons and refusals.
import { leavingHandlers, type LeavingOptions } from 'outro/testing';
import { describe, expect, it } from 'vitest';
import { startHouse, type Answer, type House } from '../support/house.ts';

type Call = (path: string, params?: Record<string, string>) => Promise<Answer>;

/** The handlers, called without a network. */
const rehearse = (scenario: LeavingOptions['scenario']): Call => {
  const post = (address: string, answer: (info: { request: Request }) => Promise<Response>) => ({
    address,
    answer,
  });
  const options = { apiDomain: 'outro.example', scenario, providers: ['linkedin'] };
  const handlers = leavingHandlers({ post }, options);
  return async (path, params = {}) => {
    const url = `https://outro.example/${path}`;
    const request = new Request(url, { method: 'POST', body: new URLSearchParams(params) });
    const handler = handlers.find(({ address }) => address === url);
    return (await (await handler?.answer({ request }))?.json()) as Answer;
  };
};

const signIn = async (house: House, loginIDs: object[] = []): Promise<Call> => {
  const providers = { linkedin: { providerUID: 'l', email: 'ada@shop.example' } };
  const answer = await house.signIn({ siteUID: 'u', providers, loginIDs });
  const login_token = String(answer['cookieValue']);
  return (path, params = {}) => house.post(path, { login_token, ...params });
};

type Step = { step: string; provider?: string; status: string; reason?: string };

const stepsOf = ({ receipt }: Answer, ...names: string[]): Step[] =>
  (receipt as Step[]).filter(({ step }) => names.includes(step));

const own = ({ step, provider, status, reason }: Step) => ({ step, provider, status, reason });

const unknownFields = (rehearsed: Answer, real: Answer): string[] =>
  Object.keys(rehearsed).filter((name) => !(name in real));

const refusal = ({ errorCode, errorMessage, errorDetails }: Answer) => ({
  errorCode,
  errorMessage,
  errorDetails,
});

const removal = 'socialize.removeConnection';

describe('a rehearsal answers as the backend does', () => {
  it.each([
    [removal, { forceProvidersLogout: 'false', lastIdentityHandling: 'remove' }],
    [removal, { forceProvidersLogout: 'facebook', lastIdentityHandling: 'remove' }],
    ['socialize.unlink', { email: 'ada@shop.example', forceProvidersLogout: 'false' }],
    ['socialize.logout', { forceProvidersLogout: 'false' }],
    ['accounts.logout', { forceProvidersLogout: 'facebook' }],
    ['socialize.logout', { forceProvidersLogout: 'false', sessions: 'others' }],
    ['socialize.logout', { forceProvidersLogout: 'false', sessions: 'all' }],
  ])('%s %j', async (path, params) => {
    const house = await startHouse();
    await signIn(house);
    const real = await (await signIn(house))(path, params);
    const isSoft = path === 'socialize.unlink';
    const rehearsed = await rehearse(isSoft ? 'lastWayIn' : 'everythingDone')(path, params);
    expect([real.errorCode, rehearsed.errorCode]).toEqual([0, 0]);
    expect(unknownFields(rehearsed, real)).toEqual([]);
    const known = ['identity', 'data', 'session', 'sessions', 'provider-session'] as const;
    // A removal says besides what becomes of the sessions that the identity had opened.
    const expected = stepsOf(real, ...known).filter(
      ({ step }) => path.endsWith('.logout') || !/^sessions?$/.test(step),
    );
    expect(stepsOf(rehearsed, ...known).map(own)).toEqual(expected.map(own));
  });

  it.each(['socialize.getUserInfo', 'accounts.getAccountInfo'])('%s', async (path) => {
    const real = await (await signIn(await startHouse()))(path);
    const rehearsed = await rehearse('everythingDone')(path);
    expect(unknownFields(rehearsed, real)).toEqual([]);
    expect(rehearsed['providers']).toEqual(real['providers']);
    expect(rehearsed['socialProviders']).toEqual(real['socialProviders']);
  });

  it('refuses the last way in, what is not connected and who is not known with the same words', async () => {
    const call = await signIn(await startHouse());
    const [last, over] = [rehearse('lastWayIn'), rehearse('sessionOver')];
    const fail = { provider: 'linkedin', lastIdentityHandling: 'fail' };
    expect(refusal(await last(removal, fail))).toEqual(refusal(await call(removal, fail)));
    for (const provider of ['facebook', 'friendface', '<']) {
      const found = refusal(await last(removal, { provider }));
      expect(found).toEqual(refusal(await call(removal, { provider })));
    }
    const stranger = { login_token: 'nobody' };
    expect(refusal(await over(removal))).toEqual(refusal(await call(removal, stranger)));
    await call('socialize.logout');
    const again = { forceProvidersLogout: 'false' };
    const receipts = [await over('socialize.logout', again), await call('socialize.logout', again)];
    expect(receipts[0]?.['receipt']).toEqual(receipts[1]?.['receipt']);
  });

  it('explains a removal by what it would do', async () => {
    const explained = async (call: Call, params: Record<string, string>) => {
      const answer = await call('socialize.explainRemoval', params);
      const { allowed, wouldFail, addFirst, waysInLeft, keepsMapping } = answer;
      const steps = stepsOf(answer, 'identity', 'data').map(own);
      return { allowed, wouldFail, addFirst, waysInLeft, keepsMapping, steps };
    };
    const [last, free] = [rehearse('lastWayIn'), rehearse('everythingDone')];
    const only = await signIn(await startHouse());
    const password = await signIn(await startHouse(), [
      { value: 'ada@shop.example', wayIn: 'password' },
    ]);
    for (const lastIdentityHandling of ['fail', 'soft', 'remove']) {
      const params = { provider: 'linkedin', lastIdentityHandling };
      expect(await explained(last, params)).toEqual(await explained(only, params));
      expect(await explained(free, params)).toEqual(await explained(password, params));
    }
    const nobody = { provider: 'facebook' };
    expect(await explained(last, nobody)).toEqual(await explained(only, nobody));
    expect((await free('socialize.getUserInfo'))['providers']).toBe('linkedin');
  });

  it('asks for a recent sign-in', async () => {
    const house = await startHouse({ freshLogin: 300 });
    const call = await signIn(house);
    await house.database.query(
      "update outro.sessions set created_at = created_at - interval '1 hour' where site = $1",
      [house.apiKey],
    );
    const rehearsed = rehearse('recentLoginNeeded');
    expect(refusal(await rehearsed(removal))).toEqual(refusal(await call(removal)));
    const path = 'socialize.explainRemoval';
    const [real, shown] = [await call(path), await rehearsed(path)];
    expect(shown['addFirst']).toEqual(real['addFirst']);
    expect(shown['wouldFail']).toEqual(real['wouldFail']);
  });

  it('takes leave tickets', async () => {
    const path = 'socialize.redeemLeaveTicket';
    const over = await (await signIn(await startHouse()))(path, { ticket: 'nobody’s' });
    expect((await rehearse('sessionOver')(path))['receipt']).toEqual(over['receipt']);
    expect((await rehearse('lastWayIn')(path))['receipt']).toEqual([
      { step: 'session', status: 'done' },
    ]);
  });
});
