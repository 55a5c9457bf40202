/** How far a fact about a provider can be relied on. */
export type Confidence = 'documented' | 'seen in code';

// What a provider says unasked, as rows of the provider table tell it. `{place}` in a text is filled from the message:
// `{body}`, `{header.<name>}` (`{header.<name>.<key>}` where it holds `key=value` pairs), `{query.<name>}`, `{path.key}`
// (the last part of the address), `{field.<path>}` of what was sent, `{setting.<name>}` of the site's own settings.

/** What a message means for us: the person has taken the permission away there, or is signed out there. */
export type Meaning = 'removed' | 'signed-out';

/** How a message proves who sent it. */
export type Proof =
  /** HMAC-SHA256 of `text`, written `prefix` and digest. */
  | {
      by: 'hmac';
      key: string;
      /** The key is the MD5 of that text: Naver's rule. */
      keyDigest?: 'md5';
      text: string;
      prefix?: string;
      encoding: 'hex' | 'base64url';
      given: string;
    }
  /** Signature in hexadecimal; the key is 32 bytes in hexadecimal. */
  | { by: 'ed25519'; key: string; text: string; given: string }
  /** SHA-1 of the parts, sorted and joined: it does not cover the message itself. */
  | { by: 'sorted-sha1'; parts: readonly string[]; given: string }
  /** No signature: the message only shows that its sender knows a secret. */
  | { by: 'equal'; expected: string; given: string };

/** Texts to compare, filled, and the regular expression that the whole of each must match. */
export type Conditions = Readonly<Record<string, string>>;

/** One kind of event of a webhook, and what it means. */
export interface WebhookEvent {
  when: Conditions;
  means: Meaning;
  /** Path of the person's id in what was sent. */
  person: string;
  /** It is a list of them, perhaps absent. */
  many?: true;
  /** It is base64url of a 16-byte IV and AES-128-CBC, under the proof's key. */
  sealed?: true;
  /** When it happened: Unix seconds, or ISO 8601. A connection made later is not meant. */
  at?: string;
  /** A text of the message, and what it must be for the message to be for this site. */
  addressed?: readonly [given: string, expected: string];
}

/** A request to which the provider expects its own challenge in the answer. */
export interface Challenge {
  method: 'GET' | 'POST';
  when: Conditions;
  /** In place of the webhook's proof. */
  proof?: Proof;
  /** `{hmac}` is the HMAC-SHA256 in hexadecimal of this text, under the key of the webhook's proof. */
  hmacOf?: string;
  answer: { text: string } | { json: Readonly<Record<string, string>> };
}

/** A webhook of the provider's own kind, told as data. */
export interface Webhook {
  kind: 'webhook';
  methods: readonly ('GET' | 'POST')[];
  formats: readonly ('json' | 'form' | 'xml')[];
  proof: Proof;
  /** Unix seconds when it was sent; refused when that is more than 5 minutes off. */
  sentAt?: string;
  /** What tells this message from all others, in one spelling only; the same again changes nothing. */
  once?: string;
  challenge?: Challenge;
  /** Messages that tell of something, but in a form that is not read: refused, since "heard" would be false. */
  unreadable?: { when: Conditions; reason: string };
  events: readonly WebhookEvent[];
  /** What the provider takes for "heard". */
  answer: { status: 200 | 204; text?: string };
  confidence: Confidence;
}

/** Security event tokens (RFC 8417), pushed as they are or in a JSON member, or polled for. */
export interface SecurityEvents {
  kind: 'security-event';
  /** Member of the JSON body that holds the token; absent: the token is the body. */
  member?: string;
  /** Who signs, and with which keys; or the address of the document that says so, of which issuer where that is known. */
  signer: { issuer: string; jwksUri: string } | { configuration: string; issuer?: string };
  /** By the event's type, or the last part of it; other events are acknowledged and change nothing. */
  means: Readonly<Record<string, Meaning | { means: Meaning; when: Conditions }>>;
  isSharedSignal?: true;
  /** Its tokens may have run out when they come: only their age is looked at. */
  ignoresExpiry?: true;
  status: 200 | 202;
  confidence: Confidence;
}

/** One thing a provider tells a site unasked, at `/inbound/<apiKey>/<provider>/<kind>` (providers.md sections 3 and 5). */
export type Hears =
  /** OpenID Connect Back-Channel Logout 1.0. */
  | { kind: 'logout-token'; confidence: Confidence }
  /** OpenID Connect Front-Channel Logout 1.0, with issuer and session id. */
  | { kind: 'front-channel'; confidence: Confidence }
  /** A signed LogoutRequest of SAML 2.0, brought by the browser, which takes the answer back. */
  | { kind: 'saml'; confidence: Confidence }
  /** A `signed_request`: the person has removed the app, or asks for the data to be deleted as well. */
  | { kind: 'deauthorize'; confidence: Confidence }
  | { kind: 'data-deletion'; confidence: Confidence }
  | { kind: 'global-token-revocation'; confidence: Confidence }
  | SecurityEvents
  | Webhook;

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
  /** Its mark, a name of npm `simple-icons`; or outlines in its owner's colours, on a square of 48. Absent: its initial. */
  mark?: string | readonly (readonly [fill: string, outline: string])[];
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
