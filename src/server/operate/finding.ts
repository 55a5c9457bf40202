/** One thing that was looked at. */
export interface Finding {
  /** `fault`: something does not work; `warning`: something may not; `note`: something to copy or to know. */
  level: 'fine' | 'note' | 'warning' | 'fault';
  /** What was looked at: `database`, `site KEY`, `provider NAME of KEY`. */
  about: string;
  found: string;
  /** What to do about it. */
  advice?: string;
}

/** Milliseconds that others have to answer in. */
export const limit = 5000;

/** An error with what was underneath. */
export const wordsOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${cause.message}`
    : message;
};
