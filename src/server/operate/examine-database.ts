import type { Finding } from './finding.ts';
import type { OperatorContext } from './operator.ts';

// Seconds that clocks may differ.
const clockTolerance = 60;

const about = 'database';

const warn = (found: string, advice: string): Finding => ({
  level: 'warning',
  about,
  found,
  advice,
});

// Short of locks on rows a serializable Postgres locks whole tables, and changes of different people meet.
const locksAtLeast = 256;

const examineSettings = (settings: Record<string, string>): Finding[] => {
  const { fsync, default_transaction_isolation: isolation } = settings;
  const locks = Number(settings['max_pred_locks_per_transaction'] ?? Number.NaN);
  return [
    ...(fsync === 'off'
      ? [
          warn(
            'fsync is off: a power cut loses or breaks what was confirmed',
            'set fsync = on, but on a database that may be lost',
          ),
        ]
      : []),
    ...(isolation === 'serializable' && locks < locksAtLeast
      ? [
          warn(
            `transactions are serializable, and max_pred_locks_per_transaction is ${locks}: changes of different people keep meeting, and are tried again`,
            'set max_pred_locks_per_transaction to 1024 and restart it, or let outro have a role whose default_transaction_isolation is read committed',
          ),
        ]
      : []),
  ];
};

/** Looks at the clock, the settings that matter and the indexes. */
export const examineDatabase = async ({ store }: OperatorContext): Promise<Finding[]> => {
  const { now, settings, invalidIndexes } = await store.exits.examine();
  const ahead = Math.round((Date.now() - now.getTime()) / 1000);
  return [
    Math.abs(ahead) > clockTolerance
      ? {
          level: 'fault',
          about,
          found: `this machine's clock is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's`,
          advice: 'set both clocks by NTP: signed requests and tokens count for three minutes',
        }
      : { level: 'fine', about, found: 'reachable, and its clock agrees with this machine' },
    ...invalidIndexes.map((name): Finding => ({
      level: 'fault',
      about,
      found: `the index ${name} was not built to its end`,
      advice: `drop index outro.${name}, then run outro migrate`,
    })),
    ...examineSettings(settings),
  ];
};

/** Looks whether what closes the gaps beside a site's own library is there. */
export const examineGuard = async ({ store }: OperatorContext): Promise<Finding[]> => {
  const triggers = (await store.guard?.()) ?? [];
  if (triggers.length === 0) return [];
  const open = new Set(triggers.filter(({ isThere }) => !isThere).map(({ table }) => table));
  return [
    open.size === 0
      ? { level: 'fine', about: 'guard', found: 'it is there' }
      : {
          level: 'warning',
          about: 'guard',
          found: `missing or off at ${[...open].join(', ')}: what the site's own library does beside outro can bring back what was ended`,
          advice: 'npx outro guard --preset NAME puts it there',
        },
  ];
};
