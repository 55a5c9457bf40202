/** How many texts of a kind are sealed with a key. */
export interface SealedCount {
  kind: string;
  key: string;
  count: number;
}

/** A sealed text, and what its place is made of. */
export interface SealedText {
  kind: string;
  id: string;
  sealed: string;
  site: string;
  provider: string;
  subProvider: string;
  providerUid: string;
  callId: string;
}

/** Sealed texts of a port, as the rotation of a key needs them. */
export interface SealedTexts {
  /** What is sealed with which key. */
  countSealed(): Promise<SealedCount[]>;
  /** Texts that are sealed with one of these keys, at most so many of a kind. */
  listSealed(keys: string[], limit: number): Promise<SealedText[]>;
  /**
   * Writes texts that are sealed anew in place of those that were read, where they are still there.
   *
   * @returns how many.
   */
  reseal(texts: { kind: string; id: string; sealed: string; again: string }[]): Promise<number>;
}
