import type { FailureName } from '../core/codes.ts';

/** What an event of a vendor means for an account here. */
export type SourceMeaning = 'deleted' | 'changed';

/** What is known of a vendor whose accounts may come along: plain data, no code. */
export interface PeopleSource {
  /** The name people know. */
  name: string;
  /** Where its facts were read. */
  source: string;
  /** Address of a method, `{domain}` its data centre. */
  url: string;
  /** The data centre where nobody says. */
  domain: string;
  /** All accounts, page by page: what is asked for first, and what with a cursor. */
  search: {
    method: string;
    first: Readonly<Record<string, string>>;
    /** Parameter that takes the cursor of the page before. */
    cursor: string;
    /** Field of the answer that has the next one; absent on the last page. */
    next: string;
    results: string;
  };
  /** One account by its UID. */
  account: { method: string; parameters: Readonly<Record<string, string>> };
  /**
   * Failures, under the names they have here: what may be asked again later, beside every failure of a server; a site that is
   * elsewhere, and the field that says where; an account that is not there, beside every 404.
   */
  failures: {
    again: readonly FailureName[];
    elsewhere: FailureName;
    elsewhereDomain: string;
    unknown: readonly FailureName[];
  };
  /** What it signs for a site, messages and id tokens: their issuer, and the method that shows the keys. */
  tokens: {
    issuer: string;
    keys: { method: string; parameters: Readonly<Record<string, string>> };
  };
  /** Messages about accounts: a JWT in a header, whose subject is the SHA-256 of the body in base64url. */
  webhook: {
    header: string;
    events: Readonly<Record<string, SourceMeaning>>;
  };
}

/**
 * TABLE of vendors from which accounts come along, by the names of `outro import --from`.
 *
 * @see beside.md section 7; gigya-protocol sections 8, 9 and 11
 */
export const sources: Readonly<Record<string, PeopleSource>> = {
  // SAP Customer Data Cloud. Webhooks 2.0: the JWT has jti (the nonce), iat, exp a minute later, and the digest as sub.
  gigya: {
    name: 'Gigya',
    source: 'developers.gigya.com accounts.search REST, accounts.getJWTPublicKey REST, Webhooks',
    url: 'https://accounts.{domain}/{method}',
    domain: 'us1.gigya.com',
    search: {
      method: 'accounts.search',
      first: {
        query: 'SELECT * FROM accounts LIMIT 500',
        include: 'identities-all,loginIDs,profile,password,regSource',
        openCursor: 'true',
      },
      cursor: 'cursorId',
      next: 'nextCursorId',
      results: 'results',
    },
    account: {
      method: 'accounts.getAccountInfo',
      parameters: { include: 'identities-all,loginIDs,profile,password' },
    },
    failures: {
      again: ['apiRateLimitExceeded'],
      elsewhere: 'invalidDataCenter',
      elsewhereDomain: 'apiDomain',
      unknown: ['unauthorizedUser'],
    },
    tokens: {
      issuer: 'https://fidm.gigya.com/jwt/{apiKey}/',
      keys: { method: 'accounts.getJWTPublicKey', parameters: { V2: 'true' } },
    },
    webhook: {
      header: 'x-gigya-sig-jwt',
      events: {
        accountDeleted: 'deleted',
        accountCreated: 'changed',
        accountRegistered: 'changed',
        accountUpdated: 'changed',
        accountLoggedIn: 'changed',
      },
    },
  },
};

/** The row of a source; `undefined` when nobody knows it. */
export const sourceRow = (id: string): PeopleSource | undefined =>
  Object.hasOwn(sources, id) ? sources[id] : undefined;
