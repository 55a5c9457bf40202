// The contract: shared seed 004_265ec890d621f30f.txt, "shopsocially-unlink".
import { createClient, type Response } from 'outro';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSsmi } from '../../src/facade/ssmi.ts';
import { unlinkUser } from '../../src/facade/unlink-user.ts';
import type { SignIn } from '../support/house.ts';
import {
  type FetchThrough,
  success,
  failure,
  unlinked,
  unknown,
  failed,
  missing,
  abc,
  open,
  linkedProviders,
  writtenRows,
  withGrantsDone,
} from '../support/shopsocially.ts';
import { answerTo } from '../support/echoing.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('ssmi_unlink_user(email)', () => {
  it('This API is used to unlink a user from the currently signed social network', async () => {
    const linkedin = { providerUID: 'li-abc', email: 'other@gmail.com' };
    const { house, ss_mi } = await open(undefined, { ...abc, providers: { linkedin } });
    await house.signIn(abc);
    expect(await linkedProviders(house)).toEqual(['linkedin', 'facebook']);
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    // Signed in with Facebook, so that one goes, and the other stays.
    expect(await linkedProviders(house)).toEqual(['linkedin']);
  });

  it('and it also revokes app permissions from the respective social network: where the site gave it what that takes', async () => {
    const { house, ss_mi } = await open();
    const answered = vi.spyOn(house.client, 'unlink');
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toEqual(unlinked);
    const [settled] = answered.mock.settledResults as { value: Response }[];
    const grants = settled?.value.receipt.filter(({ step }) => step === 'grant');
    expect(grants).toMatchObject([{ provider: 'facebook', status: 'unsupported' }]);
  });

  it('Request Parameter email: This is the email address of the user to be unlinked', async () => {
    const { house, ss_mi } = await open();
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    const body = new URLSearchParams(await house.requests[0]?.text());
    expect(house.requests[0]?.url).toMatch(/\/socialize\.unlink$/);
    expect(body.get('email')).toBe('abc@gmail.com');
  });

  it.each(['  abc@gmail.com ', 'ABC@Gmail.com', 'abc@gmail.com\n'])(
    'the same address written as %j',
    async (email) => {
      const { house, ss_mi } = await open();
      expect(await ss_mi.ssmi_unlink_user(email)).toEqual(unlinked);
      expect(await linkedProviders(house)).toEqual([]);
    },
  );

  it('fires connectionRemoved once for a real unlink, before the callback', async () => {
    const { page, ss_mi, events } = await open();
    page[success] = () => events.push('callback');
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(events).toEqual(['connectionRemoved', 'callback']);
  });
});

describe('ssmi_user_unlink_success(response)', () => {
  it('This is the success callback method of the API call. The response object is passed as argument', async () => {
    const { calls, ss_mi } = await open();
    const response = await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(calls).toEqual([[success, unlinked]]);
    expect(calls[0]?.[1]).toBe(response);
  });

  it('is_unlinked: True if user exists for unlink', async () => {
    const { ss_mi } = await open();
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toHaveProperty('is_unlinked', true);
    // Gone before: a second call has nothing to unlink.
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toEqual(unknown);
  });

  const neighbour: SignIn = {
    siteUID: 'neighbour',
    providers: { facebook: { providerUID: 'fb-neighbour', email: 'neighbour@gmail.com' } },
    elsewhere: true,
  };
  const others = [
    ['an e-mail that nobody has', 'xyz@gmail.com'],
    ["somebody else's e-mail", 'neighbour@gmail.com'],
  ] as const;

  it.each(others)(
    'is_unlinked: False if user does not exist for unlink: %s; nothing changes',
    async (_, email) => {
      const { house, calls, ss_mi } = await open();
      await house.signIn(neighbour);
      const before = await writtenRows(house);
      await ss_mi.ssmi_unlink_user(email);
      expect(calls).toEqual([[success, unknown]]);
      expect(await writtenRows(house)).toEqual(before);
    },
  );

  it.each(others)('is_unlinked: False: no event fires: %s', async (_, email) => {
    const { house, ss_mi, events } = await open();
    await house.signIn(neighbour);
    await ss_mi.ssmi_unlink_user(email);
    expect(events).toEqual([]);
  });

  it('the answers about the two cannot be told apart from outside', async () => {
    const { house } = await open(undefined, neighbour);
    const { cookieValue } = await house.signIn(abc);
    const ask = async (email: string) => {
      const params = { login_token: String(cookieValue), email };
      return { ...(await house.post('socialize.unlink', params)), callId: '', time: '' };
    };
    const [nobody, somebody] = others;
    expect(await ask(nobody[1])).toEqual(await ask(somebody[1]));
  });

  it('is_unlinked: False when nobody is signed in, or the session is over; no event', async () => {
    const { house, calls, ss_mi, events } = await open(undefined, null);
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(house.requests).toHaveLength(0);
    house.window.document.cookie = `glt_${house.apiKey}=over; path=/`;
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(house.requests).toHaveLength(1);
    expect(calls).toEqual([
      [success, unknown],
      [success, unknown],
    ]);
    expect(events).toEqual([]);
  });

  it('is_permissions_revoked: True if app permissions are revoked', async () => {
    const { ss_mi } = await open(withGrantsDone);
    const response = await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(response).toEqual({ is_permissions_revoked: true, is_unlinked: true });
  });

  it('is_permissions_revoked: and false if not', async () => {
    const { ss_mi } = await open();
    const response = await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(response).toEqual({ is_permissions_revoked: false, is_unlinked: true });
  });

  it('This field will always be false if is_unlinked is false, whatever a backend says', async () => {
    const claim = { errorCode: 0, is_unlinked: false, is_permissions_revoked: true };
    const { ss_mi } = await open((request) => answerTo(request, claim));
    expect(await ss_mi.ssmi_unlink_user('abc@gmail.com')).toEqual(unknown);
  });
});

describe('ssmi_user_unlink_failure(response)', () => {
  const down: [string, FetchThrough][] = [
    ['cannot be reached', () => Promise.reject(new TypeError('connection refused'))],
    ['answers 500', async () => globalThis.Response.json({ errorCode: 500001 }, { status: 500 })],
    [
      'answers garbage',
      async () => new globalThis.Response('<html>Bad gateway</html>', { status: 502 }),
    ],
    ['does not say whether it unlinked', (request) => answerTo(request, { errorCode: 0 })],
  ];

  it.each(down)(
    'This is the failure callback method of the API call: the service %s',
    async (_, fetchThrough) => {
      const { calls, ss_mi } = await open(fetchThrough);
      const response = await ss_mi.ssmi_unlink_user('abc@gmail.com');
      expect(calls).toEqual([[failure, failed]]);
      expect(calls[0]?.[1]).toBe(response);
    },
  );

  it('error: Set to true when there is a failure in unlinking user: the service hangs', async () => {
    const { house, page, calls } = await open();
    const client = createClient({
      apiKey: house.apiKey,
      apiDomain: 'outro.example',
      timeout: 50,
      fetch: () => new Promise(() => {}),
      document: house.window.document as unknown as Document,
    });
    await createSsmi((email) => unlinkUser(() => client, email), page).ssmi_unlink_user(
      'abc@gmail.com',
    );
    expect(calls).toEqual([[failure, failed]]);
  });

  it('error: a page without a key fails at the call, not before', async () => {
    const { page, calls } = await open();
    const ss_mi = createSsmi(
      (email) => unlinkUser(() => createClient({ apiKey: '', apiDomain: '' }), email),
      page,
    );
    await ss_mi.ssmi_unlink_user('abc@gmail.com');
    expect(calls).toEqual([[failure, failed]]);
  });

  it.each([undefined, null, '', '  ', '\t\n', 5, {}])(
    'error: Also true when no email is passed; reason: Email address missing: %j',
    async (email) => {
      const { house, calls, ss_mi } = await open();
      await ss_mi.ssmi_unlink_user(email as string);
      expect(calls).toEqual([[failure, missing]]);
      expect(house.requests).toHaveLength(0);
    },
  );

  it('reason: Processing Eroor, in the words of scenario 3: an e-mail too long to be one', async () => {
    const { calls, ss_mi } = await open();
    await ss_mi.ssmi_unlink_user(`${'a'.repeat(300)}@gmail.com`);
    expect(calls).toEqual([[failure, failed]]);
  });
});
