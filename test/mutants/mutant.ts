/** A defence taken away, and the test that must then fail. */
export interface Mutant {
  /** What is lost. */
  guard: string;
  /** File below `src/server`; `../browser/…` for pages. */
  file: string;
  /** Exact texts, each once in the file, and what stands there instead. */
  edits: readonly (readonly [from: string, to: string])[];
  /** Project, file and, where one suffices, title. */
  test: readonly [project: string, file: string, title?: string];
}

/** A row with one edit. */
export const mutant = (
  guard: string,
  file: string,
  from: string,
  to: string,
  ...test: [project: string, file: string, title?: string]
): Mutant => ({ guard, file, edits: [[from, to]], test });
