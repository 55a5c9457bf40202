import type { Site } from '../config/sites.ts';
import { mayAsk } from '../config/source-settings.ts';
import type { OwedCount } from '../exits/record.ts';
import { sourceRow } from '../../providers/sources.ts';
import { accessOf, callVendor, guardedFetch, isNotThere } from '../moving/vendor.ts';
import { examineDatabase, examineGuard } from './examine-database.ts';
import { examineProviders } from './examine-providers.ts';
import { limit, wordsOf, type Finding } from './finding.ts';
import { contextOf, type OperatorContext, type OperatorOptions } from './operator.ts';
import { examineGigya } from './gigya-doors.ts';
import { listKeys } from './keys.ts';

// Seconds that an errand may wait before somebody should know.
const patience = 3600;

/** What a receiver's answer to a look says of the messages that it would be sent. */
const judgeReceiver = (status: number): Pick<Finding, 'level' | 'found' | 'advice'> => {
  if (status >= 300 && status <= 399)
    return {
      level: 'fault',
      found: `it redirects (${status}), and redirects are not followed`,
      advice: 'configure the address that it leads to',
    };
  if (status === 410)
    return {
      level: 'warning',
      found: 'it says that it is gone for good (410): a message that is answered so is given up',
      advice: 'take the webhook out of the configuration, or mend the receiver',
    };
  return { level: 'fine', found: `reachable: it answered ${status}` };
};

// Nothing is sent that a receiver would have to understand, so an answer means little.
const examineWebhooks = (site: Site, { outbound }: OperatorContext): Promise<Finding[]> =>
  Promise.all(
    site.webhooks.map(async ({ url }): Promise<Finding> => {
      const about = `webhook ${new URL(url).origin} of ${site.apiKey}`;
      try {
        const { status } = await outbound(url, { method: 'HEAD' }, limit, 'no body');
        return { about, ...judgeReceiver(status) };
      } catch (error) {
        const found = `not reachable: ${wordsOf(error)}`;
        const advice = 'check its address and certificate, and that this machine reaches it';
        return { level: 'fault', about, found, advice };
      }
    }),
  );

/** Whether a vendor that has people of the site lets them come, and what has to be registered there. */
const examineSources = (site: Site, { outbound }: OperatorContext): Promise<Finding[]> =>
  Promise.all(
    Object.entries(site.sources).map(async ([source, settings]): Promise<Finding[]> => {
      const about = `people at ${source} of ${site.apiKey}`;
      const found = `its webhook (JWT, version 2.0): ${site.publicUrl}/inbound/${site.apiKey}/${source}/accounts`;
      const address: Finding = { level: 'note', about, found };
      const row = sourceRow(source);
      if (!row || !mayAsk(settings)) return [];
      const fetch = guardedFetch(outbound);
      const access = accessOf(row, site.apiKey, { ...settings, fetch, firstWait: 0, attempts: 1 });
      try {
        // Nobody is called so: whoever may ask is told just that.
        const parameters = { UID: 'outro doctor', ...row.account.parameters };
        const answer = await callVendor(access, row.account.method, parameters);
        return answer.errorCode === 0 || isNotThere(answer, row)
          ? [{ level: 'fine', about, found: 'it answers, and takes the user key' }, address]
          : [
              {
                level: 'fault',
                about,
                found: `it refuses ${row.account.method} with ${answer.errorCode}: ${answer.errorMessage ?? ''}`,
                advice:
                  'check userKey, secret and apiKey, and that the key is permitted to read accounts',
              },
              address,
            ];
      } catch (error) {
        const advice = 'check domain, and that this machine reaches it';
        return [{ level: 'fault', about, found: wordsOf(error), advice }, address];
      }
    }),
  ).then((all) => all.flat());

const examineOwed = (
  { site, destination, kind, count, stuck, oldest, isPaused }: OwedCount,
  isConfigured: boolean,
): Finding[] => {
  // Of another backend on the same database, or of a site that was taken out and forgotten.
  if (!isConfigured)
    return [
      {
        level: 'warning',
        about: `errands to ${destination} of ${site}`,
        found: `${count} wait${count === 1 ? 's' : ''}, and no site of this configuration has that key`,
        advice: `put the site back, or give them up: outro errands drop --site ${site}`,
      },
    ];
  if (stuck === 0 && !isPaused && oldest < patience) return [];
  const hours = Math.floor(oldest / 3600);
  return [
    {
      level: oldest < patience ? 'warning' : 'fault',
      about: `errands to ${destination} of ${site}`,
      found: `${count} wait${count === 1 ? 's' : ''}, the oldest for ${hours > 0 ? `${hours} h` : `${Math.floor(oldest / 60)} min`}${isPaused ? '; it does not answer, or refuses' : ''}`,
      advice: `outro errands list --stuck --destination ${destination} says why; mend it, then outro errands retry --destination ${destination}${kind === 'revocation' ? '' : ', or drop'}`,
    },
  ];
};

const examineKeys = async (options: OperatorOptions): Promise<Finding[]> =>
  (await listKeys(options)).flatMap(({ id, seals, isMissing, sealed }): Finding[] => {
    const total = Object.values(sealed).reduce((sum, count) => sum + count, 0);
    const about = `encryption key ${id}`;
    if (isMissing)
      return [
        {
          level: 'fault',
          about,
          found: `${total} texts are sealed with it, and it is not configured`,
          advice: 'put it back behind the first key of encryptionKeys, then run outro keys reseal',
        },
      ];
    if (seals) return [{ level: 'fine', about, found: `seals; ${total} texts` }];
    return [
      total > 0
        ? {
            level: 'note',
            about,
            found: `an old key, of which ${total} texts are left`,
            advice: 'outro keys reseal finishes the rotation',
          }
        : { level: 'note', about, found: 'an old key of which nothing is left: take it out' },
    ];
  });

/**
 * Looks at everything that a backend stands on: clock, database, the guard beside a site's own library, the discovery documents and keys of issuers, webhooks,
 * vendors that have people, what is owed and stuck, keys, and says what has to be registered where. It changes nothing.
 *
 * @param looks `gigya`: also asks each door as clients written for the vendor would.
 * @throws Error when the configuration is wrong
 */
export const examine = async (
  options: OperatorOptions,
  looks: { gigya?: boolean } = {},
): Promise<Finding[]> => {
  const context = contextOf(options);
  const sites = [...context.sites.values()];
  const parts = await Promise.all([
    examineDatabase(context),
    examineGuard(context),
    examineKeys(options),
    ...sites.flatMap((site) => [
      examineProviders(site, context),
      examineWebhooks(site, context),
      examineSources(site, context),
      ...(looks.gigya ? [examineGigya(site, context)] : []),
    ]),
    context.store.exits
      .countErrands()
      .then((owed) => owed.flatMap((one) => examineOwed(one, context.sites.has(one.site)))),
  ]);
  return parts.flat();
};
