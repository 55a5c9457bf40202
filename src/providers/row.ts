import type { Confidence, Hears } from './hears.ts';

/** What one kind of answer to a revocation means. */
export interface RevokeAnswer {
  /** Regular expression over `status body`, in any case, the body over several lines. */
  when: string;
  /**
   * `done`, or `already` before; `again`: nothing is known, and it is tried again; `mend`: the site has something to put
   * right, and it is tried again until then; `never`: no further attempt can succeed.
   */
  means: 'done' | 'already' | 'again' | 'mend' | 'never';
  /** What the receipt says of it, in words that the owner of the site understands; absent: the status alone. */
  reason?: string | undefined;
  /** Where that was read. */
  source?: string | undefined;
}

/**
 * How the backend takes a person's permission back: one request. Texts may hold `{accessToken}`,
 * `{refreshToken}`, `{token}` (the refresh token, else the access token), `{providerUid}`, `{clientId}`,
 * `{clientSecret}`, and `{tenant}`, which a site configures where the address differs per customer;
 * `{revocationEndpoint}` is what the discovery document of the configured issuer names.
 */
export interface RevokeRequest {
  by: 'request';
  method: 'POST' | 'DELETE' | 'GET';
  /** Always https. */
  url: string;
  /** `basic`: client id and secret; any other text is the whole header `Authorization`. */
  authorization?: 'basic' | (string & {}) | undefined;
  /** Form body, or JSON body, at most one of the two. */
  form?: Readonly<Record<string, string>> | undefined;
  json?: Readonly<Record<string, string>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** `grant`: the person's consent, so that the next sign-in asks again; `token`: a token only. */
  removes: 'grant' | 'token';
  /** Revoke the access token as well as the refresh token, where one does not take the other along. */
  eachToken?: true | undefined;
  /**
   * What its answers mean; the first that matches counts, and after them `standardAnswers`. Where one of these is
   * `done`, no other answer is.
   */
  answers?: readonly RevokeAnswer[] | undefined;
  confidence: Confidence;
}

/** The way a provider offers, or the written reason why there is none. */
export type Revoke =
  | RevokeRequest
  | {
      by: 'none';
      reason: string;
      /** Where the person can do it, if a site says so; a row says it in `connectedApps`. */
      url?: string | undefined;
    };

/**
 * One way to end a person's session at the provider. Texts may hold `{clientId}`, `{tenant}`, `{idToken}`,
 * `{accessToken}`, `{returnUrl}`, `{state}` and `{endSessionEndpoint}`, which the discovery document of the configured
 * issuer names; a parameter whose value is not known is left out, and a way that `needs` it is passed over.
 *
 * @see browser-logout.md; providers.md section 6
 */
export type Logout =
  /** A function of the provider's own script, on pages that have loaded it. */
  | {
      by: 'script';
      /** Dotted path from `window`. */
      call: string;
      /** It takes a callback, called when the provider has answered. */
      answers?: true | undefined;
      /** `site`: only what the script itself remembers on this site. */
      ends: 'provider-session' | 'site';
      reason: string;
      confidence: Confidence;
    }
  /** A logout page that may be loaded in a hidden frame; nobody can see what it did. */
  | { by: 'frame'; url: string; needs?: readonly string[] | undefined; confidence: Confidence }
  /** A logout page that comes back to `{returnUrl}`: in a small window, or in place of the page. */
  | {
      by: 'visit';
      url: string;
      parameters: Readonly<Record<string, string>>;
      /** Parameters go in a form body, where no log sees them; else in the address. */
      method: 'POST' | 'GET';
      /**
       * With `GET`: what makes the address longer than 6 kB may go as a form. Left out where a form of another site, which
       * brings no `SameSite` cookie, ends nothing; then the hint is left out.
       */
      longByForm?: true | undefined;
      needs?: readonly string[] | undefined;
      confidence: Confidence;
    }
  /** A signed LogoutRequest to the identity provider that the site has configured. */
  | { by: 'saml'; confidence: Confidence }
  /** A page of the provider where the person can do it; it does not come back. */
  | { by: 'link'; url: string; reason: string; confidence: Confidence }
  | { by: 'none'; reason: string };

/** A page of the provider, always https, as it stands: a person follows it. */
export interface ConnectedApps {
  url: string;
  confidence: Confidence;
}

/** What is known of one provider: plain data, no code. */
export interface ProviderRow {
  /** The name people know. */
  name: string;
  /** Other spellings that pages and libraries use, lower case. */
  aliases?: readonly string[];
  /** Whether people can still sign in there. */
  status:
    | 'alive'
    | 'renamed'
    | 'changed'
    | 'suspended'
    | 'ending'
    | 'ended'
    | 'presumed ended'
    | 'obsolete'
    | 'private'
    | 'unknown';
  /** Where its facts were read; those of a single way or call stand beside it. */
  source: string;
  /** How far that can be relied on; `unverified` only where the row claims nothing. */
  confidence: Confidence | 'unverified';
  /** The id under which the same network goes elsewhere; both then mean the same people. */
  sameAs?: string;
  /** Its identities are people at other networks, told apart by `subProvider`. */
  isAggregator?: true;
  /** How the person's session at the provider can be ended from a page of another site: in order of preference. */
  logout: readonly Logout[];
  /** How a permission is taken back; absent: nothing is known. */
  revoke?: Revoke;
  /** The provider's page where a person sees the connected sites and can remove one, whatever outro can do. */
  connectedApps?: ConnectedApps;
  /** What it tells a site unasked; absent: nothing that is known. */
  hears?: readonly Hears[];
}
