/** A test by its file below `test/` and (a part of) its title. */
export type Attack = readonly [file: string, title: string];

/**
 * TABLE: every line of design.md section 6, word for word, and the tests that attack what it promises. A test checks that
 * every named test exists, and that the section has no line that is not here.
 */
export const lines: Record<string, readonly Attack[]> = {
  'Origins allow-listed per site (exact match; custom schemes of apps too; credentials only then)':
    [
      ['contract/bad-input.test.ts', 'an origin that is not on the list'],
      ['security/origins.test.ts', 'is not one of this site’s, however much it looks like one'],
      ['unit/server/config/configuration.test.ts', '5.8 takes the origins of apps and extensions'],
      ['browser/security-cross-site.test.ts', 'fetch, with and without CORS, with credentials'],
    ],
  'state changes by POST only': [
    ['contract/bad-input.test.ts', 'a GET, which any page could cause'],
    [
      'security/jsonp.test.ts',
      'no method that changes anything, with a good session in the address',
    ],
    ['browser/security-cross-site.test.ts', 'images, scripts, styles, objects and frames'],
    ['spec/newspark-unlinkaccount-confirmation.test.ts', 'GET never changes anything'],
    ['contract/leave-ticket.test.ts', 'by GET, not even for its one purpose'],
  ],
  'body ≤ 64 KiB and ≤ 200 parameters, judged before any cryptography': [
    ['contract/bad-input.test.ts', 'a body over 64 KiB, announced or not'],
    ['contract/inbound-front-channel.test.ts', 'a body of more than 64 KiB is refused'],
    ['package/operations.test.ts', 'a body that is too long, in chunks without an end'],
    ['package/operations.test.ts', 'who sends too slowly is let go'],
    ['contract/requests.test.ts', '4.13 with more than 200 parameters'],
    ['contract/inbound-requests.test.ts', '4.13 of 11,000 parameters is refused unread'],
  ],
  'strict schema at the edge, unknown parameters never stored': [
    ['contract/hostile-values.test.ts', 'hostile values'],
    ['contract/hostile-values.test.ts', 'twice, as a list and as an object'],
    ['security/pollution.test.ts', 'comes near a name that narrows: refused, and never stored'],
    ['security/pollution.test.ts', 'JSON parameters with %s change no object'],
    ['security/fuzz.test.ts', 'requests at every door'],
  ],
  'signed parameter names are plain words': [
    ['contract/requests.test.ts', 'cut anew, so that two parameters become one unknown name'],
  ],
  'HMAC compare in constant time': [
    ['security/signatures.test.ts', 'a right signature in other clothes is refused'],
    ['security/constant-time.test.ts', 'no secret is compared character by character'],
    ['contract/signatures.test.ts', 'a signature of the session secret’s shape'],
  ],
  'nonce store with expiry': [
    ['security/signatures.test.ts', 'twenty copies at once: one is taken'],
    ['security/signatures.test.ts', 'not even when the nonce is forgotten'],
    ['contract/bad-input.test.ts', 'a nonce that was used before'],
  ],
  'timestamps ±180 s, inbound messages too': [
    ['contract/bad-input.test.ts', 'a timestamp more than 180 s away'],
    ['security/signatures.test.ts', 'clock: timestamp %j is refused though it is signed'],
    ['contract/clock.test.ts', 'a signed request counts once at an instance that is'],
    ['contract/inbound-logout-token.test.ts', '3.15 a token that is right'],
  ],
  'secret over plain http refused (403006)': [
    ['contract/authorization.test.ts', 'is enough over https, and nothing over http'],
    ['contract/authorization.test.ts', 'never in an address'],
    ['security/signatures.test.ts', 'a secret in an address is refused for reading too'],
    [
      'contract/authorization.test.ts',
      'a proxy that ends TLS is believed only where the operator says so',
    ],
    ['security/arrival.test.ts', '4.16 a secret over plain http is refused'],
  ],
  'provider tokens and id tokens encrypted at rest (AES-256-GCM, key id in the record, place bound unambiguously, rotation with re-sealing)':
    [
      ['unit/server/config/keyring.test.ts', 'opens what it sealed, in its own place only'],
      ['unit/server/config/keyring.test.ts', 'rotates: a new key in front seals'],
      ['security/secrets.test.ts', 'at rest: provider tokens sealed'],
    ],
  'session tokens, tickets and CSRF tokens stored hashed': [
    [
      'security/secrets.test.ts',
      'at rest: provider tokens sealed, session tokens and tickets hashed',
    ],
    ['security/stolen-tokens.test.ts', 'nothing stored is a token'],
    ['contract/leave-ticket.test.ts', 'nor does what is stored of it'],
  ],
  'no token, secret or e-mail in logs, URLs or error details': [
    ['security/secrets.test.ts', 'no refusal, no header and no log line has any of it'],
    ['security/secrets.test.ts', 'an exception of the database is logged without the values'],
    ['security/secrets.test.ts', 'a real failure of the real database'],
    ['security/secrets.test.ts', 'no token and no e-mail stands in an address that we make'],
    ['security/enumeration.test.ts', 'no refusal names a person, a token or what was sent as one'],
    ['contract/leave-hostile.test.ts', 'neither page nor log holds the token'],
    [
      'contract/inbound-front-channel.test.ts',
      'is logged without the part of the address that may be a secret',
    ],
  ],
  'rate limits that never stop a *proved* caller from leaving (403048)': [
    ['security/rate-limits.test.ts', 'failing signatures: after so many 403048'],
    ['security/rate-limits.test.ts', 'each kind counts for itself'],
    ['security/rate-limits.test.ts', '4.5 removal, logout and unlink with a session'],
    ['security/rate-limits.test.ts', '4.5 refusals of who has proved a signature are not counted'],
    ['security/rate-limits.test.ts', '4.5 125 images of any page'],
    ['security/rate-limits.test.ts', 'a session that has asked too much can leave all the same'],
    ['security/rate-limits.test.ts', 'made-up clients do not fill the memory'],
    ['security/rate-doors.test.ts', '/inbound'],
    ['security/rate-doors.test.ts', '4.16 /inbound/deletion'],
    ['security/rate-doors.test.ts', '4.16 /readyz'],
    ['security/rate-doors.test.ts', '4.16 the script'],
    ['contract/strangers.test.ts', '4.6 is counted by address'],
  ],
  'JSONP off by default, `/**/` prefix, `nosniff`, read-only methods plus logout with token in the query refused':
    [
      ['security/jsonp.test.ts', '%j is refused in JSON, and does not come back'],
      ['security/jsonp.test.ts', 'stands behind a comment, as script and nothing else'],
      ['security/jsonp.test.ts', 'what comes back stays data'],
      [
        'security/jsonp.test.ts',
        'no method that changes anything, with a good session in the address',
      ],
    ],
  'redirects allow-listed': [
    ['spec/newspark-unlinkaccount-hostile.test.ts', '%j is refused in a page'],
    [
      'contract/leave-hostile.test.ts',
      'with the return address "%s" is refused, and nobody leaves',
    ],
    [
      'contract/leave-hostile.test.ts',
      'carries a return address in its cookie, which is judged again at the end',
    ],
  ],
  '`Cache-Control: no-store` everywhere': [
    [
      'security/jsonp.test.ts',
      'every answer of every door says what it is, and that nobody may guess or keep it',
    ],
  ],
  'outbound calls to providers and webhooks: https only, time limits, no redirects followed, no private addresses except when configured for development':
    [
      ['security/private-addresses.test.ts', '%s is refused before anything is sent'],
      ['security/private-addresses.test.ts', '%s is not https'],
      [
        'security/private-addresses.test.ts',
        'a name that answers "outside" first and "inside" then is asked once',
      ],
      ['security/private-addresses.test.ts', 'a redirect is not followed'],
      [
        'security/private-addresses.test.ts',
        'a provider that never answers, or drips, is left at the limit',
      ],
      [
        'security/private-addresses.test.ts',
        'a removal whose provider’s issuer leads inside contacts nobody',
      ],
      [
        'contract/revocation.test.ts',
        'an address inside the house is refused unless development is configured',
      ],
      ['unit/server/outbound/discovery.test.ts', 'an issuer at %s, without being asked'],
    ],
  'messages from frames accepted only from the expected origin with the expected nonce': [
    [
      'browser/security-cross-site.test.ts',
      'forged messages, from frames, windows and the page itself',
    ],
    [
      'browser/security-cross-site.test.ts',
      'the frame that a provider gets at logout cannot leave with the page',
    ],
    ['security/constant-time.test.ts', 'no browser code listens to messages of windows at all'],
  ],
  'embedded data 0700': [
    ['package/embedded.test.ts', 'is made for its user alone, and so are those on the way to it'],
    ['package/embedded.test.ts', 'is closed to other users at the next start'],
  ],
  'a proxy chain is described, not guessed': [
    ['security/arrival.test.ts', '4.4 two proxies deep'],
    ['security/arrival.test.ts', 'what the client wrote itself helps nobody'],
    ['security/arrival.test.ts', '4.16 X-Forwarded-For by the peer %s'],
    ['unit/server/config/ip-address.test.ts', '4.4 all forms of an address are one'],
  ],
};

/** Lines that the script does not keep yet, so that no test can say it does; `security.md` promises neither. */
export const notYet = [
  'the script believes no named element of the page',
  "what a tag's integrity pins, pins every part",
];

/** What the issue asks for besides section 6. */
export const further: Record<string, readonly Attack[]> = {
  'CSRF from another origin (form, fetch, image, frame) in a real browser': [
    ['browser/security-cross-site.test.ts', 'a form by %s, in this window'],
    ['browser/security-cross-site.test.ts', 'fetch, with and without CORS'],
    ['browser/security-cross-site.test.ts', 'images, scripts, styles, objects and frames'],
    ['browser/security-cross-site.test.ts', 'no page of the backend shows itself in a frame'],
    ['browser/security-cross-site.test.ts', 'a made-up answer is not taken'],
  ],
  'enumeration by e-mail, uid, timing and error text': [
    ['security/enumeration.test.ts', 'by e-mail: of somebody else, and of nobody'],
    ['security/enumeration.test.ts', '%s by UID beside a session'],
    ['security/enumeration.test.ts', '%s by session token: ended, of another site, made up'],
    ['security/enumeration.test.ts', 'by leave ticket of this session'],
    ['security/enumeration.test.ts', 'by signature: a wrong one for somebody, and for nobody'],
    [
      'spec/shopsocially-unlink.test.ts',
      'the answers about the two cannot be told apart from outside',
    ],
  ],
  'session fixation': [
    ['security/session-fixation.test.ts', 'a sign-in never takes over a token that was given'],
    ['security/session-fixation.test.ts', 'each sign-in has a token of its own'],
  ],
  'theft of each token kind': [
    ['security/stolen-tokens.test.ts', 'opens what it is for, and nothing else anywhere'],
    ['security/stolen-tokens.test.ts', 'a leave ticket ends the session, and leaves identities'],
    ['security/stolen-tokens.test.ts', 'a trip token moves nobody’s session'],
    [
      'security/stolen-tokens.test.ts',
      'a CSRF token without the cookie of its session does nothing',
    ],
    ['security/stolen-tokens.test.ts', 'an idempotency key shows its answer to nobody'],
    ['security/stolen-tokens.test.ts', 'a user’s OAuth token is a session'],
  ],
  'XSS through every string that reaches the demo page or confirmation page': [
    ['browser/security-script.test.ts', 'pages of the backend: every parameter'],
    ['browser/security-script.test.ts', 'the demo: a person whose name is a script'],
  ],
  'signature malleability, replay, clock; parameter pollution, prototype pollution': [
    ['security/signatures.test.ts', 'a right signature in other clothes is refused'],
    [
      'security/pollution.test.ts',
      'the address of a POST says what the body may say, and nothing twice',
    ],
    ['security/pollution.test.ts', 'is refused, whichever somebody else would take'],
    ['security/pollution.test.ts', 'as the name of a method, a provider, a key'],
  ],
  'dependencies audited; the tarball has no install scripts; releases carry SRI hashes': [
    ['package/tarball.test.ts', 'runs no install script'],
    ['package/release.test.ts', 'no dependency of a user has a known hole'],
    ['package/release.test.ts', 'every browser file has its integrity value'],
  ],
};
