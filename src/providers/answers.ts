import type { RevokeAnswer } from './row.ts';

const error = (codes: string): string => String.raw`^[24]\d\d .*"error"\s*:\s*"(${codes})"`;

const mendCredentials =
  'the provider does not accept the credentials of this site: clientId or clientSecret is wrong, has run out or is not permitted';

/**
 * TABLE: what an answer means where the provider's row does not say. The first line that matches counts. What the site
 * itself can put right is not final: it waits.
 */
export const standardAnswers: readonly RevokeAnswer[] = [
  {
    when: String.raw`^(408|425|429|5\d\d) `,
    means: 'again',
    source: 'RFC 9110 sections 15.5.9 and 15.6; RFC 8470 section 5.2; RFC 6585 section 4',
  },
  {
    when: String.raw`^3\d\d `,
    means: 'mend',
    reason:
      'the provider redirects from this address, which is not followed: the address of `revoke` is wrong or has changed',
    source: 'RFC 9110 section 15.4',
  },
  {
    when: error('invalid_client|unauthorized_client'),
    means: 'mend',
    reason: mendCredentials,
    source: 'RFC 6749 section 5.2; RFC 7009 section 2.2.1',
  },
  {
    when: error('temporarily_unavailable|server_error|slow_down'),
    means: 'again',
    source: 'RFC 6749 section 4.1.2.1; RFC 8628 section 3.5',
  },
  // RFC 7009 has 200 for it; others say so. Of a token only: a dead token is no word on the permission.
  {
    when: error('invalid_token|invalid_grant'),
    means: 'already',
    source: 'RFC 6750 section 3.1; RFC 6749 section 5.2; RFC 7009 section 2.2',
  },
  {
    when: error('unsupported_token_type'),
    means: 'never',
    reason: 'the provider takes no tokens of this kind back',
    source: 'RFC 7009 section 2.2.1',
  },
  // Of a proxy, a portal or a sign-in form: whoever answers calls writes no pages.
  {
    when: String.raw`^2\d\d \ufeff?\s*<`,
    means: 'again',
    reason: 'a page came back in place of an answer',
    source: 'RFC 7009 section 2.2 knows no page',
  },
  { when: String.raw`^2\d\d .*"error"\s*:\s*"`, means: 'never', source: 'RFC 6749 section 5.2' },
  { when: String.raw`^2\d\d `, means: 'done', source: 'RFC 7009 section 2.2' },
  {
    when: '^(401|403|407) ',
    means: 'mend',
    reason: mendCredentials,
    source: 'RFC 9110 sections 15.5.2, 15.5.4 and 15.5.8',
  },
  {
    when: '^(404|405|410) ',
    means: 'mend',
    reason:
      'the provider finds nothing at this address: `revoke`, `tenant`, `issuer` or clientId of this site is wrong',
    source: 'RFC 9110 sections 15.5.5, 15.5.6 and 15.5.11',
  },
  { when: '', means: 'never', source: 'RFC 9110 section 15.5' },
];
