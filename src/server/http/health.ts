import type { LogEntry } from '../caller/context.ts';
import type { Store } from '../exits/store.ts';

/** What orchestrators and monitors ask of one instance. */
export interface Health {
  /** Answers `/healthz`, `/readyz` and, where it is switched on, `/metrics`; `undefined` for any other path. */
  answer(path: string): Promise<Response> | undefined;
  /** Counts an answered request. */
  note(entry: LogEntry): void;
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

/** Routes and codes are few and ours, so the series are too. */
const writeMetrics = (requests: Map<string, { count: number; seconds: number }>): string => {
  const rows = [...requests].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [
    '# TYPE outro_requests counter',
    '# HELP outro_requests Answered requests by route and by error code or status.',
    ...rows.map(([labels, { count }]) => `outro_requests_total{${labels}} ${count}`),
    '# TYPE outro_request_seconds summary',
    '# UNIT outro_request_seconds seconds',
    '# HELP outro_request_seconds Time until the answer.',
    ...rows.flatMap(([labels, { count, seconds }]) => [
      `outro_request_seconds_count{${labels}} ${count}`,
      `outro_request_seconds_sum{${labels}} ${seconds}`,
    ]),
    '# TYPE outro_memory_bytes gauge',
    '# UNIT outro_memory_bytes bytes',
    `outro_memory_bytes ${process.memoryUsage.rss()}`,
    '# EOF',
    '',
  ].join('\n');
};

/**
 * Makes the answers about the state of this instance.
 *
 * @param isMeasured whether requests are counted, and shown to whoever asks for `/metrics`.
 * @see design.md section 8a; OpenMetrics 1.0
 */
export const createHealth = (store: Store, isMeasured: boolean): Health => {
  const requests = new Map<string, { count: number; seconds: number }>();
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
  return {
    answer(path) {
      if (path === '/healthz') return Promise.resolve(say('alive\n', 200));
      if (path === '/readyz') return readiness();
      if (path !== '/metrics' || !isMeasured) return undefined;
      const type = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
      return Promise.resolve(say(writeMetrics(requests), 200, type));
    },
    note({ route, code, milliseconds }) {
      if (!isMeasured) return;
      const labels = `route="${route}",code="${code}"`;
      const { count, seconds } = requests.get(labels) ?? { count: 0, seconds: 0 };
      requests.set(labels, { count: count + 1, seconds: seconds + milliseconds / 1000 });
    },
    close() {
      isClosed = true;
    },
  };
};
