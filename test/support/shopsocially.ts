import { createSsmi } from '../../src/facade/ssmi.ts';
import { unlinkUser } from '../../src/facade/unlink-user.ts';
import { startHouse, type House, type SignIn } from './house.ts';

export type FetchThrough = Parameters<typeof startHouse>[1];

export const success = 'ssmi_user_unlink_success';
export const failure = 'ssmi_user_unlink_failure';
export const unlinked = { is_permissions_revoked: false, is_unlinked: true };
export const unknown = { is_permissions_revoked: false, is_unlinked: false };
export const failed = { reason: 'Error while Unlinking Social Login User', error: true };
export const missing = { reason: 'Email address missing', error: true };

export const abc: SignIn = {
  siteUID: 'abc',
  providers: { facebook: { providerUID: 'fb-abc', email: 'abc@gmail.com' } },
};

/** A page with both callbacks, on a house of its own, where abc is signed in. */
export const open = async (fetchThrough?: FetchThrough, person: SignIn | null = abc) => {
  const house = await startHouse({}, fetchThrough);
  if (person) await house.signIn(person);
  const calls: [string, object][] = [];
  const page: Record<string, unknown> = {
    [success]: (response: object) => calls.push([success, response]),
    [failure]: (response: object) => calls.push([failure, response]),
  };
  const events: string[] = [];
  house.client.on('connectionRemoved', ({ eventName }) => events.push(eventName));
  const ss_mi = createSsmi((email) => unlinkUser(() => house.client, email), page);
  return { house, page, calls, ss_mi, events };
};

export const linkedProviders = async (house: House): Promise<string[]> => {
  const { user } = await house.client.getUserInfo();
  return user.providers;
};

// All but the account rows, whose lock counts every look.
export const writtenRows = async (house: House) => {
  const { identities, login_ids, sessions, journal } = await house.rows();
  return { identities, login_ids, sessions, journal };
};

// What a backend answers that could take back every permission: our own answer with its grants done.
export const withGrantsDone: FetchThrough = async (request, next) => {
  const answer = (await (await next(request)).json()) as Record<string, unknown>;
  const steps = answer['receipt'] as { step: string }[] | undefined;
  const receipt = steps?.map((step) =>
    step.step === 'grant' ? { ...step, status: 'done' } : step,
  );
  const is_permissions_revoked = answer['is_unlinked'];
  return globalThis.Response.json({ ...answer, receipt, is_permissions_revoked });
};
