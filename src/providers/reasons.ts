import type { Logout, Revoke } from './row.ts';

/** The documentation names no way. */
export const noWayDocumented: Logout = {
  by: 'none',
  reason: 'the provider documents no way for another site to end its session',
};

/** No way, as far as anybody has looked. */
export const noWayKnown: Logout = {
  by: 'none',
  reason: 'no way for another site to end this session is known to outro',
};

/** What a link leaves to do. */
export const confirmedThere = 'the page there asks to confirm, and does not come back here';

/** What a link does where nothing is asked. */
export const signsOutThere = 'signs out there, and does not come back here';

/** No session at a service that has ended. */
export const endedLogout: readonly Logout[] = [
  { by: 'none', reason: 'the service has ended; there is no session left to end' },
];

/** No session that is known at a service that seems to have ended. */
export const goneLogout: readonly Logout[] = [
  {
    by: 'none',
    reason: 'the service is presumed to have ended, and no way to end a session of it is known',
  },
];

/** No logout in OpenID 2.0. */
export const withoutLogout: readonly Logout[] = [
  { by: 'none', reason: 'OpenID 2.0 has no way to end a session' },
];

/** No call, as far as anybody has looked. */
export const noCallKnown: Revoke = {
  by: 'none',
  reason: 'no call that takes this permission back is known to outro',
};

/** The documentation names no call. */
export const noCallOffered: Revoke = {
  by: 'none',
  reason: 'the provider documents no call that takes a permission back',
};

/** Why there is no call where people can do it themselves. */
export const byPersonOnly =
  'the provider has no call for this; the person can do it in the settings there';

/** No call at a service that has ended. */
export const serviceEnded: Revoke = {
  by: 'none',
  reason: 'the service has ended; there is nobody left to ask',
};

/** No call that is known at a service that seems to have ended. */
export const serviceGone: Revoke = {
  by: 'none',
  reason: 'the service is presumed to have ended, and no call of it is known',
};

/** No token in OpenID 2.0. */
export const withoutTokens: Revoke = {
  by: 'none',
  reason: 'OpenID 2.0 gives a site no token, and has no call to take a permission back',
};
