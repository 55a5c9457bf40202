import type { Store } from '../exits/store.ts';
import type { Metrics } from './metrics.ts';

/** What orchestrators and monitors ask of one instance. */
export interface Health {
  /** Answers `/healthz`, `/readyz` and, where it is switched on, `/metrics`; `undefined` for any other path. */
  answer(path: string): Promise<Response> | undefined;
  /** Answers with the measures of this instance, whether `/metrics` is switched on or not. */
  metrics(): Promise<Response>;
  /** From now on this instance says that it is not ready. */
  close(): void;
}

// Milliseconds in which the database has to answer, and for which what it said counts: however many ask, it is asked once.
const patience = 2000;
const freshness = 1000;

const say = (text: string, status: number, type = 'text/plain; charset=utf-8'): Response =>
  new Response(text, {
    status,
    headers: {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });

/**
 * Makes the answers about the state of this instance.
 *
 * @param isPublic whether measures are shown to whoever asks for `/metrics`.
 * @see design.md section 8a; OpenMetrics 1.0
 */
export const createHealth = (store: Store, metrics: Metrics, isPublic: boolean): Health => {
  let isClosed = false;
  let looking: Promise<boolean> | undefined;
  const isReachable = async (): Promise<boolean> => {
    const late = new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), patience).unref();
    });
    // Nobody has this id: one look at an index.
    looking ??= store.people
      .read({ site: '', uid: '' })
      .then(
        () => true,
        () => false,
      )
      .finally(() => setTimeout(() => (looking = undefined), freshness).unref());
    return Promise.race([looking, late]);
  };
  const readiness = async (): Promise<Response> => {
    if (isClosed) return say('shutting down\n', 503);
    return (await isReachable()) ? say('ready\n', 200) : say('the store does not answer\n', 503);
  };
  const readMetrics = async (): Promise<Response> => {
    try {
      const { text, type } = await metrics.read();
      return say(text, 200, type);
    } catch (error) {
      return say(`${(error as Error).message}\n`, 501);
    }
  };
  return {
    answer(path) {
      if (path === '/healthz') return Promise.resolve(say('alive\n', 200));
      if (path === '/readyz') return readiness();
      return path === '/metrics' && isPublic ? readMetrics() : undefined;
    },
    metrics: readMetrics,
    close() {
      isClosed = true;
    },
  };
};
