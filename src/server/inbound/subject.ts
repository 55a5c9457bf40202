import * as z from 'zod';
import { fail } from '../../core/error.ts';
import { sameProviders } from '../../providers/providers.ts';
import { idOf, type EndedAtProvider, type InboundMessage } from './message.ts';

/** What of a message says whom its subjects may be. */
type Addressed = Pick<InboundMessage, 'parts' | 'site' | 'provider' | 'settings'>;

/** Whom an event is about: a person at the provider, a session there, or that session of that person. */
export type Target = Pick<EndedAtProvider, 'providerUid' | 'sid'>;

const identifier = z.looseObject({ format: z.string() });
type Identifier = z.output<typeof identifier>;

const aliases = z.array(identifier).min(1).max(20);

const formats = 'iss_sub, email, opaque, aliases or complex';

const member = (subject: Identifier, name: string): string =>
  idOf(subject[name]) ?? fail('invalidParameter', `sub_id.${name}: expected text`);

const issuersOf = ({ settings }: Addressed): (string | undefined)[] => [
  settings.issuer,
  settings.transmitter?.issuer,
  settings.globalTokenRevocation?.issuer,
];

// Only people who are connected through this provider: of others it has nothing to say, though it may know their address.
const byEmail = async (message: Addressed, email: string): Promise<string[]> => {
  const { parts, site, provider } = message;
  const account = await parts.store.people.read({ site: site.apiKey, email });
  const ids = sameProviders(provider);
  return (account?.identities ?? [])
    .filter((one) => ids.includes(one.provider) && one.subProvider === '')
    .map(({ providerUid }) => providerUid);
};

/** The people whom a simple identifier names. */
const peopleOf = async (message: Addressed, subject: Identifier): Promise<string[]> => {
  switch (subject.format) {
    case 'iss_sub': {
      const isKnown = issuersOf(message).includes(member(subject, 'iss'));
      const person = member(subject, 'sub');
      return isKnown ? [person] : [];
    }
    case 'email':
      return byEmail(message, member(subject, 'email'));
    case 'opaque':
      return [member(subject, 'id')];
    case 'aliases': {
      const { data } = aliases.safeParse(subject['identifiers']);
      const all =
        data ?? fail('invalidParameter', 'sub_id.identifiers: expected a list of subjects');
      const isNested = all.some(({ format }) => format === 'aliases' || format === 'complex');
      if (isNested)
        return fail('invalidParameter', 'sub_id.identifiers: expected none within another');
      const found = await Promise.all(all.map((one) => peopleOf(message, one)));
      return [...new Set(found.flat())];
    }
    default:
      return fail('invalidParameter', `sub_id.format: expected ${formats}`);
  }
};

const understood = ['format', 'user', 'session'];

const isOtherTenant = ({ settings }: Addressed, tenant: unknown): boolean => {
  const wanted = settings.transmitter?.tenant;
  if (wanted === undefined || tenant === undefined) return false;
  const { data } = identifier.safeParse(tenant);
  return ![data?.['id'], data?.['sub']].includes(wanted);
};

const complexOf = async (
  message: Addressed,
  subject: Identifier,
  critical: readonly string[],
): Promise<Target[]> => {
  const known = [...understood, ...(message.settings.transmitter?.tenant ? ['tenant'] : [])];
  const isBeyond = Object.keys(subject).some(
    (name) => critical.includes(name) && !known.includes(name),
  );
  // What would have to be understood and is not leaves the event alone; so does another customer's of the same transmitter.
  if (isBeyond || isOtherTenant(message, subject['tenant'])) return [];
  const [user, session] = [subject['user'], subject['session']].map((one) =>
    one === undefined ? undefined : identifier.safeParse(one).data,
  );
  if (subject['user'] !== undefined && !user)
    fail('invalidParameter', 'sub_id.user: expected a subject');
  const sid = session?.format === 'opaque' ? idOf(session['id']) : undefined;
  // Sessions of somebody whom nobody here knows are nobody's.
  if (user) return (await peopleOf(message, user)).map((providerUid) => ({ providerUid, sid }));
  return sid === undefined ? [] : [{ sid }];
};

/**
 * Whom a subject identifier names here.
 *
 * @param critical parts of a subject that have to be understood, or nobody is meant.
 * @throws invalidParameter when it is none, or of a format that is not known
 * @see RFC 9493; OpenID Shared Signals Framework 1.0 section 3
 */
export const readSubject = async (
  message: Addressed,
  given: unknown,
  critical: readonly string[] = [],
): Promise<Target[]> => {
  const { data: subject } = identifier.safeParse(given);
  if (!subject)
    return fail('invalidParameter', `sub_id: expected a subject with format ${formats}`);
  if (subject.format === 'complex') return complexOf(message, subject, critical);
  return (await peopleOf(message, subject)).map((providerUid) => ({ providerUid }));
};
