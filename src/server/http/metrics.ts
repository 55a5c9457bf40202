import type { OpenMetricsContentType, Registry } from 'prom-client';
import type { LogEntry, ServerContext } from '../caller/context.ts';
import { loadPackage } from '../config/optional-package.ts';
import type { AttemptNote } from '../errands/revoker.ts';

/** What is measured of an instance. */
export interface Metrics {
  /** Counts an answered request. */
  noteRequest(entry: LogEntry): void;
  /** Counts an attempt at an errand. */
  noteAttempt(attempt: AttemptNote): void;
  /**
   * Everything, as OpenMetrics text, with its content type.
   *
   * @throws Error that says how to add the package that measures
   */
  read(): Promise<{ text: string; type: string }>;
}

/**
 * Loads what measures, which only those need who look.
 *
 * @throws Error that says how to add it
 */
export const loadMeasuring = (): Promise<Library> =>
  // A framework that bundles its server would refuse what is not installed.
  loadPackage(
    'prom-client',
    () => import(/* webpackIgnore: true */ /* turbopackIgnore: true */ 'prom-client'),
  );

type Library = typeof import('prom-client');
type OpenMetrics = Registry<OpenMetricsContentType>;

// Seconds.
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @returns what has to be called before they are read: none of them knows that the others are. */
const createErrandGauges = (
  { Gauge }: Library,
  registers: OpenMetrics[],
  { store, sites }: Pick<ServerContext, 'store' | 'sites'>,
): (() => Promise<void>) => {
  const labelNames = ['site', 'kind', 'destination'] as const;
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const pending = gauge(
    'outro_errands_pending',
    'Errands that wait, by destination; of all instances together.',
  );
  const stuck = gauge('outro_errands_stuck', 'Errands that were tried, and wait since then.');
  const oldest = gauge(
    'outro_errands_oldest_seconds',
    'Seconds since the oldest errand was owed that waits for a destination.',
  );
  const paused = gauge(
    'outro_destination_paused',
    '1 while a destination does not answer and is left alone.',
  );
  return async () => {
    const all = await store.exits.countErrands([...sites.keys()]);
    for (const one of [pending, stuck, oldest, paused]) one.reset();
    for (const one of all) {
      const labels = { site: one.site, kind: one.kind, destination: one.destination };
      pending.set(labels, one.count);
      stuck.set(labels, one.stuck);
      oldest.set(labels, one.oldest);
      paused.set(labels, one.isPaused ? 1 : 0);
    }
  };
};

const createMeasures = (
  library: Library,
  context: Pick<ServerContext, 'store' | 'sites'>,
  countStreams: () => number,
): Metrics => {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = library;
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  const requests = new Histogram({
    name: 'outro_request_seconds',
    help: 'Time until the answer, by route and by error code or status.',
    labelNames: ['route', 'code'] as const,
    buckets,
    registers,
  });
  const attempts = new Counter({
    name: 'outro_attempts',
    help: 'Attempts at errands of this instance, by what came of them.',
    labelNames: ['kind', 'state'] as const,
    registers,
  });
  const streams = new Gauge({
    name: 'outro_page_streams',
    help: 'Open pages that listen at this instance.',
    registers,
  });
  const pool = new Gauge({
    name: 'outro_database_connections',
    help: 'Connections of the pool, and who waits for one.',
    labelNames: ['state'] as const,
    registers,
  });
  const countErrands = createErrandGauges(library, registers, context);
  let isWatching = false;
  return {
    noteRequest({ route, code, milliseconds }) {
      requests.observe({ route, code }, milliseconds / 1000);
    },
    noteAttempt({ kind, state }) {
      attempts.inc({ kind, state });
    },
    async read() {
      // Watching the process costs something, and only from when somebody looks.
      if (!isWatching) collectDefaultMetrics({ register: registry });
      isWatching = true;
      await countErrands();
      streams.set(countStreams());
      for (const [state, count] of Object.entries(context.store.connections?.() ?? {}))
        pool.set({ state }, count);
      return { text: await registry.metrics(), type: registry.contentType };
    },
  };
};

// Notes that are kept until there is something to count them: the package comes in the first moments.
const earlyAtMost = 1000;

/**
 * Makes the measures of an instance. Routes, codes, sites and destinations are few and the operator's own, so the series
 * are too; nothing in them is about a person. Where `prom-client` is not installed, nothing is measured.
 *
 * @see design.md section 8a; OpenMetrics 1.0
 */
export const createMetrics = (
  context: Pick<ServerContext, 'store' | 'sites'>,
  countStreams: () => number,
): Metrics => {
  let early: ((measures: Metrics) => void)[] = [];
  let measures: Metrics | undefined;
  let isMissing = false;
  const coming = loadMeasuring().then((library) => {
    measures = createMeasures(library, context, countStreams);
    for (const note of early.splice(0)) note(measures);
    return measures;
  });
  coming.catch(() => {
    isMissing = true;
    early = [];
  });
  const note = (one: (measures: Metrics) => void): void => {
    if (measures) one(measures);
    else if (!isMissing && early.length < earlyAtMost) early.push(one);
  };
  return {
    noteRequest: (entry) => note((one) => one.noteRequest(entry)),
    noteAttempt: (attempt) => note((one) => one.noteAttempt(attempt)),
    read: async () => (await coming).read(),
  };
};
