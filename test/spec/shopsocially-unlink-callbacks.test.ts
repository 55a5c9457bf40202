// The contract: shared seed 004_265ec890d621f30f.txt, "shopsocially-unlink".
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  success,
  failure,
  unlinked,
  unknown,
  missing,
  abc,
  open,
  withGrantsDone,
} from '../support/shopsocially.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Example: both callbacks are global functions of the page', () => {
  it('defined after the call, as in the sample', async () => {
    const { page, calls, ss_mi } = await open();
    const { [success]: onSuccess, [failure]: onFailure } = page;
    delete page[success];
    delete page[failure];
    const response = ss_mi.ssmi_unlink_user('abc@gmail.com');
    page[success] = onSuccess;
    await response;
    // Needs no request; a later script of the page still has time to define its function.
    const refused = ss_mi.ssmi_unlink_user('');
    await new Promise((resolve) => process.nextTick(resolve));
    page[failure] = onFailure;
    await refused;
    expect(calls).toEqual([
      [success, unlinked],
      [failure, missing],
    ]);
  });

  it('never called before the call has returned, not even when no request is needed', async () => {
    const { calls, ss_mi } = await open();
    const responses = [ss_mi.ssmi_unlink_user(''), ss_mi.ssmi_unlink_user('abc@gmail.com')];
    expect(calls).toEqual([]);
    await Promise.all(responses);
    expect(calls).toHaveLength(2);
  });

  it('absent: nothing happens, and the promise still has the answer', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { page, ss_mi } = await open();
    delete page[success];
    delete page[failure];
    expect(await ss_mi.ssmi_unlink_user('')).toEqual(missing);
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toEqual(unlinked);
    expect(log).not.toHaveBeenCalled();
  });

  it('throwing: logged, called once, and the other is not called instead', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { page, calls, ss_mi } = await open();
    const broken = vi.fn(() => {
      throw new Error('bad callback');
    });
    page[success] = broken;
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toEqual(unlinked);
    expect(broken).toHaveBeenCalledOnce();
    expect(log).toHaveBeenCalledOnce();
    expect(calls).toEqual([]);
  });
});

describe('Below are the scenarios and the corresponding API response', () => {
  it('1) User exists and if API call succeeds and user is unlinked successfully', async () => {
    const { calls, ss_mi } = await open(withGrantsDone);
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(calls).toStrictEqual([[success, { is_permissions_revoked: true, is_unlinked: true }]]);
  });

  it('2) User does not exist and if API call succeeds', async () => {
    const { calls, ss_mi } = await open();
    await ss_mi.ssmi_unlink_user('xyz@gmail.com');
    expect(calls).toStrictEqual([[success, { is_permissions_revoked: false, is_unlinked: false }]]);
  });

  it('3) If API call fails', async () => {
    const { calls, ss_mi } = await open(
      async () => new globalThis.Response('down', { status: 503 }),
    );
    await ss_mi.ssmi_unlink_user('xyz@gmail.com');
    expect(calls).toStrictEqual([
      [failure, { reason: 'Error while Unlinking Social Login User', error: true }],
    ]);
  });
});

describe('a signed server, by e-mail', () => {
  it('may name anybody of its site; an unknown e-mail gets the answer of scenario 2', async () => {
    const email = 'abc@gmail.com';
    // Without a session only a login id names one person; an e-mail in a profile may be many people's.
    const loginIDs = [{ value: email, provider: 'facebook' }];
    const { house } = await open(undefined, { ...abc, loginIDs });
    const answer = await house.signed('socialize.unlink', { email });
    expect(answer).toMatchObject({ errorCode: 0, ...unlinked });
    const { identities } = await house.rows();
    expect(identities).toMatchObject([{ provider: 'facebook', state: 'mapping' }]);
    const nobody = await house.signed('socialize.unlink', { email: 'xyz@gmail.com' });
    expect(nobody).toMatchObject({ errorCode: 0, ...unknown });
  });
});
