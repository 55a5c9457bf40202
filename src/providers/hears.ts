/** How far a fact about a provider can be relied on. */
export type Confidence = 'documented' | 'seen in code';

// What a provider says unasked, as rows of the provider table tell it. `{place}` in a text is filled from the
// message: `{body}`, `{header.<name>}` (`{header.<name>.<key>}` where it holds `key=value` pairs), `{query.<name>}`,
// `{path.key}` (the last part of the address), `{field.<path>}` of what was sent, `{setting.<name>}` of what the
// site has configured for the provider.

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

/** Security event tokens (RFC 8417), pushed as they are or in a JSON member. */
export interface SecurityEvents {
  kind: 'security-event';
  /** Member of the JSON body that holds the token; absent: the token is the body. */
  member?: string;
  /** Who signs, and with which keys; or the address of the document that says so. */
  signer: { issuer: string; jwksUri: string } | { configuration: string };
  /** By the last part of the event's type; other events are acknowledged and change nothing. */
  means: Readonly<Record<string, Meaning>>;
  /** Its tokens may have run out when they come: only their age is looked at. */
  ignoresExpiry?: true;
  status: 200 | 202;
  confidence: Confidence;
}

/**
 * One thing that a provider tells a site unasked, at `/inbound/<apiKey>/<provider>/<kind>`.
 *
 * @see providers.md sections 3 and 5
 */
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
  | SecurityEvents
  | Webhook;
