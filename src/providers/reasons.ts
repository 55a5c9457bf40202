// Why there is no way: shared by rows of many families, whose type says what each of these has to be.

/** The documentation names no way. */
export const noWayDocumented = {
  by: 'none',
  reason: 'the provider documents no way for another site to end its session',
} as const;

/** No way, as far as anybody has looked. */
export const noWayKnown = {
  by: 'none',
  reason: 'no way for another site to end this session is known to outro',
} as const;

/** What a link leaves to do. */
export const confirmedThere = 'the page there asks to confirm, and does not come back here';

/** What a link does where nothing is asked. */
export const signsOutThere = 'signs out there, and does not come back here';

/** No session at a service that has ended. */
export const endedLogout = [
  { by: 'none', reason: 'the service has ended; there is no session left to end' },
] as const;

/** No session that is known at a service that seems to have ended. */
export const goneLogout = [
  {
    by: 'none',
    reason: 'the service is presumed to have ended, and no way to end a session of it is known',
  },
] as const;

/** No logout in OpenID 2.0. */
export const withoutLogout = [
  { by: 'none', reason: 'OpenID 2.0 has no way to end a session' },
] as const;

/** No call, as far as anybody has looked. */
export const noCallKnown = {
  by: 'none',
  reason: 'no call that takes this permission back is known to outro',
} as const;

/** The documentation names no call. */
export const noCallOffered = {
  by: 'none',
  reason: 'the provider documents no call that takes a permission back',
} as const;

/** Why there is no call where people can do it themselves. */
export const byPersonOnly =
  'the provider has no call for this; the person can do it in the settings there';

/** No call at a service that has ended. */
export const serviceEnded = {
  by: 'none',
  reason: 'the service has ended; there is nobody left to ask',
} as const;

/** No call that is known at a service that seems to have ended. */
export const serviceGone = {
  by: 'none',
  reason: 'the service is presumed to have ended, and no call of it is known',
} as const;

/** No token in OpenID 2.0. */
export const withoutTokens = {
  by: 'none',
  reason: 'OpenID 2.0 gives a site no token, and has no call to take a permission back',
} as const;
