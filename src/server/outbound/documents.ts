// Milliseconds: how long an answer may take, and how long a good and a bad one are kept.
const limit = 5000;
const goodTime = 600_000;
const badTime = 30_000;

/** The way out, as far as a document needs it. */
type Ask = (
  url: string,
  init: { headers: Record<string, string> },
  limit: number,
) => Promise<{ status: number; body: string }>;

/** A document of somebody else's. */
interface Source {
  /** What it is kept by, and what `parse` is told. */
  name: string;
  url: string;
  /** What it is, in words. */
  what: string;
}

/**
 * Makes the function that reads documents which others publish about themselves: through the guarded way out, kept for 10
 * minutes when good and 30 seconds when not, asked for once however many wait.
 *
 * @param parse reads the document of that name; what it throws says what was expected.
 * @returns a function that rejects with an Error which names the document and what was expected of it; `wait` is how many
 *   milliseconds this caller waits for it, at most 5000, and it is kept for the next one.
 */
export const keepDocuments = <Content>(
  outbound: Ask,
  parse: (name: string, body: string) => Content,
): ((source: Source, wait?: number) => Promise<Content>) => {
  const kept = new Map<string, { until: number; found: Promise<Content> }>();
  const ask = async ({ name, url, what }: Source): Promise<Content> => {
    try {
      const headers = { Accept: 'application/json', 'User-Agent': 'outro' };
      const { status, body } = await outbound(url, { headers }, limit);
      if (status !== 200) throw new Error(`expected status 200, got ${status}`);
      return parse(name, body);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${what}: ${reason}`, { cause });
    }
  };
  const find = (source: Source): Promise<Content> => {
    const known = kept.get(source.name);
    if (known && known.until > Date.now()) return known.found;
    const entry = { until: Date.now() + goodTime, found: ask(source) };
    entry.found.catch(() => {
      entry.until = Date.now() + badTime;
    });
    kept.set(source.name, entry);
    return entry.found;
  };
  return (source, wait = limit) => {
    const late = new Promise<never>((_, reject) => {
      const refuse = () => reject(new Error(`${source.what}: too late`));
      AbortSignal.timeout(wait).addEventListener('abort', refuse);
    });
    return Promise.race([find(source), late]);
  };
};
