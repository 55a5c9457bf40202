#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { openDatabase } from './server/operate/open-database.ts';
import { createHandler } from './server/handler.ts';
import { readScript } from './server/http/script.ts';
import { logError, logRequest } from './server/http/log.ts';
import { listProviders } from './server/operate/provider-list.ts';
import { parseConfiguration, type SitesConfiguration } from './server/config/configuration.ts';

const usage = `usage: outro serve --config FILE [--port N] [--database-url URL] [--data DIR] [--log]
                   [--scripts DIR]
       outro migrate [--database-url URL] [--data DIR]
       outro providers [--summary | --json]
       outro openapi

  --config FILE        JSON: { "sites": [...], "encryptionKeys": [...] }
  --port N             port to listen on (default 3000, or PORT)
  --database-url URL   Postgres (default DATABASE_URL; without it, an embedded database)
  --data DIR           folder of the embedded database (default .outro)
  --scripts DIR        folder that outlives updates, for pages that have pinned the script of an earlier release
  --log                one line of JSON on standard output for each answered request

  migrate brings the database's schema up to date and ends, as serve does when it starts

  providers prints what is known of every provider: whether its session can be ended and how, what a removal takes
  back there, whether it tells of removals, from which source, how sure
  --summary            how many providers have each capability
  --json               the same for programs

  openapi prints the methods of the backend as an OpenAPI 3.1 document`;

const readConfiguration = async (file: string): Promise<SitesConfiguration> => {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text) as SitesConfiguration;
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

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

const giveUp = (): void => {
  console.error('outro: gave up on requests that were still under way; they were not finished');
  process.exit(1);
};

const runServe = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      port: { type: 'string' },
      'database-url': { type: 'string' },
      data: { type: 'string' },
      scripts: { type: 'string' },
      log: { type: 'boolean' },
    },
  });
  if (!values.config) throw new Error(`--config: expected the path of a JSON file\n\n${usage}`);
  const port = Number(values.port ?? process.env['PORT'] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error('--port: expected a whole number from 0 to 65535');
  const configuration = await readConfiguration(values.config);
  const kept = values.scripts === undefined ? undefined : pathToFileURL(`${values.scripts}/`);
  const script = await readScript(new URL('.', import.meta.url), kept);
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  // Checked before anything is opened, so that a wrong field leaves nothing behind.
  parseConfiguration(configuration);
  const store = await openDatabase(databaseUrl, values.data ?? '.outro');
  const fetch = createHandler({
    ...configuration,
    store,
    script,
    ...(values.log && { log: logRequest }),
  });
  const server = serve({ fetch, port, serverOptions }, ({ port: bound }) => {
    console.log(`outro serves ${configuration.sites.length} site(s) on http://localhost:${bound}`);
  });
  fetch.start();
  const stop = (): void => {
    setTimeout(giveUp, shutdownTime).unref();
    void fetch.close().catch(complain);
    // Requests in flight are finished first; the database closes behind the last of them.
    server.close(() => void store.close().then(() => process.exit(0), giveUp));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

const runMigrate = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: { 'database-url': { type: 'string' }, data: { type: 'string' } },
  });
  const databaseUrl = values['database-url'] ?? process.env['DATABASE_URL'];
  const store = await openDatabase(databaseUrl, values.data ?? '.outro');
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

const [command, ...rest] = process.argv.slice(2);
try {
  if (command === 'serve') await runServe(rest);
  else if (command === 'migrate') await runMigrate(rest);
  else if (command === 'providers') runProviders(rest);
  else if (command === 'openapi') await runOpenApi(rest);
  else {
    console.log(usage);
    if (command !== undefined && command !== '--help') process.exitCode = 2;
  }
} catch (error) {
  console.error(`outro: ${(error as Error).message}`);
  process.exitCode = 1;
}
