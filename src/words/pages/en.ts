/**
 * TABLE of what the backend's own pages say besides `words`, in English; no page of a site loads it. `{site}` is the
 * name of the site. What `words` says of keys and placeholders is true here too.
 */
export const words = {
  'page.back': 'Back to {site}',
  'page.details': 'For whoever runs this site',

  'page.some': 'Disconnect these accounts?',
  'page.again':
    'Nothing was disconnected, because this page was too old or had been used before. Confirm once more.',

  'page.going': 'Signing out at {provider}',
  'page.go': 'Go on to {provider}',
  'page.now': 'Now',
  'page.next': 'Next',
  'page.visited': 'Visited',
  'page.skipped': 'Not finished',
  'page.out': 'You are signed out elsewhere.',
  'page.asked': 'We asked for you to be signed out elsewhere.',
  'page.maybe': 'You may still be signed in elsewhere.',
  'page.close': 'You can close this window.',
  'page.none': 'This sign-out is no longer under way.',
  'page.none.why':
    'It has to be finished within 15 minutes. If you are not sure that you are signed out, sign out again.',
  'page.paused': 'Go back to where you began.',
  'page.paused.why':
    'Your sign-out does not go on in this browser. Open the page at which you began once more, in the browser that you began with.',

  'page.deletion': 'Deletion of your data',
  'page.deletion.asked': 'You asked for this at {provider}.',
  'page.deletion.answered': 'Answered: {time}',
  'page.deletion.nothing': 'We hold nothing that came from {provider}.',
  'page.deletion.code': 'Confirmation code',
  'page.unknown': 'We do not know this code.',
  'page.unknown.why':
    'Check that it is complete. We keep a request only for some time after we have answered it.',

  'page.link': 'This link does not work.',
  'page.link.why': 'The page that led here made a mistake. Nothing was changed.',
  'page.often': 'This was tried too often.',
  'page.often.why': 'Wait a minute, then try again.',
  'page.fault.why': 'Try again in a few minutes.',
};
