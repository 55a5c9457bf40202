import { hearsOf } from '../config/hears-of.ts';
import type { Site } from '../config/sites.ts';
import { streamsOf, type SiteStream } from '../outbound/streams-of.ts';
import { deliveryMethods } from '../outbound/streams.ts';
import { limit, wordsOf, type Finding } from './finding.ts';
import { lookAtStream, streamsAsked } from './look-at-stream.ts';
import type { OperatorContext } from './operator.ts';

/** Whether keys can be read there. */
const examineKeys = async (
  jwksUri: string,
  about: string,
  what: string,
  { outbound }: Pick<OperatorContext, 'outbound'>,
): Promise<Finding> => {
  const { status, body } = await outbound(jwksUri, {}, limit);
  const { keys } = JSON.parse(body) as { keys?: unknown[] };
  return status === 200 && keys && keys.length > 0
    ? { level: 'fine', about, found: `${what} and ${keys.length} key(s) are there` }
    : {
        level: 'fault',
        about,
        found: `its keys at ${jwksUri} could not be read`,
        advice: 'ask whoever runs it: until then, what it signs cannot be believed',
      };
};

const examineIssuer = async (
  issuer: string,
  about: string,
  context: OperatorContext,
): Promise<Finding> => {
  try {
    const { jwksUri } = await context.discovery(issuer, limit);
    if (jwksUri === undefined)
      return { level: 'warning', about, found: 'its discovery document names no keys' };
    return await examineKeys(jwksUri, about, 'discovery document', context);
  } catch (error) {
    return {
      level: 'fault',
      about,
      found: wordsOf(error),
      advice: 'check the issuer in the configuration, and that this machine reaches it',
    };
  }
};

/** How the stream of a transmitter stands, as far as it can be asked. */
const examineStream = async (
  stream: SiteStream,
  about: string,
  context: OperatorContext,
): Promise<Finding[]> => {
  const { transmitter, provider } = stream;
  if (transmitter.token === undefined)
    return [
      {
        level: 'note',
        about,
        found: 'without transmitter.token nobody can see here whether its stream is set up',
      },
    ];
  const { faults } = await lookAtStream(streamsAsked(context), stream);
  const advice = `outro transmitters connect ${provider} sets it up; outro transmitters verify ${provider} tries it`;
  return faults.length > 0
    ? faults.map((found): Finding => ({ level: 'fault', about, found, advice }))
    : [{ level: 'fine', about, found: 'its stream is set up as the site wants it' }];
};

const examineTransmitter = async (
  stream: SiteStream,
  context: OperatorContext,
): Promise<Finding[]> => {
  const { transmitter, provider, site } = stream;
  const about = `transmitter ${transmitter.issuer} of ${provider} of ${site.apiKey}`;
  try {
    const { jwksUri, deliveryMethods: methods } = await streamsAsked(context).configuration(stream);
    if (jwksUri === undefined)
      return [{ level: 'fault', about, found: 'its document names no keys' }];
    const { delivery } = transmitter;
    const isOffered = methods === undefined || methods.includes(deliveryMethods[delivery]);
    return [
      await examineKeys(jwksUri, about, 'its document', context),
      ...(isOffered
        ? []
        : [
            {
              level: 'fault',
              about,
              found: `it does not offer delivery by ${delivery}`,
              advice: `set transmitter.delivery to ${delivery === 'push' ? 'poll' : 'push'}`,
            } satisfies Finding,
          ]),
      ...(await examineStream(stream, about, context)),
    ];
  } catch (error) {
    return [
      {
        level: 'fault',
        about,
        found: wordsOf(error),
        advice: 'check transmitter.issuer in the configuration, and that this machine reaches it',
      },
    ];
  }
};

/** What has to be registered at a provider, to copy from here. */
const addressesOf = (
  { apiKey, publicUrl }: Site,
  provider: string,
  settings: Site['providers'][string],
  about: string,
): Finding[] => [
  {
    level: 'note',
    about,
    found: `redirect address after its logout page: ${publicUrl}/leave/return`,
  },
  ...hearsOf(provider, settings).map(({ kind }): Finding => ({
    level: 'note',
    about,
    found: `${kind}: ${publicUrl}/inbound/${apiKey}/${provider}/${kind}`,
  })),
];

/** Looks at the providers of a site: their documents and keys, their transmitters, and what to register there. */
export const examineProviders = async (
  site: Site,
  context: OperatorContext,
): Promise<Finding[]> => {
  const findings = Object.entries(site.providers).map(async ([provider, settings]) => {
    const about = `provider ${provider} of ${site.apiKey}`;
    const { issuer } = settings;
    const known = issuer === undefined ? [] : [await examineIssuer(issuer, about, context)];
    return [...known, ...addressesOf(site, provider, settings, about)];
  });
  const transmitters = streamsOf(site).map((stream) => examineTransmitter(stream, context));
  return (await Promise.all([...findings, ...transmitters])).flat();
};
