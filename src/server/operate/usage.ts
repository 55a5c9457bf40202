import type { Command } from './command.ts';
import { aligned } from './lines.ts';

/** What `outro --help` prints: its own commands, and those of the table. */
export const usageOf = (
  commands: Readonly<Record<string, Command>>,
): string => `usage: outro serve --config FILE [--port N] [--host H] [--metrics-port N] [--database-url URL] [--data DIR] [--log]
                   [--scripts DIR]
       outro migrate [--check] [--database-url URL] [--data DIR]
${Object.values(commands)
  .map((command) => `       outro ${command.usage}`)
  .join('\n')}
       outro providers [--summary | --json]
       outro openapi
       outro guard --preset NAME [--mode refuse|record] [--database-url URL] [--print]
       outro --version

  --config FILE        JSON: { "sites": [...], "encryptionKeys": [...] }
  --port N             port to listen on (default 3000, or PORT)
  --host ADDRESS       interface to listen on, such as 127.0.0.1 (default all, or HOST)
  --metrics-port N     port of its own for /metrics, which is then answered nowhere else
  --database-url URL   Postgres (default DATABASE_URL; without it, an embedded database)
  --data DIR           folder of the embedded database (default .outro)
  --scripts DIR        folder that outlives updates, for pages that have pinned the script of an earlier release
  --log                one line of JSON on standard output for each answered request

  serve reads FILE again on SIGHUP, without losing a request, and goes on with what it had when something is wrong with it

  migrate brings the database's schema up to date and ends, as serve does when it starts
  --check              only says whether it is; exit code 1 when it is not

${aligned(Object.entries(commands).map(([name, { text }]) => [`  ${name}`, text])).join('\n')}
  Each takes --config, --database-url, --data, --json and --help.

  providers prints what is known of every provider: whether its session can be ended and how, what a removal takes
  back there, whether it tells of removals, from which source, how sure
  --summary            how many providers have each capability
  --json               the same for programs

  guard puts triggers beside a site's own library: sessions that have ended are not written again by requests in flight, a
  link waits for a change of its user, and on Supabase an identity stays away that was removed since the sign-in began
  which brings it; run again, it changes functions only
  --preset NAME        whose tables they are: passport, authjs, lucia, betterAuth, supabase
  --mode refuse        also let the library's own unlink wait for the user's row, write it down as one of outro's, and
                       refuse it the last way in; a library that deletes a user's identities before the user is then
                       refused that, too
  --mode record        the same, and nothing is refused
  --print              print the statements and run none

  openapi prints the methods of the backend as an OpenAPI 3.1 document`;
