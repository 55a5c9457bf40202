import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { readConfiguration, runCommand } from './server/operate/command-line.ts';
import type { Command } from './server/operate/command.ts';
import { commands } from './server/operate/commands.ts';
import { runGuard } from './server/operate/guard.ts';
import { openDatabase } from './server/operate/open-database.ts';
import { createHandler, type Handler } from './server/handler.ts';
import { logError, logRequest } from './server/http/log.ts';
import { loadMeasuring } from './server/http/metrics.ts';
import { readScript } from './server/http/script.ts';
import { listProviders } from './server/operate/provider-list.ts';
import { usageOf } from './server/operate/usage.ts';
import { parseConfiguration } from './server/config/configuration.ts';

// Milliseconds: whoever sends more slowly than this holds a socket and nothing else.
const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2000,
};

// Milliseconds that a shutdown waits for requests under way: less than what orchestrators give before they kill.
const shutdownTime = 10_000;

// Failures are the provider's or the database's; the next round tries again.
const complain = (error: unknown): void => logError({ callId: '', path: '/work', error });

/** Where it listens, in words: nobody should be surprised by who can reach it. */
const whereOf = (hostname: string | undefined, port: number): string =>
  hostname === undefined || /^(0\.0\.0\.0|::)$/.test(hostname)
    ? `http://localhost:${port}, reachable on all interfaces; --host 127.0.0.1 keeps other machines out`
    : `http://${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}, on that interface only`;

// A port that is taken, an interface that is not there.
const fall = (error: Error): void => {
  console.error(`outro: ${error.message}`);
  process.exit(1);
};

const giveUp = (): void => {
  console.error('outro: gave up on requests that were still under way; they were not finished');
  process.exit(1);
};

const portOf = (name: string, value: string | number): number => {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--${name}: expected a whole number from 0 to 65535`);
  return port;
};

const answerMetrics = async (request: Request, present: Handler): Promise<Response> =>
  new URL(request.url).pathname === '/metrics'
    ? present.metrics()
    : new Response('only /metrics is here\n', { status: 404 });

const runServe = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'metrics-port': { type: 'string' },
      'database-url': { type: 'string' },
      data: { type: 'string' },
      scripts: { type: 'string' },
      log: { type: 'boolean' },
    },
  });
  const { config } = values;
  if (!config)
    throw new Error(`--config: expected the path of a JSON file\n\n${usageOf(commands)}`);
  const port = portOf('port', values.port ?? process.env['PORT'] ?? 3000);
  const metricsPort = values['metrics-port'];
  const ownPort = metricsPort === undefined ? undefined : portOf('metrics-port', metricsPort);
  const hostname = values.host ?? process.env['HOST'];
  if (hostname !== undefined && isIP(hostname) === 0)
    throw new Error('--host: expected the IP address of an interface, such as 127.0.0.1 or ::1');
  const kept = values.scripts === undefined ? undefined : pathToFileURL(`${values.scripts}/`);
  const script = kept && (await readScript(new URL('.', import.meta.url), kept));
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  // Checked before anything is opened, so that a wrong field leaves nothing behind.
  const { sites, metrics } = parseConfiguration(await readConfiguration(config));
  if (metrics || ownPort !== undefined) await loadMeasuring();
  const store = await openDatabase(databaseUrl, values.data ?? '.outro');
  const open = async (): Promise<Handler> =>
    createHandler({
      ...(await readConfiguration(config)),
      ...(ownPort !== undefined && { metrics: false }),
      store,
      script,
      ...(values.log && { log: logRequest }),
    });
  let present = await open();
  const fetch = (request: Request, peer: object): Promise<Response> => present(request, peer);
  const listening = { serverOptions, ...(hostname !== undefined && { hostname }) };
  const server = serve({ ...listening, fetch, port }, ({ port: bound }) =>
    console.log(`outro serves ${sites.length} site(s) on ${whereOf(hostname, bound)}`),
  );
  server.once('error', fall);
  const metricsServer =
    ownPort === undefined
      ? undefined
      : serve({ ...listening, fetch: (request) => answerMetrics(request, present), port: ownPort });
  metricsServer?.once('error', fall);
  present.start();
  const reload = async (): Promise<void> => {
    const before = present;
    try {
      present = await open();
    } catch (error) {
      console.error(`outro: the configuration stays as it was: ${(error as Error).message}`);
      return;
    }
    present.start();
    console.log('outro: the configuration was read again');
    // Requests under way end as they began; open pages come again, to the new one.
    await before.close();
  };
  process.on('SIGHUP', () => void reload().catch(complain));
  const stop = (): void => {
    setTimeout(giveUp, shutdownTime).unref();
    void present.close().catch(complain);
    metricsServer?.close();
    // Requests in flight are finished first; the database closes behind the last of them.
    server.close(() => void store.close().then(() => process.exit(0), giveUp));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const printVersion = async (): Promise<void> => {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  console.log((JSON.parse(text) as { version: string }).version);
};

const runMigrate = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      'database-url': { type: 'string' },
      data: { type: 'string' },
      check: { type: 'boolean' },
    },
  });
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  const store = await openDatabase(databaseUrl, values.data ?? '.outro', {
    migrates: values.check !== true,
  });
  await store.close();
  console.log('outro: the schema is up to date');
};

const runProviders = (args: string[]): void => {
  const { values } = parseArgs({
    args,
    options: { summary: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  if (values.summary && values.json)
    throw new Error('--json: expected without --summary; it has every provider');
  console.log(listProviders(values.json ? 'json' : values.summary ? 'summary' : 'table'));
};

const runOpenApi = async (args: string[]): Promise<void> => {
  parseArgs({ args });
  const text = await readFile(new URL('../src/docs/openapi.json', import.meta.url), 'utf8');
  console.log(text.trimEnd());
};

const guard = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      preset: { type: 'string' },
      mode: { type: 'string' },
      'database-url': { type: 'string' },
      print: { type: 'boolean' },
    },
  });
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  const isPrinted = values.print ?? false;
  const options = { isPrinted, mode: values.mode };
  const statements = await runGuard(databaseUrl, values.preset, options);
  const done = statements.length > 0 ? 'the guard is there' : 'these tables need no guard';
  console.log(isPrinted ? statements.map((one) => `${one};`).join('\n') : `outro: ${done}`);
};

const [command, ...rest] = process.argv.slice(2);
try {
  if (command === 'serve') await runServe(rest);
  else if (command === 'migrate') await runMigrate(rest);
  else if (command === '--version') await printVersion();
  else if (command === 'providers') runProviders(rest);
  else if (command === 'openapi') await runOpenApi(rest);
  else if (command !== undefined && Object.hasOwn(commands, command))
    process.exitCode = await runCommand(commands[command] as Command, rest, (url, folder) =>
      openDatabase(url, folder, { migrates: false }),
    );
  else if (command === 'guard') await guard(rest);
  else {
    console.log(usageOf(commands));
    if (command !== undefined && command !== '--help') process.exitCode = 2;
  }
} catch (error) {
  console.error(`outro: ${(error as Error).message}`);
  process.exitCode = 1;
}
