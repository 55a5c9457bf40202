/** The mark of a provider: outlines on a square of so many units; a fill of `''` is the colour of the text. */
export interface Mark {
  box: number;
  paths: (readonly [fill: string, outline: string])[];
}

/**
 * TABLE of marks by provider, each a file of its own that bundlers split off. The build fills it in, from the provider
 * table and npm `simple-icons`.
 */
export const marks: Readonly<Record<string, () => Promise<{ mark: Mark }>>> = {};
