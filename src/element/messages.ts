/**
 * TABLE of everything that `<outro-connections>` says, in English. `{provider}`, `{account}`, `{reason}`, `{ways}`,
 * `{additions}`, `{thing}` and `{time}` stand for what their names say, where the sentence is about one.
 * `did.<step>.<status>` is a step of a receipt, `will.…` the same before it happens, and without either word it is said
 * both times. A pair that has none is not foretold, and afterwards takes `did.<status>` about `thing.<step>`.
 *
 * @see design.md section 3
 */
export const english = {
  label: 'Connected accounts',
  close: 'Close',
  loading: 'Loading your connected accounts …',
  empty: 'No accounts are connected.',
  signedOut: 'You are not signed in.',
  notLoaded: 'Your connected accounts could not be loaded. {reason}',
  retry: 'Try again',
  current: 'You signed in with it this time.',

  disconnect: 'Disconnect',
  everything: 'all accounts',
  disconnectNamed: 'Disconnect {account}',
  refused: 'It cannot be disconnected now.',
  'refused.last': 'It is the last way into your account. To disconnect it, first add {additions}.',
  'refused.recent-login': 'To disconnect it, sign in again first.',
  'add.password': 'a password',
  'add.passkey': 'a passkey',
  'add.code': 'sign-in by code',
  'add.another-identity': 'another connected account',

  confirm: 'Disconnect {account}?',
  cancel: 'Keep',
  'will.identity.done': '{provider} will no longer be connected to your account.',
  'will.identity.kept':
    'Signing in with {provider} will still open this account, because it is the last way in.',
  'will.data.done': 'The profile data stored from {provider} will be deleted.',
  'will.grant.pending': '{provider} will be asked to take back the permission you gave.',
  'grant.needs-user': 'Only you can take back the permission that you gave at {provider}.',
  'grant.unsupported':
    'The permission that you gave stays listed at {provider}: there is no way to end it from here.',
  'will.token.pending': '{provider} will be asked to end the access that it gave.',
  'token.unsupported': 'The access that {provider} gave: there is no way to end it from here.',
  'will.login-id.done': 'The e-mail address or user name that came with it will be removed.',
  'login-id.kept': 'The e-mail address or user name that came with it stays.',
  'will.sessions.done': 'Other sessions that were opened with it will end.',
  'session.kept': 'You stay signed in here.',
  waysLeft: 'You will then be able to sign in with {ways}.',
  noWayLeft: 'You will have no way to sign in to this account any more.',
  'way.password': 'your password',
  'way.passkey': 'your passkey',
  'way.code': 'a code',

  busy: 'Disconnecting {account} …',
  notRemoved: 'Not disconnected. {reason}',
  unknown: 'It is not known whether that was disconnected. {reason}',
  removedElsewhere: 'Disconnected elsewhere: {account}.',
  'reason.networkError': 'The service could not be reached.',
  'reason.requestTimeout': 'The service did not answer in time.',
  'reason.unauthorizedUser': 'You are not signed in any more.',
  'reason.operationNotAllowed': 'It is the last way into your account.',
  'reason.pendingRecentLogin': 'Sign in again first.',
  'reason.notConnected': 'It was not connected any more.',
  reason: 'Something went wrong.',

  receipt: 'What is over now, and what is not',
  link: 'Go to {provider} (opens in a new window)',
  next: 'Next try: {time}.',
  'did.identity.done': '{provider} is no longer connected to your account.',
  'did.identity.kept':
    'Signing in with {provider} still opens this account, because it was the last way in.',
  'did.data.done': 'The profile data stored from {provider} is deleted.',
  'did.grant.done': '{provider} has taken back the permission you gave.',
  'did.grant.pending': '{provider} has not taken back the permission you gave yet.',
  'did.provider-session.done': 'You are signed out at {provider}.',
  'did.provider-session.asked':
    '{provider} was asked to sign you out here; whether it did cannot be seen.',
  'did.provider-session.blocked':
    'You may still be signed in at {provider}: your browser did not allow it.',
  'did.provider-session.needs-user':
    'You may still be signed in at {provider}: only you can end it.',
  'did.provider-session.unsupported':
    'You may still be signed in at {provider}: there is no way to sign you out from here.',

  'did.done': '{thing}: ended.',
  'did.already': '{thing}: ended before.',
  'did.kept': '{thing}: stays.',
  'did.asked': '{thing}: asked to end; whether it did cannot be seen.',
  'did.pending': '{thing}: not ended yet.',
  'did.blocked': '{thing}: not ended, your browser did not allow it.',
  'did.needs-user': '{thing}: only you can end it.',
  'did.unsupported': '{thing}: there is no way to end it from here.',
  'did.failed': '{thing}: could not be ended.',
  'thing.session': 'Your session here',
  'thing.sessions': 'Your other sessions that were opened with it',
  'thing.site-session': 'Your session',
  'thing.identity': 'The connection to {provider}',
  'thing.login-id': 'The e-mail address or user name that came with it',
  'thing.data': 'The profile data stored from {provider}',
  'thing.grant': 'The permission that you gave at {provider}',
  'thing.token': 'The access that {provider} gave',
  'thing.provider-session': 'Your session at {provider}',
};

/** What a page may say instead: any key of the table, and `provider.<id>` for the name of a provider. */
export type Messages = { [Key in keyof typeof english | `provider.${string}`]?: string };
