/** A person's session at a provider, as the sign-in that used it told of it. */
export interface ProviderSession {
  id: string;
  provider: string;
  providerUid: string;
  /** Issuer of the ID token that came with the sign-in. */
  issuer: string | undefined;
  /** The provider's own id of the session, from the ID token. */
  sid: string | undefined;
  /** Opens with `idTokenPlace`. */
  sealedIdToken: string | undefined;
  /** Our session that it opened. */
  session: string | undefined;
  /** When the provider told us, server to server, that it has ended. */
  endedAt: Date | undefined;
}

/** What an ID token is sealed to, so that it opens for no other row. */
export const idTokenPlace = (of: { site: string; provider: string; providerUid: string }): string =>
  `provider_sessions.id_token:${of.site} ${of.provider} ${of.providerUid}`;

/** One provider to visit on the way out. */
export interface TripStop {
  provider: string;
  providerUid: string;
  /** Row of `provider_sessions` that this visit is to end, if one is known. */
  providerSession: string | undefined;
  sealedIdToken: string | undefined;
  /** Row id of the account; its provider sessions may show that the provider told us of the end. */
  account: string;
  /** When the browser was sent there, and when it came back; ISO 8601, by the clock of the database. */
  leftAt?: string;
  returnedAt?: string;
  /** When the provider's own answer came: that the session has ended, or has not. */
  confirmedAt?: string;
  refusedAt?: string;
  /** When the browser was sent to ask whether the person is still signed in there, and when that came to an end. */
  probedAt?: string;
  probeEndedAt?: string;
  /** When the browser was sent there without the ID token, which made its address too long. */
  hintLeftOutAt?: string;
}

/** What is noted on a stop of a trip. */
export type StopNote =
  | 'leftAt'
  | 'returnedAt'
  | 'confirmedAt'
  | 'refusedAt'
  | 'probedAt'
  | 'probeEndedAt'
  | 'hintLeftOutAt';

/** A chain of visits to providers' logout pages, one after the other, that goes on where it stopped. */
export interface Trip {
  tokenHash: Uint8Array;
  site: string;
  callId: string;
  /** Origin of the page that left, where it has one: the only place the end of the trip may lead to. */
  origin: string | undefined;
  stops: TripStop[];
}
