/** What is known of a person, under the names of the wire; at most 1000 characters each. */
export type Profile = Partial<
  Record<
    'nickname' | 'firstName' | 'lastName' | 'email' | 'photoURL' | 'thumbnailURL',
    string | undefined
  >
>;

/** What is known of a person from a provider. */
export interface IdentityProfile extends Profile {
  /** What it calls the person towards other applications, by the key of the site that each is of: some have ids for each. */
  mappedProviderUIDs?: { providerUID: string; apiKey?: string | undefined }[] | undefined;
}

/**
 * An identity as it travels: the person at one provider.
 *
 * @see gigya-protocol section 7, "The Identity object"
 */
export interface WireIdentity extends IdentityProfile {
  provider: string;
  /** Network behind an aggregator such as Janrain; absent elsewhere. */
  subProvider?: string;
  providerUID: string;
  /** With `signIDs`: HMAC-SHA1 of `timestamp_provider_providerUID` with the site's secret, base64. */
  providerUIDSig?: string;
  /** Opened the present session. */
  isLoginIdentity: boolean;
  /** May be used to sign in; false for a mere connection. */
  allowsLogin: boolean;
  /** Unix seconds. */
  lastLoginTime?: number;
}

/**
 * The user as it travels; fields without data are left out.
 *
 * @see gigya-protocol section 6, "The User object"
 */
export interface WireUser extends Profile {
  UID: string;
  isSiteUID?: boolean;
  isSiteUser?: boolean;
  isLoggedIn?: boolean;
  isConnected?: boolean;
  loginProvider?: string;
  loginProviderUID?: string;
  /** With `signIDs`: HMAC-SHA1 of `timestamp_UID` with the site's secret, base64. */
  UIDSignature?: string;
  /** Unix seconds, as text. */
  signatureTimestamp?: string;
  /** Comma list, such as `Login, Friends`. */
  capabilities?: string;
  /** Connected providers, comma separated. */
  providers?: string;
  identities?: WireIdentity[];
}
