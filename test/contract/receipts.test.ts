// A receipt can be finished: what was pending has an end, and whoever wants to know hears it.
import { describe, expect, it } from 'vitest';
import type { House } from '../support/house.ts';
import { listen, signInElsewhere, type OpenPage } from '../support/listening.ts';
import { answering, grantStep, makeDue, openHouse, signIn } from '../support/revocation.ts';

type Receipt = Parameters<typeof grantStep>[0];

/** A removal whose provider does not answer yet. */
const removeWhileDown = async () => {
  const answer = { status: 503 };
  const { origin, calls } = await answering(answer);
  const house = await openHouse(origin);
  await signIn(house);
  const removed = await house.client.removeConnection({ provider: 'facebook' });
  return { house, answer, calls, callId: String(removed.callId) };
};

const askAs = (house: House, uid: string | undefined, callId: string) =>
  house.signed('socialize.getReceipt', { ...(uid !== undefined && { UID: uid }), callId });

const toldTo = ({ heard }: OpenPage) => heard.map(({ event, data }) => [event, data]);

describe('a receipt that was pending', () => {
  it('says why it waits and until when, and at last how it ended; the person, the site and the page are told', async () => {
    const { house, answer, callId } = await removeWhileDown();
    const page = await listen(house, await signInElsewhere(house, 'u', 'github'));
    const waiting = await house.client.getReceipt({ callId });
    expect(waiting).toMatchObject({ errorCode: 0, isComplete: false });
    expect(grantStep(waiting.receipt)).toMatchObject({
      status: 'pending',
      reason: 'the provider answered 503',
      retryAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
    answer.status = 200;
    await makeDue(house);
    await house.work();
    const finished = await house.client.getReceipt({ callId });
    expect(finished).toMatchObject({ errorCode: 0, isComplete: true });
    expect(grantStep(finished.receipt)).toEqual({
      step: 'grant',
      provider: 'facebook',
      identity: 'f',
      status: 'done',
    });
    for (const uid of [undefined, 'u'])
      expect(await askAs(house, uid, callId)).toMatchObject({
        errorCode: 0,
        isComplete: true,
        receipt: finished.receipt,
      });
    await expect
      .poll(() => toldTo(page))
      .toEqual([['receipt', { eventName: 'receipt', callId, receipt: finished.receipt }]]);
  });

  it('of an account that is gone by now: the site can still ask', async () => {
    const answer = { status: 503 };
    const { origin } = await answering(answer);
    const house = await openHouse(origin);
    await signIn(house);
    const { callId } = await house.signed('socialize.deleteAccount', { UID: 'u' });
    answer.status = 200;
    await makeDue(house);
    await house.work();
    const finished = await askAs(house, undefined, String(callId));
    expect(finished).toMatchObject({ errorCode: 0, isComplete: true });
    expect(grantStep(finished['receipt'] as Receipt)).toMatchObject({ status: 'done' });
  });

  it('a page that asked and was given the end is not told of it again; others are', async () => {
    const { origin } = await answering({ status: 200 });
    const house = await openHouse(origin);
    await signIn(house);
    const asking = String(house.window.document.cookie.split('=')[1]);
    const own = await listen(house, asking);
    const other = await listen(house, await signInElsewhere(house, 'u', 'github'));
    await house.client.removeConnection({ provider: 'facebook' });
    await expect
      .poll(() => other.heard.map(({ event }) => event))
      .toEqual(['connectionRemoved', 'receipt']);
    expect(own.heard).toEqual([]);
  });

  it.each([
    ['one that changed nothing', 'f'.repeat(32), 'callId: expected that of a call which changed'],
    ['what is none', 'f', 'callId: expected the callId of an answer, 32 hexadecimal digits'],
  ])('%s is refused', async (_what, callId, said) => {
    const { house } = await removeWhileDown();
    expect(await askAs(house, 'u', callId)).toMatchObject({
      errorCode: 400006,
      errorDetails: expect.stringContaining(said) as string,
    });
  });

  it('is nobody else’s, and no other site’s', async () => {
    const { house, callId } = await removeWhileDown();
    await house.signIn({ siteUID: 'v', providers: { github: { providerUID: 'v' } } });
    const refused = { errorCode: 400006 };
    await expect(house.client.getReceipt({ callId })).rejects.toMatchObject({ code: 400006 });
    expect(await askAs(house, 'v', callId)).toMatchObject(refused);
    const { house: elsewhere } = await removeWhileDown();
    expect(await askAs(elsewhere, undefined, callId)).toMatchObject(refused);
    expect(await house.post('socialize.getReceipt', { callId })).toMatchObject({
      errorCode: 403005,
    });
  });
});
