// The contract: shared seed 000_6d6736acbbef51f1.txt, "gigya-js-removeConnection", what comes back.
import type { ConnectionRemovedEvent, Response } from 'outro';
import { describe, expect, it } from 'vitest';
import { startHouse } from '../support/house.ts';
import { failureOf, two } from '../support/removal.ts';

describe('Response object data members', () => {
  it("errorCode '0' indicates success; operation; context is null if none was passed; user", async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two, userInfo: { nickname: 'Ada' } });
    const response = await house.client.removeConnection({ provider: 'facebook' });
    expect(response).toMatchObject({
      errorCode: 0,
      errorMessage: '',
      operation: 'removeConnection',
      context: null,
      status: 'OK',
      statusMessage: '',
      requestParams: { provider: 'facebook' },
    });
    expect(response.callId).toMatch(/^[0-9a-f]{32}$/);
    expect(response.user).toMatchObject({
      UID: 'u',
      nickname: 'Ada',
      email: '',
      isConnected: true,
    });
  });

  it('any other number indicates failure; errorMessage: a short textual description', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    let failed: Response | undefined;
    const callback = (response: Response): void => void (failed = response);
    await failureOf(house.client.removeConnection({ provider: 'github', callback }));
    expect(failed).toMatchObject({
      errorCode: 400106,
      errorMessage: 'Not connected',
      errorDetails: 'provider: the user is not connected to github',
      operation: 'removeConnection',
      context: null,
      status: 'FAIL',
    });
  });
});

describe('Global event triggered', () => {
  it('onConnectionRemoved: provider as passed and the updated user, before the callback, before the promise', async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const order: string[] = [];
    const events: ConnectionRemovedEvent[] = [];
    house.client.addEventHandlers({
      onConnectionRemoved: (event) => {
        order.push('event');
        events.push(event);
      },
    });
    const callback = (): void => void order.push('callback');
    const context = { mine: true };
    await house.client.removeConnection({ provider: 'facebook', callback, context });
    order.push('promise');
    expect(order).toEqual(['event', 'callback', 'promise']);
    expect(events).toMatchObject([
      { eventName: 'connectionRemoved', provider: 'facebook', isGlobal: true, user: { UID: 'u' } },
    ]);
    expect(events[0]?.context).toBe(context);
    expect(events[0]?.receipt.length).toBeGreaterThan(0);
  });

  it("one event with provider '' when all are removed, none when the removal is refused", async () => {
    const house = await startHouse();
    await house.signIn({ siteUID: 'u', providers: two });
    const seen: string[] = [];
    house.client.on('connectionRemoved', ({ provider }) => seen.push(provider));
    await failureOf(house.client.removeConnection({ provider: 'github' }));
    await failureOf(house.client.removeConnection({ lastIdentityHandling: 'fail' }));
    expect(seen).toEqual([]);
    await house.client.removeConnection();
    expect(seen).toEqual(['']);
  });
});
